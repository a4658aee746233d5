#include "autograd/witness/kinks.h"

#include <algorithm>
#include <array>
#include <map>
#include <string_view>

#include "autograd/ops/arithmetic.h"
#include "autograd/ops/elementwise.h"
#include "autograd/ops/reduce.h"
#include "autograd/tensor/factories.h"
#include "autograd/tensor/random.h"
#include "autograd/witness/flat.h"

namespace autograd::check {

bool has_kink_at_zero(std::string_view operation) {
  constexpr std::array names{"relu", "leaky_relu", "elu", "selu", "abs"};
  return std::find(names.begin(), names.end(), operation) != names.end();
}

bool has_kink_at_ties(std::string_view operation) {
  return operation == "maximum" || operation == "minimum";
}

namespace {

// The elements of a step that stand at a kink, and operands that put those on either side of it.
struct Standing {
  std::vector<Tensor> left, right;  // operands
};

class Finder {
 public:
  Finder(const Walk& walk, std::span<const Tensor> rounding) : walk_(walk), rounding_(rounding) {
    for (std::size_t step = 0; step < walk.size(); ++step) {
      if (!walk.varies(step)) continue;
      if (has_kink_at_zero(walk.operation(step))) at_zero(step);
      if (has_kink_at_ties(walk.operation(step))) at_ties(step);
    }
  }

  std::int64_t units() const { return units_; }

  // The gradient with every unit on its own side: `right(shape)` is 1 where it is the right one.
  template <class Right>
  std::vector<double> gradient(std::size_t inputs, const Right& right) const {
    std::map<std::size_t, std::vector<Tensor>> sides;
    for (const auto& [step, standing] : standing_) {
      std::vector<Tensor>& chosen = sides[step];
      const Tensor mask = right(standing.left[0].shape());
      for (std::size_t k = 0; k < standing.left.size(); ++k) {
        chosen.push_back(k == 0 ? where(mask, standing.right[k], standing.left[k])
                                : standing.left[k]);
      }
    }
    const auto pull = [&](std::size_t step, std::size_t k,
                          const Tensor& dy) -> std::optional<Tensor> {
      const auto found = sides.find(step);
      if (found == sides.end()) return std::nullopt;
      const std::vector<Tensor>& operands = found->second;
      return walk_.rule_at(step, k, dy, operands, walk_.compute(step, operands));
    };
    const std::vector<Tensor> adjoints = walk_.pull(walk_.output(0), Tensor(1.0), pull);
    std::vector<Tensor> gradient;
    for (std::size_t k = 0; k < inputs; ++k) {
      const Tensor& dx = adjoints[walk_.input(k)];
      gradient.push_back(dx.defined() ? dx : zeros_like(walk_.value(walk_.input(k))));
    }
    return flatten(gradient);
  }

 private:
  Tensor spread(std::size_t step) const {
    return step < rounding_.size() && rounding_[step].defined() ? rounding_[step]
                                                                : zeros_like(walk_.value(step));
  }

  bool any_of(const Tensor& mask) {
    const auto count = static_cast<std::int64_t>(sum(to(mask, f64)).item());
    units_ += count;
    return count > 0;
  }

  void at_zero(std::size_t step) {
    const std::size_t from = walk_.operands(step)[0];
    const Tensor& x = walk_.value(from);
    const Tensor near = abs(x) <= spread(from);
    if (any_of(near)) standing_[step] = {{where(near, -tiny, x)}, {where(near, tiny, x)}};
  }

  void at_ties(std::size_t step) {
    const std::size_t a = walk_.operands(step)[0], b = walk_.operands(step)[1];
    const Tensor &x = walk_.value(a), &y = walk_.value(b);
    const Tensor near = abs(x - y) <= spread(a) + spread(b);
    if (!any_of(near)) return;
    const Tensor apart = 1e-8 * abs(y) + tiny;
    standing_[step] = {{where(near, y - apart, x), y}, {where(near, y + apart, x), y}};
  }

  static constexpr double tiny = 1e-30;  // of which no slope depends on how small it is

  const Walk& walk_;
  std::span<const Tensor> rounding_;
  std::map<std::size_t, Standing> standing_;
  std::int64_t units_ = 0;
};

}  // namespace

Kinks kinks_of(const Walk& walk, std::size_t inputs, std::span<const Tensor> rounding,
               int choices) {
  const Finder finder(walk, rounding);
  Kinks kinks;
  kinks.units = finder.units();
  if (kinks.units == 0) return kinks;
  const auto all = [](double side) {
    return [side](const Shape& shape) { return to(full(shape, side), i64); };
  };
  kinks.low = kinks.high = finder.gradient(inputs, all(0));
  const auto include = [&](const std::vector<double>& gradient) {
    for (std::size_t i = 0; i < gradient.size(); ++i) {
      kinks.low[i] = std::min(kinks.low[i], gradient[i]);
      kinks.high[i] = std::max(kinks.high[i], gradient[i]);
    }
  };
  include(finder.gradient(inputs, all(1)));
  autograd::Random random(1);
  const auto any = [&](const Shape& shape) { return random.integers(shape, 0, 2); };
  for (int i = 0; i < (kinks.units > 1 ? choices : 0); ++i) include(finder.gradient(inputs, any));
  return kinks;
}

}  // namespace autograd::check
