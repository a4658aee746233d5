#pragma once

#include <initializer_list>
#include <vector>

#include "autograd/tensor/tensor.h"

namespace autograd {

/// A vector or a matrix from its numbers: `tensor({1, 2, 3})`, `tensor({{1, 2}, {3, 4}}, f32)`.
Tensor tensor(std::initializer_list<double> numbers, Dtype dtype = f64);
Tensor tensor(std::initializer_list<std::initializer_list<double>> rows, Dtype dtype = f64);

/// Given numbers in row-major order under a shape; without one, a vector.
template <class T>
Tensor tensor(const std::vector<T>& numbers, const Shape& shape) {
  return Tensor::of(std::span<const T>(numbers), shape);
}
template <class T>
Tensor tensor(const std::vector<T>& numbers) {
  return tensor(numbers, Shape{static_cast<Index>(numbers.size())});
}

/// A tensor of rank 0 with a dtype of its own, which a plain number does not have.
Tensor scalar(double number, Dtype dtype = f64);

Tensor full(const Shape& shape, double number, Dtype dtype = f64);
Tensor zeros(const Shape& shape, Dtype dtype = f64);
Tensor ones(const Shape& shape, Dtype dtype = f64);
Tensor zeros_like(const Tensor& x);
Tensor ones_like(const Tensor& x);

/// 0, 1, …, count − 1.
Tensor arange(Index count, Dtype dtype = f64);

/// `count` numbers from `first` to `last`, both included.
Tensor linspace(double first, double last, Index count, Dtype dtype = f64);

/// The identity matrix [n, n].
Tensor eye(Index n, Dtype dtype = f64);

/// All numbers as doubles in row-major order, whatever the dtype.
std::vector<double> to_vector(const Tensor& x);

/// Whether no number is NaN or infinite; labels and indices never are.
bool is_finite(const Tensor& x);

}  // namespace autograd
