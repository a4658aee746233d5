#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>

#include "autograd/kernels/matmul.h"
#include "autograd/kernels/matmul_tile.h"
#include "autograd/tensor/shape.h"

/// Copies of parts of the operands of a matrix product, in the order in which its tiles read them.
/// For matmul.cpp.
namespace autograd::kernels::detail {

constexpr Index blocks_of(Index count, Index block) { return (count + block - 1) / block; }
constexpr Index rounded_up(Index count, Index unit) { return blocks_of(count, unit) * unit; }

/// A stretch of the inner dimension.
struct Piece {
  Index k, depth;
};

/// Where rows of a stand, from some row and step on.
template <class T>
struct Rows {
  const T* first;
  Index tile;       ///< from one tile's rows to those of the next
  Index row, step;  ///< from one row, and from one step, to the next
};

template <class T>
class Packing {
 public:
  Packing(const Matrix<T>& a, const Matrix<T>& b, const TileKernels<T>& kernels)
      : a_(a), b_(b), kernels_(kernels) {}

  /// Whether the rows of a row-major a stand so that they push one another out of a cache.
  bool rows_of_a_collide() const { return collide(a_.columns); }

  /// The rows of a where they stand.
  Rows<T> rows_of_a(Index row, Index k) const {
    if (a_.transposed) return {a_.data + k * a_.rows + row, kernels_.rows, 1, a_.rows};
    const Index inner = a_.columns;
    return {a_.data + row * inner + k, kernels_.rows * inner, inner, 1};
  }

  /// Room for a copy of so many rows.
  std::size_t room_for_a(Index rows, Index depth) const {
    return static_cast<std::size_t>(rounded_up(rows, kernels_.rows) * row_of_copy(depth));
  }

  /// A piece of a, the rows of each tile together.
  Rows<T> pack_a(Index row, Index rows, const Piece& piece, T* out) const {
    const Rows<T> from = rows_of_a(row, piece.k);
    const Index tile = kernels_.rows;
    const Index apart = a_.transposed ? piece.depth : row_of_copy(piece.depth);
    for (Index i = 0; i < rows; i += tile) {
      const T* in = from.first + i / tile * from.tile;
      const Index height = std::min(tile, rows - i);
      T* to = out + i * apart;
      if (a_.transposed) {
        for (Index s = 0; s < piece.depth; ++s) copy_few(in + s * a_.rows, height, to + s * tile);
      } else {
        for (Index r = 0; r < height; ++r) {
          std::copy_n(in + r * a_.columns, piece.depth, to + r * apart);
        }
      }
    }
    if (a_.transposed) return {out, tile * apart, 1, tile};
    return {out, tile * apart, apart, 1};
  }

  /// Columns of b, each step's side by side and filled up to whole vectors with numbers that nobody
  /// looks at.
  void pack_columns(Index column, Index count, const Piece& piece, T* out) const {
    const Index lanes = kernels_.lanes, step = rounded_up(count, lanes), inner = b_.rows;
    if (!b_.transposed) {
      const T* from = b_.data + piece.k * b_.columns + column;
      for (Index s = 0; s < piece.depth; ++s, from += b_.columns) {
        copy_row(from, count, step, out + s * step);
      }
      return;
    }
    const T* from = b_.data + column * inner + piece.k;
    Index j = 0;
    for (; j + lanes <= count; j += lanes) {
      kernels_.transpose(from + j * inner, inner, piece.depth, out + j, step);
    }
    for (; j < step; ++j) {
      for (Index s = 0; s < piece.depth; ++s) {
        out[s * step + j] = j < count ? from[j * inner + s] : T(0);
      }
    }
  }

  /// The same for panel after panel of `wide` columns, each `apart` numbers behind the one before.
  /// A row-major b is read row by row, as it stands in memory.
  void pack_panels(Index column, Index columns, Index wide, const Piece& piece, Index apart,
                   T* out) const {
    if (b_.transposed) {
      for (Index j = 0; j < columns; j += wide, out += apart) {
        pack_columns(column + j, std::min(wide, columns - j), piece, out);
      }
      return;
    }
    const T* from = b_.data + piece.k * b_.columns + column;
    for (Index s = 0; s < piece.depth; ++s, from += b_.columns) {
      T* to = out;
      for (Index j = 0; j < columns; j += wide, to += apart) {
        const Index count = std::min(wide, columns - j);
        const Index step = rounded_up(count, kernels_.lanes);
        copy_row(from + j, count, step, to + s * step);
      }
    }
  }

 private:
  // Rows a multiple of this apart fall into the same few lines of a cache.
  static bool collide(Index numbers) {
    constexpr Index bytes = 1024;
    return numbers * static_cast<Index>(sizeof(T)) % bytes == 0;
  }

  static Index row_of_copy(Index depth) {
    constexpr Index line = 64 / sizeof(T);
    return collide(depth) ? depth + line : depth;
  }

  // In steps of a length that the compiler knows, lest it call the C library for so little.
  static void copy_few(const T* from, Index count, T* to) {
    constexpr Index piece = 4;
    Index j = 0;
    for (; j + piece <= count; j += piece) std::memcpy(to + j, from + j, piece * sizeof(T));
    for (; j < count; ++j) to[j] = from[j];
  }

  // Some numbers of a row of b, and up to `step` of them what stands behind: the next row's. At the
  // end of b there are no more.
  void copy_row(const T* from, Index count, Index step, T* to) const {
    const T* end = b_.data + b_.rows * b_.columns;
    if (step <= end - from) return copy_few(from, step, to);
    std::copy_n(from, count, to);
    std::fill(to + count, to + step, T(0));
  }

  const Matrix<T>& a_;
  const Matrix<T>& b_;
  const TileKernels<T>& kernels_;
};

}  // namespace autograd::kernels::detail
