#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <vector>

#include "autograd/kernels/reduce.h"
#include "autograd/tensor/parallel.h"
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

namespace detail {

/// Columns of a product that are summed side by side: as many sums as fit the processor's pipeline.
template <class T>
struct Tile {
  static constexpr Index columns = 8;
  std::array<T, static_cast<std::size_t>(columns)> sum;
  Tile& operator+=(const Tile& other) {
    for (std::size_t j = 0; j < sum.size(); ++j) sum[j] += other.sum[j];
    return *this;
  }
};

/// Σₖ a(i, k)·panel[k, ·] in pairs, for one row i and the columns of a panel.
template <class T>
Tile<T> row_times_panel(const Matrix<T>& a, Index i, const T* panel) {
  constexpr Index wide = Tile<T>::columns;
  Pairs<Tile<T>> pairs;
  for (Index begin = 0; begin < a.columns; begin += run) {
    Tile<T> tile{};
    for (Index k = begin; k < std::min(a.columns, begin + run); ++k) {
      const T& left = a(i, k);
      for (Index j = 0; j < wide; ++j) {
        tile.sum[static_cast<std::size_t>(j)] += left * panel[k * wide + j];
      }
    }
    pairs.next() = tile;
    pairs.push();
  }
  return pairs.finish();
}

}  // namespace detail

/// c = a·b for any scalar, every element summed in pairs. c as below. A panel of b's columns is
/// copied in the order in which it is read, and serves all rows of a.
template <class T>
void matmul(const Matrix<T>& a, const Matrix<T>& b, T* c) {
  constexpr Index wide = detail::Tile<T>::columns;
  if (a.columns == 0) {
    std::fill(c, c + a.rows * b.columns, T(0));
    return;
  }
  const Index panels = (b.columns + wide - 1) / wide;
  const Index work = std::max<Index>(1, a.rows * a.columns * wide);
  parallel_for(panels, std::max<Index>(1, 16384 / work), [&](Index begin, Index end) {
    std::vector<T> panel(static_cast<std::size_t>(a.columns * wide));
    for (Index p = begin; p < end; ++p) {
      const Index first = p * wide, columns = std::min(wide, b.columns - first);
      for (Index k = 0; k < a.columns; ++k) {
        for (Index j = 0; j < columns; ++j) {
          panel[static_cast<std::size_t>(k * wide + j)] = b(k, first + j);
        }
      }
      for (Index i = 0; i < a.rows; ++i) {
        const detail::Tile<T> tile = detail::row_times_panel(a, i, panel.data());
        std::copy_n(tile.sum.begin(), columns, c + i * b.columns + first);
      }
    }
  });
}

/// c = a·b. c is row-major [a.rows, b.columns], overlaps neither operand, and is overwritten;
/// a.columns equals b.rows. An empty inner dimension gives zeros.
template <>
void matmul(const Matrix<float>& a, const Matrix<float>& b, float* c);
template <>
void matmul(const Matrix<double>& a, const Matrix<double>& b, double* c);

}  // namespace autograd::kernels
