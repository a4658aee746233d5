#include "autograd/kernels/matmul.h"

#include <algorithm>
#include <cassert>
#include <cstring>

#include "autograd/kernels/scratch.h"
#include "autograd/tensor/parallel.h"

namespace autograd::kernels {
namespace {

// Sixteen bytes are a vector on every x86-64 and every AArch64; a tile of 4 × 2 vectors leaves
// registers for the operands.
template <class T>
using Vector [[gnu::vector_size(16)]] = T;
template <class T>
constexpr Index lanes = 16 / static_cast<Index>(sizeof(T));

constexpr Index panel_rows = 4;
template <class T>
constexpr Index panel_columns = 2 * lanes<T>;
constexpr Index block_rows = 64;    // of C, the work of one thread at a time
constexpr Index block_inner = 256;  // a pair of panels this long stays in the first-level cache

constexpr Index panels(Index count, Index width) { return (count + width - 1) / width; }

// The panel of columns [first, first + panel_columns) of b.
template <class T>
void pack_columns(const Matrix<T>& b, Index first, T* out) {
  const Index width = std::min(panel_columns<T>, b.columns - first);
  for (Index k = 0; k < b.rows; ++k, out += panel_columns<T>) {
    for (Index j = 0; j < width; ++j) out[j] = b(k, first + j);
    std::fill(out + width, out + panel_columns<T>, T(0));
  }
}

// The panel of rows [first, first + panel_rows) of a, none beyond `end`.
template <class T>
void pack_rows(const Matrix<T>& a, Index first, Index end, T* out) {
  const Index height = std::min(panel_rows, end - first);
  for (Index k = 0; k < a.columns; ++k, out += panel_rows) {
    for (Index i = 0; i < height; ++i) out[i] = a(first + i, k);
    std::fill(out + height, out + panel_rows, T(0));
  }
}

template <class T>
using Tile = T[panel_rows][static_cast<std::size_t>(panel_columns<T>)];

// tile = Σₖ rows[k]·columns[k]ᵀ over `inner` steps.
template <class T>
void multiply_panels(const T* rows, const T* columns, Index inner, Tile<T>& tile) {
  Vector<T> sum[panel_rows][2] = {};
  for (Index k = 0; k < inner; ++k, rows += panel_rows, columns += panel_columns<T>) {
    Vector<T> left;
    Vector<T> right;
    std::memcpy(&left, columns, sizeof left);
    std::memcpy(&right, columns + lanes<T>, sizeof right);
    for (Index i = 0; i < panel_rows; ++i) {
      sum[i][0] += rows[i] * left;
      sum[i][1] += rows[i] * right;
    }
  }
  std::memcpy(&tile, &sum, sizeof sum);
}

// Rows [begin, end) of c, from b packed as a whole.
template <class T>
void multiply_rows(const Matrix<T>& a, const T* packed_b, Index columns, Index begin, Index end,
                   T* c) {
  const Index inner = a.columns;
  const Scratch<T> packed_a(
      static_cast<std::size_t>(panels(end - begin, panel_rows) * panel_rows * inner));
  for (Index i = begin; i < end; i += panel_rows) {
    pack_rows(a, i, end, packed_a.data() + (i - begin) * inner);
  }
  std::fill(c + begin * columns, c + end * columns, T(0));
  Tile<T> tile;
  for (Index k = 0; k < inner; k += block_inner) {
    const Index length = std::min(block_inner, inner - k);
    for (Index j = 0; j < columns; j += panel_columns<T>) {
      const T* right = packed_b + j * inner + k * panel_columns<T>;
      const Index width = std::min(panel_columns<T>, columns - j);
      for (Index i = begin; i < end; i += panel_rows) {
        const T* left = packed_a.data() + (i - begin) * inner + k * panel_rows;
        multiply_panels(left, right, length, tile);
        for (Index r = 0; r < std::min(panel_rows, end - i); ++r) {
          for (Index s = 0; s < width; ++s) c[(i + r) * columns + j + s] += tile[r][s];
        }
      }
    }
  }
}

template <class T>
void multiply(const Matrix<T>& a, const Matrix<T>& b, T* c) {
  assert(a.columns == b.rows);
  const Index panel = panel_columns<T> * b.rows;
  const Index count = panels(b.columns, panel_columns<T>);
  const Scratch<T> packed(static_cast<std::size_t>(count * panel));
  parallel_for(count, 16, [&](Index begin, Index end) {
    for (Index p = begin; p < end; ++p) {
      pack_columns(b, p * panel_columns<T>, packed.data() + p * panel);
    }
  });
  parallel_for(a.rows, block_rows, [&](Index begin, Index end) {
    multiply_rows(a, packed.data(), b.columns, begin, end, c);
  });
}

}  // namespace

template <>
void matmul(const Matrix<float>& a, const Matrix<float>& b, float* c) {
  multiply(a, b, c);
}

template <>
void matmul(const Matrix<double>& a, const Matrix<double>& b, double* c) {
  multiply(a, b, c);
}

}  // namespace autograd::kernels
