#include "autograd/tensor/factories.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <string>
#include <type_traits>

#include "autograd/tensor/error.h"
#include "autograd/tensor/vectored.h"

namespace autograd {
namespace {

// A tensor whose element i is number(i).
template <class Number>
Tensor generate(const Shape& shape, Dtype dtype, Number&& number) {
  return with_any(dtype, [&](auto zero) {
    using T = decltype(zero);
    return Tensor::build<T>(shape, [&](std::span<T> out) {
      for (std::size_t i = 0; i < out.size(); ++i) out[i] = static_cast<T>(number(i));
    });
  });
}

Index checked(std::string_view operation, Index count) {
  if (count < 0) {
    throw Error(std::string(operation) + ": the count must not be negative; got " +
                std::to_string(count));
  }
  return count;
}

}  // namespace

Tensor tensor(std::initializer_list<double> numbers, Dtype dtype) {
  return generate({static_cast<Index>(numbers.size())}, dtype,
                  [&](std::size_t i) { return numbers.begin()[i]; });
}

Tensor tensor(std::initializer_list<std::initializer_list<double>> rows, Dtype dtype) {
  const std::size_t columns = rows.size() == 0 ? 0 : rows.begin()->size();
  for (const auto& row : rows) {
    if (row.size() != columns) {
      throw Error("tensor: rows must be equally long; got " + std::to_string(columns) + " and " +
                  std::to_string(row.size()) + " numbers");
    }
  }
  return generate({static_cast<Index>(rows.size()), static_cast<Index>(columns)}, dtype,
                  [&](std::size_t i) { return rows.begin()[i / columns].begin()[i % columns]; });
}

Tensor scalar(double number, Dtype dtype) { return full({}, number, dtype); }

Tensor full(const Shape& shape, double number, Dtype dtype) {
  return generate(shape, dtype, [number](std::size_t) { return number; });
}

Tensor zeros(const Shape& shape, Dtype dtype) { return full(shape, 0, dtype); }

Tensor ones(const Shape& shape, Dtype dtype) { return full(shape, 1, dtype); }

Tensor zeros_like(const Tensor& x) { return zeros(x.shape(), x.dtype()); }

Tensor ones_like(const Tensor& x) { return ones(x.shape(), x.dtype()); }

Tensor arange(Index count, Dtype dtype) {
  return generate({checked("arange", count)}, dtype, [](std::size_t i) { return i; });
}

Tensor linspace(double first, double last, Index count, Dtype dtype) {
  const double steps = static_cast<double>(std::max<Index>(checked("linspace", count) - 1, 1));
  return generate({count}, dtype, [&](std::size_t i) {
    const double t = static_cast<double>(i) / steps;
    return first * (1 - t) + last * t;
  });
}

Tensor eye(Index n, Dtype dtype) {
  const auto side = static_cast<std::size_t>(checked("eye", n));
  return generate({n, n}, dtype, [side](std::size_t i) { return i / side == i % side ? 1 : 0; });
}

std::vector<double> to_vector(const Tensor& x) {
  return with_any(x.dtype(), [&](auto zero) {
    const auto numbers = x.values<decltype(zero)>();
    std::vector<double> copy(numbers.size());
    std::transform(numbers.begin(), numbers.end(), copy.begin(),
                   [](auto number) { return static_cast<double>(number); });
    return copy;
  });
}

bool is_finite(const Tensor& x) {
  if (!is_floating(x.dtype())) return true;
  return with_floating(x.dtype(), [&](auto zero) {
    // The bits of x − x are 0, or those of NaN where x is not finite. A piece is looked at as a
    // whole: no branch between.
    using T = decltype(zero);
    using Bits = std::conditional_t<sizeof(T) == 4, std::uint32_t, std::uint64_t>;
    constexpr std::size_t piece = 4096;
    const auto numbers = x.values<T>();
    bool finite = true;
    vectored<T>([&, numbers] {
      for (std::size_t begin = 0; begin < numbers.size() && finite; begin += piece) {
        const T* v = numbers.data() + begin;
        const std::size_t count = std::min(piece, numbers.size() - begin);
        Bits bits = 0;
        for (std::size_t i = 0; i < count; ++i) bits |= std::bit_cast<Bits>(v[i] - v[i]);
        finite = bits == 0;
      }
    });
    return finite;
  });
}

}  // namespace autograd
