#pragma once

#include <array>
#include <cstddef>

#include "autograd/tensor/shape.h"

/// The innermost routines of the matrix product, for the vectors of this machine. For matmul.cpp.
namespace autograd::kernels {

/// c = a·b, or plus + factor·(a·b), for one tile: a few rows of a against a few vectors of columns
/// of b.
template <class T>
struct TileJob {
  const T* a;  ///< a(i, k) stands at a[i·a_row + k·a_step]; one of the two is 1
  Index a_row, a_step;
  const T* b;  ///< the columns at step k stand at b[k·b_step] side by side
  Index b_step;
  Index inner;  ///< the number of steps k
  T* c;
  Index c_row;
  Index width;  ///< columns of c; those of b are filled up to whole vectors
  const T* next_a =
      nullptr;              ///< the next tile's rows, stored as these are: to be fetched meanwhile
  const T* plus = nullptr;  ///< what the product is added to in the end; null: nothing
  Index plus_row = 0;
  T factor = 1;              ///< of the product, where it is added
  bool plus_is_far = false;  ///< whether that is to be fetched while the sums are made
};

/// c[i·c_row + j·c_step] = Σₖ a[i·a_row + k]·b[j·b_row + k]: rows of a against rows of b.
template <class T>
struct DotJob {
  const T* a;
  Index a_row;
  const T* b;
  Index b_row;
  Index inner;
  T* c;
  Index c_row, c_step;
  const T* next_b = nullptr;  ///< as many rows as b's, to be fetched meanwhile
};

template <class T>
struct TileKernels {
  static constexpr std::size_t most_rows = 8, most_vectors = 3, most_dots = 6;

  Index lanes;      ///< numbers in a vector
  Index rows;       ///< of the largest tile that fits the registers
  Index dots;       ///< rows of b that dots takes at a time,
  Index dots_rows;  ///< beside up to so many rows of a

  using Multiply = void (*)(const TileJob<T>&);
  /// By rows − 1 and vectors − 1; for a_step = 1, and for a_row = 1.
  std::array<std::array<Multiply, most_vectors>, most_rows> by_rows, by_columns;

  using Dots = void (*)(const DotJob<T>&);
  std::array<Dots, most_dots> dots_of;  ///< by rows of a − 1, with `dots` rows of b
  std::array<Dots, most_dots> dot_of;   ///< with one row of b

  /// to[k·to_step + j] = from[j·from_row + k] for the `lanes` rows j of `from` and k < inner.
  void (*transpose)(const T* from, Index from_row, Index inner, T* to, Index to_step);
};

/// Those of the best instruction set that this machine has.
template <class T>
const TileKernels<T>& tile_kernels();

}  // namespace autograd::kernels
