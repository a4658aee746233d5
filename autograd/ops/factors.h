#pragma once

#include "autograd/tensor/tensor.h"

namespace autograd {

/// Two matrices, a [k, m] and b [k, n], that stand for their product aᵀ·b [m, n], which has not
/// been worked out. The gradient of a layer's weights is one, of the adjoints of its outputs and
/// its inputs over a batch of k: for a small batch far fewer numbers than the product has, so that
/// an optimizer that adds the product to the weights spares memory two journeys of it.
struct Factors {
  Tensor a, b;

  /// aᵀ·b, with the bits of matmul(a, b, {.a = true}).
  Tensor product() const;

  /// Whether the factors hold no more numbers than the product.
  bool are_fewer() const;

  /// Whether the factors alone show that the product holds no NaN and no infinity. Where it does
  /// hold one the answer is no; it is also no where numbers are near the largest there are.
  bool surely_finite() const;

  /// numbers ← numbers + factor·aᵀ·b, with the bits of writing the product down and adding it then.
  /// The numbers are those of an [m, n] of the factors' dtype, and none of the factors' own.
  void add_to(void* numbers, double factor) const;
};

}  // namespace autograd
