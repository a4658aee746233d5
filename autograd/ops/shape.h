#pragma once

#include "autograd/tensor/tensor.h"

/// The same numbers under another shape or in another order.
namespace autograd {

/// The same numbers in the same order; one extent may be −1 and is then worked out. Storage is
/// shared. Throws when the number of elements differs.
Tensor reshape(const Tensor& x, const Shape& shape);
Tensor reshape(const Tensor& x, std::initializer_list<Index> extents);

/// Repeated along new axes and along axes of extent 1, by NumPy's rules. Throws when it does not
/// fit.
Tensor broadcast_to(const Tensor& x, const Shape& shape);

/// Axis i of the result is axis order[i] of x.
Tensor permute(const Tensor& x, std::initializer_list<Index> order);

/// A matrix with rows and columns exchanged; of higher rank, the last two axes.
Tensor transpose(const Tensor& x);

/// An axis of extent 1 put in before the given one, so that it stands there; negative axes count
/// from the end of the result.
Tensor unsqueeze(const Tensor& x, Index axis);

/// An axis of extent 1 taken out.
Tensor squeeze(const Tensor& x, Index axis);

}  // namespace autograd
