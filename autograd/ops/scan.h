#pragma once

#include "autograd/ops/axes.h"
#include "autograd/tensor/tensor.h"

/// Products, and sums that are kept on the way.
namespace autograd {

/// Π x; over an empty axis, 1. The derivative is right where elements are 0, too: it is the product
/// of the others.
Tensor prod(const Tensor& x, const Axes& axes = {}, KeepAxes keep = KeepAxes::no);

/// yᵢ = x₀ + … + xᵢ along an axis; x's shape. Throws for an axis that x has not.
Tensor cumsum(const Tensor& x, Index axis = -1);

}  // namespace autograd
