#pragma once

#include <span>

#include "autograd/tensor/tensor.h"

/// Tensors put together, and repeated. Of any dtype.
namespace autograd {

/// The tensors one after another along an axis; their other axes and their dtypes must agree.
Tensor concatenate(std::span<const Tensor> tensors, Index axis = 0);
Tensor concatenate(std::initializer_list<Tensor> tensors, Index axis = 0);

/// Tensors of one shape as the slices along a new axis, which stands at `axis` of the result.
Tensor stack(std::span<const Tensor> tensors, Index axis = 0);
Tensor stack(std::initializer_list<Tensor> tensors, Index axis = 0);

/// x as a whole repeated along its axes, one count an axis: `tile(x, {2})` of [a, b] is
/// [a, b, a, b].
Tensor tile(const Tensor& x, std::initializer_list<Index> counts);

/// Each element repeated along an axis: `repeat(x, 2, 0)` of [a, b] is [a, a, b, b].
Tensor repeat(const Tensor& x, Index count, Index axis);

}  // namespace autograd
