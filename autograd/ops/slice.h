#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>
#include <utility>
#include <vector>

#include "autograd/ops/axes.h"
#include "autograd/tensor/tensor.h"

/// Parts of a tensor along its axes, and their places exchanged. Of any dtype; what is one
/// stretch of storage, as rows of axis 0 are, is shared and not copied.
namespace autograd {

/// Every step-th of the elements [begin, end) along an axis; negative bounds count from the end. A
/// negative step walks the same stretch backwards, from its last element: `slice(x, 0, 0, 5, -2)`
/// is x₄, x₂, x₀. Throws for bounds beyond the axis and for step 0.
Tensor slice(const Tensor& x, Index axis, Index begin, Index end, Index step = 1);

/// Element i along an axis, which is gone from the result.
Tensor select(const Tensor& x, Index axis, Index i);

/// Consecutive parts along an axis, of the given sizes, which must add up to its extent.
std::vector<Tensor> split(const Tensor& x, std::span<const Index> sizes, Index axis = 0);

/// The same with the sizes in braces, so that the parts can be named at once:
/// `const auto [a, b] = split(x, {2, 3});`
template <std::size_t N>
std::array<Tensor, N> split(const Tensor& x, const Index (&sizes)[N], Index axis = 0) {
  std::array<Tensor, N> parts;
  std::ranges::move(split(x, std::span<const Index>(sizes), axis), parts.begin());
  return parts;
}

/// `count` consecutive parts along an axis, as equal as can be: the first ones have one element
/// more where the extent is no multiple of count. Throws unless 1 ≤ count ≤ extent.
std::vector<Tensor> chunk(const Tensor& x, Index count, Index axis = 0);

/// The slices along an axis, which is gone from each: what stack puts together.
std::vector<Tensor> unstack(const Tensor& x, Index axis = 0);

/// The order of the elements reversed along the axes, all of them unless named.
Tensor flip(const Tensor& x, const Axes& axes = {});

/// Every element moved on by `shift` places along an axis; what leaves at the end comes in at the
/// beginning: yᵢ = x₍ᵢ₋ₛ₎ mod n.
Tensor roll(const Tensor& x, Index shift, Index axis);

/// How many elements are put before and after those of an axis.
struct Padding {
  Index before = 0;
  Index after = 0;
};

/// x with `value` around it: one Padding an axis, none of it negative.
Tensor pad(const Tensor& x, std::span<const Padding> padding, double value = 0);
Tensor pad(const Tensor& x, std::initializer_list<Padding> padding, double value = 0);

}  // namespace autograd
