#pragma once

#include "autograd/ops/evaluate.h"

/// For the files that define operations.
namespace autograd::ops {

/// A tensor like x, which `fill(view of it, view of x)` computes in x's dtype; nothing is recorded.
template <class Fill>
Tensor computed_from(const Tensor& x, const Fill& fill) {
  Tensor y = Tensor::uninitialized(x.shape(), x.dtype());
  with_floating(x.dtype(), [&](auto zero) {
    using T = decltype(zero);
    fill(View<T>{static_cast<T*>(y.mutable_data()), y.shape()},
         View<const T>{x.values<T>().data(), x.shape()});
  });
  return y;
}

}  // namespace autograd::ops
