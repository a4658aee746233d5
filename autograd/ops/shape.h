#pragma once

#include <span>

#include "autograd/tensor/tensor.h"

/// The same numbers under another shape or in another order. Of any dtype.
namespace autograd {

/// The same numbers in the same order; one extent may be −1 and is then worked out. Storage is
/// shared. Throws when the number of elements differs.
Tensor reshape(const Tensor& x, const Shape& shape);
Tensor reshape(const Tensor& x, std::initializer_list<Index> extents);

/// The axes first … last, both included, made one; storage is shared. A scalar becomes a vector.
Tensor flatten(const Tensor& x, Index first = 0, Index last = -1);

/// Repeated along new axes and along axes of extent 1, by NumPy's rules. Throws when it does not
/// fit.
Tensor broadcast_to(const Tensor& x, const Shape& shape);

/// The same with −1 for every extent that stays as it is; new axes, in front, need theirs.
Tensor expand(const Tensor& x, std::initializer_list<Index> extents);

/// Axis i of the result is axis order[i] of x.
Tensor permute(const Tensor& x, std::span<const Index> order);
Tensor permute(const Tensor& x, std::initializer_list<Index> order);

/// A matrix with rows and columns exchanged; of higher rank, the last two axes.
Tensor transpose(const Tensor& x);

/// An axis of extent 1 put in before the given one, so that it stands there; negative axes count
/// from the end of the result.
Tensor unsqueeze(const Tensor& x, Index axis);

/// An axis of extent 1 taken out; without one named, all axes of extent 1.
Tensor squeeze(const Tensor& x, Index axis);
Tensor squeeze(const Tensor& x);

}  // namespace autograd
