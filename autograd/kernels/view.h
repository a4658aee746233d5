#pragma once

#include <cstddef>
#include <span>

#include "autograd/tensor/shape.h"

namespace autograd::kernels {

/// Dense row-major numbers under a shape; both belong to somebody else. T is any scalar, const for
/// an operand that is only read.
template <class T>
struct View {
  T* data;
  const Shape& shape;

  Index size() const { return shape.size(); }
  T& operator[](Index i) const { return data[i]; }
  std::span<T> numbers() const { return {data, static_cast<std::size_t>(shape.size())}; }
};

}  // namespace autograd::kernels
