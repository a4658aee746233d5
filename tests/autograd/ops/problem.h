#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <vector>

#include "autograd/check/compare.h"
#include "autograd/ops/arithmetic.h"
#include "autograd/ops/reduce.h"
#include "autograd/tape/tape.h"
#include "autograd/tensor/factories.h"
#include "tests/autograd/ops/table.h"

/// One row of the table at one point: its derivatives by the tape, and the plain functions that
/// differences are taken of.
namespace autograd {

/// Σ wᵢ yᵢ in plain arithmetic, so that the judge leans on no operation.
inline double weighted_sum(const Tensor& w, const Tensor& y) {
  const std::vector<double> a = to_vector(w), b = to_vector(y);
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

inline void append(std::vector<double>& all, const Tensor& x) {
  const std::vector<double> numbers = to_vector(x);
  all.insert(all.end(), numbers.begin(), numbers.end());
}

class Problem {
 public:
  Problem(const Row& row, const Shapes& shapes, Dtype dtype = f64) : row_(row), random_(7) {
    for (std::size_t k = 0; k < shapes.size(); ++k) {
      const Tensor drawn = row.draws[k](random_, shapes[k]);
      inputs_.push_back(is_floating(drawn.dtype()) ? drawn.converted(dtype) : drawn);
    }
    w_ = random_.normal(value(inputs_).shape(), 0, 1, dtype);
    for (const Tensor& x : inputs_) v_.push_back(random_.normal(x.shape(), 0, 1, dtype));
  }

  /// The same numbers in another dtype.
  Problem converted(Dtype dtype) const {
    Problem other(*this);
    const auto convert = [&](Tensor& x) {
      if (is_floating(x.dtype())) x = x.converted(dtype);
    };
    for (Tensor& x : other.inputs_) convert(x);
    for (Tensor& v : other.v_) convert(v);
    convert(other.w_);
    return other;
  }

  const std::vector<Tensor>& inputs() const { return inputs_; }
  /// Other numbers in their place.
  std::vector<Tensor> other_inputs(std::uint64_t seed) const {
    Random random(seed);
    std::vector<Tensor> others;
    for (std::size_t k = 0; k < inputs_.size(); ++k) {
      const Tensor drawn = row_.draws[k](random, inputs_[k].shape());
      others.push_back(drawn.converted(inputs_[k].dtype()));
    }
    return others;
  }
  const Tensor& cotangent() const { return w_; }
  Tensor value(std::span<const Tensor> x) const { return row_.y(x); }
  /// A direction in which the inputs may move; undefined for those that have none.
  std::vector<Tensor> direction() const {
    std::vector<Tensor> v;
    for (std::size_t k = 0; k < v_.size(); ++k) {
      v.push_back(is_floating(inputs_[k].dtype()) ? v_[k] : Tensor());
    }
    return v;
  }

  /// The inputs that have a derivative, as blocks of one flat vector.
  std::vector<check::Block> blocks() const {
    std::vector<check::Block> blocks;
    std::int64_t offset = 0;
    for (std::size_t k = 0; k < inputs_.size(); ++k) {
      if (!is_floating(inputs_[k].dtype()) || inputs_[k].size() == 0) continue;
      const auto extents = inputs_[k].shape().extents();
      blocks.push_back({"x" + std::to_string(k), {extents.begin(), extents.end()}, offset});
      offset += inputs_[k].size();
    }
    return blocks;
  }
  std::vector<double> point() const {
    std::vector<double> point;
    for (const Tensor& x : inputs_) {
      if (is_floating(x.dtype())) append(point, x);
    }
    return point;
  }
  std::vector<Tensor> at(std::span<const double> point) const {
    std::vector<Tensor> inputs;
    for (const Tensor& x : inputs_) {
      if (!is_floating(x.dtype())) {
        inputs.push_back(x);
        continue;
      }
      const auto count = static_cast<std::size_t>(x.size());
      inputs.push_back(Tensor::of(point.first(count), x.shape()));
      point = point.subspan(count);
    }
    return inputs;
  }

  /// The value as a tape sees it: a gradient that is itself recorded may go another way.
  Tensor recorded_value(std::span<const Tensor> x) const {
    Tape tape;
    return value(watched(tape, x));
  }

  /// The adjoints of all inputs; undefined for those that have none.
  std::vector<Tensor> pulled(std::span<const Tensor> x, const Tensor& w) const {
    Tape tape;
    const std::vector<Tensor> u = watched(tape, x);
    const Gradients g = tape.gradient(value(u), w);
    return of(g, u);
  }
  /// The gradient of ⟨w, y⟩ as one flat vector.
  std::vector<double> gradient(std::span<const Tensor> x, const Tensor& w) const {
    return flat(pulled(x, w));
  }

  /// ⟨gradient of ⟨w, y⟩, v⟩, from one tape.
  double slope_along_v(std::span<const Tensor> x) const {
    const std::vector<Tensor> g = pulled(x, w_);
    double sum = 0;
    for (std::size_t k = 0; k < g.size(); ++k) {
      if (g[k].defined()) sum += weighted_sum(v_[k], g[k]);
    }
    return sum;
  }
  /// Its gradient, from two tapes, one inside the other.
  std::vector<Tensor> second(std::span<const Tensor> x) const {
    Tape outer;
    const std::vector<Tensor> u = watched(outer, x);
    Tensor along = scalar(0, w_.dtype());
    {
      Tape inner;
      const std::vector<Tensor> inside = watched(inner, u);
      const std::vector<Tensor> g = of(inner.gradient(value(inside), w_), inside);
      for (std::size_t k = 0; k < g.size(); ++k) {
        if (g[k].defined()) along = along + sum(g[k] * v_[k]);
      }
    }
    return of(outer.gradient(along), u);
  }

  static std::vector<double> flat(const std::vector<Tensor>& tensors) {
    std::vector<double> all;
    for (const Tensor& x : tensors) {
      if (x.defined()) append(all, x);
    }
    return all;
  }

 private:
  static std::vector<Tensor> watched(Tape& tape, std::span<const Tensor> x) {
    std::vector<Tensor> u;
    for (const Tensor& t : x) u.push_back(is_floating(t.dtype()) ? tape.watch(t) : t);
    return u;
  }
  static std::vector<Tensor> of(const Gradients& g, std::span<const Tensor> u) {
    std::vector<Tensor> adjoints;
    for (const Tensor& t : u) adjoints.push_back(is_floating(t.dtype()) ? g[t] : Tensor());
    return adjoints;
  }

  const Row& row_;
  Random random_;
  std::vector<Tensor> inputs_;
  Tensor w_;               // a cotangent of y
  std::vector<Tensor> v_;  // a direction, one an input
};

/// What differences say of a claimed gradient; empty if they have nothing against it. Also against
/// them speaks a bar so wide that it would hide a mistake.
inline std::string objection(const check::Function& f, const Problem& problem,
                             std::vector<double> claimed) {
  if (claimed.empty()) return "";
  check::CompareOptions options;
  options.estimate.parallel = false;
  const check::Claim claim{problem.blocks(), std::move(claimed), {}, {}, {}};
  const check::Report report = check::compare(f, problem.point(), claim, options);
  double largest = 0;
  for (const check::BlockReport& block : report.blocks) {
    largest = std::max(largest, block.largest_reference);
  }
  for (const check::Entry& e : report.entries) {
    const bool tells = e.tolerance < 1e-4 * (largest + 1e-3) && e.verdict != check::Verdict::kink;
    if (e.verdict == check::Verdict::disagree || !tells) return check::describe(report);
  }
  return "";
}

/// A tensor of zeros with a 1 at one place.
inline Tensor one_at(const Shape& shape, Index place) {
  return Tensor::build<double>(shape, [&](std::span<double> out) {
    std::fill(out.begin(), out.end(), 0.0);
    out[static_cast<std::size_t>(place)] = 1;
  });
}

inline bool same_bits(const Tensor& a, const Tensor& b) {
  if (a.defined() != b.defined()) return false;
  if (!a.defined()) return true;
  return a.shape() == b.shape() && a.dtype() == b.dtype() &&
         std::memcmp(a.data(), b.data(), static_cast<std::size_t>(a.size()) * size_of(a.dtype())) ==
             0;
}

inline std::string in_words(const Shapes& shapes) {
  std::string words;
  for (const Shape& shape : shapes) words += to_string(shape) + " ";
  return words;
}

}  // namespace autograd
