#include "autograd/tape/sweep.h"

#include "autograd/kernels/map.h"
#include "autograd/ops/arithmetic.h"
#include "autograd/ops/reduce.h"

namespace autograd::detail {

void accumulate(Tensor& sum, Tensor dx) {
  if (!sum.defined()) {
    sum = std::move(dx);
  } else if (ops::recorder() == nullptr && sum.is_unique()) {
    with_floating(sum.dtype(), [&](auto zero) {
      using T = decltype(zero);
      auto* into = static_cast<T*>(sum.mutable_data());
      kernels::map([](const T& a, const T& b) { return a + b; },
                   kernels::View<T>{into, sum.shape()}, kernels::View<const T>{into, sum.shape()},
                   kernels::View<const T>{dx.values<T>().data(), dx.shape()});
    });
  } else {
    sum = sum + dx;
  }
}

Tensor unbroadcast(const Tensor& dx, const Shape& shape) { return sum_to(dx, shape); }

}  // namespace autograd::detail
