#pragma once

#include "autograd/kernels/reduce.h"
#include "autograd/tensor/shape.h"

/// The matrix product on plain arrays.
///
/// Both operands are first packed: B into panels of `panel_columns` columns, A, a block of rows at
/// a time, into panels of `panel_rows` rows, each panel in the order in which it is read, padded
/// with zeros at the rim. The innermost routine then keeps a panel_rows × panel_columns tile of C
/// in registers while it walks down the inner dimension. Packing also absorbs a transposed operand,
/// so that all four cases run the same loop.
///
/// The inner dimension is cut at fixed places and every element of C is summed by one thread in one
/// order; the result is the same to the last bit for any number of threads.
namespace autograd::kernels {

/// A row-major matrix that is read as `rows` × `columns`; if `transposed`, it is stored as
/// `columns` × `rows`.
template <class T>
struct Matrix {
  const T* data;
  Index rows;
  Index columns;
  bool transposed = false;

  const T& operator()(Index i, Index j) const {
    return transposed ? data[j * rows + i] : data[i * columns + j];
  }
};

/// c = a·b for any scalar, by the definition, every element summed in pairs. c as below.
template <class T>
void matmul(const Matrix<T>& a, const Matrix<T>& b, T* c) {
  for (Index i = 0; i < a.rows; ++i) {
    for (Index j = 0; j < b.columns; ++j) {
      c[i * b.columns + j] = pairwise_sum<T>(a.columns, [&](Index k) { return a(i, k) * b(k, j); });
    }
  }
}

/// c = a·b. c is row-major [a.rows, b.columns], overlaps neither operand, and is overwritten;
/// a.columns equals b.rows. An empty inner dimension gives zeros.
template <>
void matmul(const Matrix<float>& a, const Matrix<float>& b, float* c);
template <>
void matmul(const Matrix<double>& a, const Matrix<double>& b, double* c);

}  // namespace autograd::kernels
