#include "autograd/witness/rounding.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

#include "autograd/ops/arithmetic.h"
#include "autograd/ops/elementwise.h"
#include "autograd/ops/reduce.h"
#include "autograd/ops/shape.h"
#include "autograd/tensor/factories.h"
#include "autograd/tensor/random.h"
#include "autograd/witness/flat.h"
#include "autograd/witness/kinks.h"
#include "autograd/witness/mutants.h"

namespace autograd::check {
namespace {

constexpr int runs = 5;
constexpr double margin = 8;  // over the largest scatter seen in the runs

// Random roundings, and how large they are.
class Jitter {
 public:
  Jitter(double epsilon, std::uint64_t seed) : epsilon_(epsilon), random_(seed) {}

  /// x with each number off by up to `times` roundings.
  Tensor off(const Tensor& x, double times) { return x + noise(x.shape(), times) * x; }

  /// Up to the given numbers, each its own part of it.
  Tensor part_of(const Tensor& x) { return random_.uniform(x.shape()) * x; }

  /// x with each number off by a rounding of `size`, which broadcasts.
  Tensor off_by(const Tensor& x, const Tensor& size) {
    return x + noise(x.shape(), 2) * (abs(x) + size);
  }

 private:
  Tensor noise(const Shape& shape, double times) {
    return random_.uniform(shape, -times * epsilon_, times * epsilon_);
  }

  double epsilon_;
  Random random_;
};

bool is_number(const Tensor& x) { return x.dtype() == f64; }

bool moves_shape(std::span<const Tensor> operands, const Tensor& y) {
  return std::any_of(operands.begin(), operands.end(),
                     [&](const Tensor& x) { return x.size() != y.size() && x.size() != 1; });
}

// Functions that many write as eˣ − 1, or as ln(1 + eˣ): small results have the rounding of 1.
bool subtracts_one(std::string_view operation) {
  constexpr std::array names{"elu", "selu", "expm1", "log1p", "softplus", "log_sigmoid", "mish"};
  return std::find(names.begin(), names.end(), operation) != names.end();
}

// How many roundings a sum over the extents of these operands may be off by, in units of its terms:
// naive sums of n terms are off by some √n, here spread over terms that average out as √n again.
double roundings_of_sum(std::span<const Tensor> operands) {
  Index longest = 1;
  for (const Tensor& x : operands) {
    for (int axis = 0; axis < x.rank(); ++axis) longest = std::max(longest, x.extent(axis));
  }
  return 2 + std::sqrt(static_cast<double>(longest));
}

// One run with roundings of its own.
class Run {
 public:
  Run(const Program& program, std::span<const Tensor> inputs, const Walk& exact,
      std::span<const Tensor> spreads, Jitter& jitter)
      : exact_(exact),
        spreads_(spreads),
        jitter_(jitter),
        walk_(program, inputs, [this](std::size_t step, std::span<const Tensor> operands) {
          return forward(step, operands);
        }) {}

  const Walk& walk() const { return walk_; }

  std::vector<Tensor> adjoints() {
    const std::size_t last = walk_.output(0);
    return walk_.pull(last, Tensor(1.0), [this](std::size_t step, std::size_t k, const Tensor& dy) {
      return backward(step, k, dy);
    });
  }

 private:
  std::optional<Tensor> forward(std::size_t step, std::span<const Tensor> operands) {
    if (operands.empty()) return std::nullopt;
    std::vector<Tensor> off(operands.begin(), operands.end());
    const Tensor plain = walk_.compute(step, operands);
    if (!is_number(plain)) return plain;
    if (has_kink_at_zero(walk_.operation(step))) return near_kink(step, operands);
    if (subtracts_one(walk_.operation(step))) return jitter_.off_by(plain, Tensor(1.0));
    if (!moves_shape(operands, plain)) return jitter_.off(plain, 2);
    const double times = roundings_of_sum(operands);
    for (Tensor& x : off) {
      if (is_number(x)) x = jitter_.off(x, times);
    }
    return jitter_.off(walk_.compute(step, off), 2);
  }

  // The value of a unit that stands at its kink, to within rounding, is anywhere from 0 to what
  // rounding may make of its operand. On which side its slope is, is not a matter of scatter: the
  // backward pass keeps to the exact run's, and kinks.h looks after the other.
  Tensor near_kink(std::size_t step, std::span<const Tensor> operands) {
    const std::size_t from = exact_.operands(step)[0];
    Tensor y = walk_.compute(step, operands);
    if (from < spreads_.size() && spreads_[from].defined()) {
      const Tensor near = abs(exact_.value(from)) <= spreads_[from];
      y = where(near, y + jitter_.part_of(spreads_[from]), y);
    }
    return jitter_.off_by(y, Tensor(subtracts_one(walk_.operation(step)) ? 1.0 : 0.0));
  }

  std::optional<Tensor> backward(std::size_t step, std::size_t k, const Tensor& dy) {
    const std::string_view name = walk_.operation(step);
    if (has_kink_at_zero(name) || has_kink_at_ties(name)) {
      const Tensor dx = exact_.rule(step, k, jitter_.off(dy, 2));
      return subtracts_one(name) ? jitter_.off_by(dx, abs(dy)) : dx;
    }
    std::vector<Tensor> operands;
    for (const std::uint32_t j : walk_.operands(step)) operands.push_back(walk_.value(j));
    const bool sums = moves_shape(operands, walk_.value(step));
    const double times = sums ? roundings_of_sum(operands) : 2;
    const Tensor dx = walk_.rule(step, k, jitter_.off(dy, times));
    if (!dx.defined()) return dx;
    // A slope such as 1 − y² or a residual p − 1 is made of numbers near 1, whatever is left of it.
    const bool bends = is_activation(name) || is_output(name);
    if (dx.shape() == dy.shape() && bends) return jitter_.off_by(dx, abs(dy));
    if (dx.rank() == dy.rank() + 1 && dy.size() > 0 && dx.size() % dy.size() == 0 &&
        std::equal(dy.shape().begin(), dy.shape().end(), dx.shape().begin())) {
      return jitter_.off_by(dx, abs(unsqueeze(dy, dy.rank())));
    }
    return jitter_.off(dx, 2);
  }

  const Walk& exact_;
  std::span<const Tensor> spreads_;  // of the values, once they are known
  Jitter& jitter_;
  Walk walk_;
};

// The largest distance from the middle, number by number.
void widen(Tensor& spread, const Tensor& a, const Tensor& b) {
  const Tensor distance = abs(a - b);
  spread = spread.defined() ? maximum(spread, distance) : distance;
}

// Five runs say little about a single number. The terms of a matrix's gradient have sizes that go
// by rows and by columns, so the scatter of an entry is at least that which its row and column
// tell.
Tensor pooled(const Tensor& spread) {
  if (spread.rank() == 0 || spread.size() == 0) return spread;
  const Tensor squares = square(spread);
  const double all = std::sqrt(mean(squares).item());
  if (all == 0) return spread;
  if (spread.rank() == 1) return maximum(spread, all * Tensor(0.1));
  const Tensor rows = sqrt(mean(squares, -1, KeepAxes::yes));
  const Tensor columns = sqrt(mean(squares, -2, KeepAxes::yes));
  return maximum(spread, rows * columns / all);
}

}  // namespace

Rounding rounding_of(const Program& program, std::span<const Tensor> inputs, double epsilon,
                     std::uint64_t seed) {
  const Walk exact(program, inputs);
  const std::vector<Tensor> adjoints = exact.pull(exact.output(0), Tensor(1.0));
  std::vector<Tensor> gradient(inputs.size());
  Rounding rounding;
  rounding.values.resize(exact.size());
  Jitter jitter(epsilon, seed);
  for (int run = 0; run < runs; ++run) {
    const Run off(program, inputs, exact, {}, jitter);
    for (std::size_t i = 0; i < exact.size(); ++i) {
      if (!is_number(exact.value(i)) || !exact.varies(i)) continue;
      widen(rounding.values[i], off.walk().value(i), exact.value(i));
    }
  }
  for (std::size_t i = 0; i < exact.size(); ++i) {
    Tensor& spread = rounding.values[i];
    if (spread.defined()) spread = margin * (spread + epsilon * abs(exact.value(i)));
  }
  for (int run = 0; run < runs; ++run) {
    Run off(program, inputs, exact, rounding.values, jitter);
    const std::vector<Tensor> there = off.adjoints();
    for (std::size_t k = 0; k < inputs.size(); ++k) {
      const std::size_t at = exact.input(k);
      if (!adjoints[at].defined()) continue;
      widen(gradient[k], there[at].defined() ? there[at] : zeros_like(adjoints[at]), adjoints[at]);
    }
  }
  for (std::size_t k = 0; k < inputs.size(); ++k) {
    const Tensor& x = inputs[k];
    const std::size_t at = exact.input(k);
    gradient[k] = gradient[k].defined()
                      ? margin * (pooled(gradient[k]) + epsilon * abs(adjoints[at]))
                      : zeros_like(x);
  }
  rounding.gradient = flatten(gradient);
  const Tensor& loss = rounding.values[exact.output(0)];
  rounding.loss = loss.defined() ? loss.item() : 0;
  return rounding;
}

}  // namespace autograd::check
