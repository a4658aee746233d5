#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "autograd/tape/walk.h"

/// The kinks at which a recorded program stands: relu, leaky_relu, elu, selu and abs at 0, maximum
/// and minimum of equal numbers.
///
/// There a gradient is a matter of convention. Whoever computes the unit with other roundings may
/// also find it on the other side. So a unit counts as standing at its kink when the kink lies
/// within the rounding of its value, and every slope between its left and its right one is allowed.
namespace autograd::check {

/// Whether an operation has a kink where its operand is 0, and is linear on either side of it or
/// nearly so: relu and its kin.
bool has_kink_at_zero(std::string_view operation);

/// The same where its two operands are equal.
bool has_kink_at_ties(std::string_view operation);

struct Kinks {
  std::int64_t units = 0;  ///< elements that stand at a kink
  /// The least and the largest entry of the gradient, flat, over many choices of sides for those
  /// units: all on their left, all on their right, and at random. Empty without any.
  std::vector<double> low, high;
};

/// `rounding[step]` is what the step's value may be off by (see Rounding::values); `choices` of
/// sides are made at random beside the two.
Kinks kinks_of(const Walk& walk, std::size_t inputs, std::span<const Tensor> rounding,
               int choices = 24);

}  // namespace autograd::check
