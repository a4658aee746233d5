#include "autograd/ops/factors.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <span>
#include <type_traits>

#include "autograd/kernels/matmul.h"
#include "autograd/ops/linalg.h"
#include "autograd/tensor/vectored.h"

namespace autograd {
namespace {

// The largest magnitude; NaN or infinity where there is one. Without their sign numbers are in the
// order of their bits, NaN above all, and a largest integer may be looked for in any order.
template <class T>
double largest(const Tensor& x) {
  using Bits = std::conditional_t<sizeof(T) == 4, std::int32_t, std::int64_t>;
  const std::span<const T> all = x.values<T>();
  const T* numbers = all.data();
  const std::size_t size = all.size();
  Bits most = 0;
  vectored<T>([&most, numbers, size] {
    Bits here = 0;
    for (std::size_t i = 0; i < size; ++i) {
      here = std::max(here, std::bit_cast<Bits>(numbers[i]) & std::numeric_limits<Bits>::max());
    }
    most = here;
  });
  return static_cast<double>(std::bit_cast<T>(most));
}

}  // namespace

Tensor Factors::product() const { return matmul(a, b, {.a = true}); }

bool Factors::are_fewer() const { return a.size() + b.size() <= a.extent(1) * b.extent(1); }

bool Factors::surely_finite() const {
  return with_floating(a.dtype(), [&](auto zero) {
    using T = decltype(zero);
    const double bound =
        static_cast<double>(a.extent(0)) * largest<T>(a) * largest<T>(b);  // of any sum on the way
    return bound <= static_cast<double>(std::numeric_limits<T>::max()) / 4;
  });
}

void Factors::add_to(void* numbers, double factor) const {
  with_floating(a.dtype(), [&](auto zero) {
    using T = decltype(zero);
    const Index k = a.extent(0), m = a.extent(1), n = b.extent(1);
    kernels::add_product({a.values<T>().data(), m, k, true}, {b.values<T>().data(), k, n},
                         static_cast<T>(factor), static_cast<T*>(numbers));
  });
}

}  // namespace autograd
