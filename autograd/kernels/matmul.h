#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <vector>

#include "autograd/kernels/reduce.h"
#include "autograd/tensor/parallel.h"
#include "autograd/tensor/shape.h"

/// The matrix product c = a·b on plain arrays.
///
/// The work is done in tiles: 8 rows of a against 3 vectors of columns of b (4 rows where a
/// processor has 16 registers). Their 24 vectors of sums stay in registers while the tile walks
/// down the inner dimension; each step loads 3 vectors of b and one number from each row of a, for
/// 24 vector multiply-adds. So arithmetic, not loading, is what limits it (matmul_tile.cpp).
///
/// For that, b is copied panel by panel, 3 vectors of columns at a time, in the order in which it
/// is read; the copy also turns a transposed b. The inner dimension is cut into pieces so short
/// that a panel stays in the first-level cache while the rows of c pass by, a tile's worth at a
/// time, and c is gone over once for every piece. Of c at most 512 rows pass by at a time, so that
/// their rows of a stay in the second-level cache; if there are more, all panels of the piece are
/// copied first and serve all of them. Where c is so large that it comes through memory at every
/// pass, the pieces are twice as deep.
///
/// Of a row-major a the tile reads its 8 rows where they stand, and meanwhile has the next 8
/// fetched. A transposed a is copied, the rows of each tile together (matmul_pack.h).
///
/// Nothing is copied where copying would be most of the work: few rows against a transposed b, as
/// of a linear layer on one sample, and long rows against few, as of a layer of few units, are dot
/// products along the rows; a short inner dimension, as
/// of the gradient of such a layer's weights, reads both operands in place. Columns at the right
/// edge that fill no vector make a tile of their own beside c. Where c has few columns and a is
/// stored in long rows, cᵀ = bᵀ·aᵀ is computed instead, whose tiles run along those rows.
///
/// A product may also be added to what c holds already, as gradient descent adds it to weights: a
/// tile has its part of c fetched while it sums, and adds to it when the sums leave the registers,
/// so that the product itself is never written.
///
/// Every element of c is summed by one thread in one order, whatever the tile it falls into; the
/// result is the same to the last bit for any number of threads. It does depend on the vectors of
/// the machine: with fused multiply-adds it is rounded less often.
/// After K. Goto and R. A. van de Geijn, "Anatomy of high-performance matrix multiplication"
/// (2008).
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

/// c = a·b + bias for any scalar, every element summed in pairs. c and bias as below. A panel of
/// b's columns is copied in the order in which it is read, and serves all rows of a.
template <class T>
void matmul(const Matrix<T>& a, const Matrix<T>& b, T* c, const T* bias = nullptr) {
  constexpr Index wide = detail::Tile<T>::columns;
  if (a.columns == 0) {
    for (Index i = 0; i < a.rows * b.columns; ++i)
      c[i] = bias == nullptr ? T(0) : bias[i % b.columns];
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
        detail::Tile<T> tile = detail::row_times_panel(a, i, panel.data());
        for (Index j = 0; j < columns && bias != nullptr; ++j) {
          tile.sum[static_cast<std::size_t>(j)] += bias[first + j];
        }
        std::copy_n(tile.sum.begin(), columns, c + i * b.columns + first);
      }
    }
  });
}

/// c = a·b, plus the bias, one number a column, where there is one. c is row-major [a.rows,
/// b.columns], overlaps neither operand, and is overwritten; a.columns equals b.rows. The product
/// over an empty inner dimension is zero.
template <>
void matmul(const Matrix<float>& a, const Matrix<float>& b, float* c, const float* bias);
template <>
void matmul(const Matrix<double>& a, const Matrix<double>& b, double* c, const double* bias);

/// c ← c + factor·(a·b), as rounded as if a·b had been written down before: what gradient descent
/// does to the weights of a layer. c is row-major [a.rows, b.columns] and overlaps neither operand.
void add_product(const Matrix<float>& a, const Matrix<float>& b, float factor, float* c);
void add_product(const Matrix<double>& a, const Matrix<double>& b, double factor, double* c);

}  // namespace autograd::kernels
