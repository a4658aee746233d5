#pragma once

#include <span>
#include <vector>

#include "autograd/tape/walk.h"

/// The kinks at which a recorded program stands: relu, leaky_relu, elu, selu and abs at 0, maximum
/// and minimum of equal numbers.
///
/// There a gradient is a matter of convention. Whoever computes the unit with other roundings may
/// also find it on the other side. So a unit counts as standing at its kink when the kink lies
/// within the rounding of its value, and every slope between its left and its right one is allowed.
namespace autograd::check {

struct Kinks {
  std::int64_t units = 0;  ///< elements that stand at a kink
  /// The gradient with all of those taken on their left and on their right side, flat; empty
  /// without any.
  std::vector<double> left, right;
};

/// `rounding[step]` is what the step's value may be off by (see Rounding::values).
Kinks kinks_of(const Walk& walk, std::size_t inputs, std::span<const Tensor> rounding);

}  // namespace autograd::check
