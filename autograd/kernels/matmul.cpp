#include "autograd/kernels/matmul.h"

#include <algorithm>
#include <cassert>
#include <cstring>

#include "autograd/kernels/matmul_tile.h"
#include "autograd/kernels/scratch.h"
#include "autograd/tensor/vectored.h"

namespace autograd::kernels {
namespace {

// A panel of b, 3 vectors wide and this many numbers deep, stays in the first-level cache (36 KiB
// with the widest vectors) beside the rows of a that pass by.
constexpr Index block_inner = 192;
constexpr Index block_rows = 512;            // of c, whose rows of a stay in the second-level cache
constexpr Index few_rows = 8;                // for which b is not worth packing
constexpr Index small_inner = 16;            // for which neither operand is
constexpr Index worth_a_thread = 2'000'000;  // multiplications

constexpr Index rounded_up(Index count, Index unit) { return (count + unit - 1) / unit * unit; }

// One product c = a·b + bias.
template <class T>
class Product {
 public:
  Product(const Matrix<T>& a, const Matrix<T>& b, T* c, const T* bias)
      : a_(a), b_(b), c_(c), bias_(bias), m_(a.rows), n_(b.columns), inner_(a.columns) {}

  void run() {
    if (inner_ == 1) return run_outer();
    if (b_.transposed && !a_.transposed && m_ <= few_rows) return run_dots();
    // Even shares for the threads; how c is cut changes nothing in any of its sums.
    const Index row_blocks = (m_ + block_rows - 1) / block_rows;
    const Index wanted = row_blocks > 1 ? 1 : thread_count();
    const Index stripe = rounded_up((n_ + wanted - 1) / wanted, lanes_);
    const Index stripes = (n_ + stripe - 1) / stripe;
    const Index work = std::max<Index>(1, std::min(m_, block_rows) * std::min(n_, stripe) * inner_);
    parallel_for(row_blocks * stripes, std::max<Index>(1, worth_a_thread / work),
                 [&](Index begin, Index end) {
                   for (Index t = begin; t < end; ++t) {
                     const Index row = t / stripes * block_rows, column = t % stripes * stripe;
                     multiply_block(row, std::min(block_rows, m_ - row), column,
                                    std::min(stripe, n_ - column));
                   }
                 });
  }

 private:
  // A column times a row, as of the gradient of weights by one sample: c is written once, row by
  // row.
  void run_outer() {
    parallel_for(m_, std::max<Index>(1, worth_a_thread / n_), [&](Index begin, Index end) {
      vectored<T>([&, begin, end] {
        for (Index i = begin; i < end; ++i) {
          const T left = a_.data[i];
          const T* right = b_.data;
          T* c = c_ + i * n_;
          for (Index j = 0; j < n_; ++j) c[j] = left * right[j];
          for (Index j = 0; j < n_ && bias_ != nullptr; ++j) c[j] += bias_[j];
        }
      });
    });
  }

  // Few rows of a against the rows that b is stored in: nothing is copied.
  void run_dots() {
    const Index wide = kernels_.dots;
    parallel_for((n_ + wide - 1) / wide,
                 std::max<Index>(1, worth_a_thread / std::max<Index>(1, m_ * wide * inner_)),
                 [&](Index begin, Index end) {
                   for (Index j = begin * wide; j < std::min(n_, end * wide); j += wide) {
                     if (j + wide <= n_) {
                       dots(kernels_.dots_of, j);
                     } else {
                       for (Index rest = j; rest < n_; ++rest) dots(kernels_.dot_of, rest);
                     }
                   }
                 });
    if (bias_ == nullptr) return;
    for (Index i = 0; i < m_; ++i) {
      for (Index j = 0; j < n_; ++j) c_[i * n_ + j] += bias_[j];
    }
  }

  template <class Dots>
  void dots(const Dots& by_rows, Index j) const {
    constexpr auto most = static_cast<Index>(TileKernels<T>::most_dots);
    for (Index i = 0; i < m_; i += most) {
      const Index rows = std::min(most, m_ - i);
      by_rows[static_cast<std::size_t>(rows - 1)]({a_.data + i * inner_, inner_,
                                                   b_.data + j * inner_, inner_, inner_,
                                                   c_ + i * n_ + j, n_});
    }
  }

  // A block of c. The inner dimension is cut into even pieces.
  void multiply_block(Index row, Index rows, Index column, Index columns) const {
    const Index pieces = (inner_ + block_inner - 1) / block_inner;
    const Index length = (inner_ + pieces - 1) / pieces;
    const bool packs =
        columns > panel_ && (a_.transposed ? inner_ > small_inner : strides_collide());
    const Scratch<T> panel(static_cast<std::size_t>(panel_ * length));
    const Scratch<T> packed(
        static_cast<std::size_t>(packs ? rounded_up(rows, rows_) * rounded_up(length, lanes_) : 0));
    for (Index k = 0; k < inner_; k += length) {
      const Index depth = std::min(length, inner_ - k);
      const Rows a = packs ? pack_a(row, rows, k, depth, packed.data()) : rows_of_a(row, k);
      for (Index j = 0; j < columns; j += panel_) {
        multiply_panel(a, row, rows, column + j, std::min(panel_, columns - j), k, depth,
                       panel.data());
      }
    }
  }

  // Rows of a that lie a multiple of this apart fall into the same few lines of a cache.
  bool strides_collide() const {
    constexpr Index bytes = 1024;
    return inner_ * static_cast<Index>(sizeof(T)) % bytes == 0;
  }

  // Whether so few rows pass by a panel of a row-major b that it need not be packed.
  bool reads_in_place(Index rows) const {
    return rows <= few_rows || inner_ <= small_inner ||
           (rows <= 6 * few_rows && inner_ <= block_inner);
  }

  // Where a's rows stand, from a row and a step on.
  struct Rows {
    const T* first;
    Index panel;  // from one tile's rows to those of the next
    Index row, step;
  };

  Rows rows_of_a(Index row, Index k) const {
    if (a_.transposed) return {a_.data + k * m_ + row, rows_, 1, m_};
    return {a_.data + row * inner_ + k, rows_ * inner_, inner_, 1};
  }

  // A piece of a, the rows of each tile together, in the order in which they are read.
  Rows pack_a(Index row, Index rows, Index k, Index depth, T* out) const {
    const Rows from = rows_of_a(row, k);
    for (Index i = 0; i < rows; i += rows_) {
      const T* in = from.first + i / rows_ * from.panel;
      const Index height = std::min(rows_, rows - i);
      T* to = out + i * depth;
      if (a_.transposed) {
        for (Index s = 0; s < depth; ++s) std::copy_n(in + s * m_, height, to + s * rows_);
      } else {
        for (Index r = 0; r < height; ++r) std::copy_n(in + r * inner_, depth, to + r * depth);
      }
    }
    const Index panel = rows_ * depth;
    return a_.transposed ? Rows{out, panel, 1, rows_} : Rows{out, panel, depth, 1};
  }

  // One panel of columns, over a piece of the inner dimension.
  void multiply_panel(const Rows& a, Index row, Index rows, Index column, Index width, Index k,
                      Index depth, T* room) const {
    const Index vectors = (width + lanes_ - 1) / lanes_;
    const bool ragged = width % lanes_ != 0;
    TileJob<T> job{};
    job.a_row = a.row;
    job.a_step = a.step;
    job.inner = depth;
    job.width = width;
    job.c_row = n_;
    job.plus_row = k == 0 ? 0 : n_;
    if (!b_.transposed && !ragged && reads_in_place(rows)) {
      job.b = b_.data + k * n_ + column;
      job.b_step = n_;
    } else {
      pack_b(column, width, k, depth, room);
      job.b = room;
      job.b_step = vectors * lanes_;
    }
    for (Index i = row; i < row + rows; i += rows_) {
      const Index height = std::min(rows_, row + rows - i);
      job.a = a.first + (i - row) / rows_ * a.panel;
      job.c = c_ + i * n_ + column;
      job.plus = k > 0 ? job.c : bias_ == nullptr ? nullptr : bias_ + column;
      const auto& tiles = a_.transposed ? kernels_.by_columns : kernels_.by_rows;
      tiles[static_cast<std::size_t>(height - 1)][static_cast<std::size_t>(vectors - 1)](job);
    }
  }

  // Rows of b from a place on, `step` numbers of each, and then how many rows that were: at the end
  // of b there are not as many numbers. Those beyond the panel are the next row's.
  Index pack_rows(const T* from, Index depth, Index step, T* out) const {
    constexpr Index piece = 8;  // a number that the compiler knows, lest it call the C library
    const Index left = b_.data + inner_ * n_ - from;
    if (step % piece != 0 || left < step) return 0;
    const Index rows = std::min(depth, (left - step) / n_ + 1);
    for (Index s = 0; s < rows; ++s, from += n_, out += step) {
      for (Index j = 0; j < step; j += piece) std::memcpy(out + j, from + j, piece * sizeof(T));
    }
    return rows;
  }

  // Columns [column, column + width) of b, steps [k, k + depth), each step's side by side and
  // filled up to whole vectors with numbers that nobody looks at.
  void pack_b(Index column, Index width, Index k, Index depth, T* out) const {
    const Index step = rounded_up(width, lanes_);
    if (!b_.transposed) {
      const T* from = b_.data + k * n_ + column;
      for (Index s = pack_rows(from, depth, step, out); s < depth; ++s) {
        std::copy_n(from + s * n_, width, out + s * step);
        std::fill(out + s * step + width, out + (s + 1) * step, T(0));
      }
      return;
    }
    const T* from = b_.data + column * inner_ + k;
    Index j = 0;
    for (; j + lanes_ <= width; j += lanes_) {
      kernels_.transpose(from + j * inner_, inner_, depth, out + j, step);
    }
    for (; j < step; ++j) {
      for (Index s = 0; s < depth; ++s) out[s * step + j] = j < width ? from[j * inner_ + s] : T(0);
    }
  }

  const Matrix<T>& a_;
  const Matrix<T>& b_;
  T* c_;
  const T* bias_;
  Index m_, n_, inner_;
  const TileKernels<T>& kernels_ = tile_kernels<T>();
  Index lanes_ = kernels_.lanes;
  Index rows_ = kernels_.rows;
  Index panel_ = static_cast<Index>(TileKernels<T>::most_vectors) * lanes_;
};

template <class T>
void multiply(const Matrix<T>& a, const Matrix<T>& b, T* c, const T* bias) {
  assert(a.columns == b.rows);
  if (a.rows == 0 || b.columns == 0) return;
  if (a.columns == 0) {
    for (Index i = 0; i < a.rows * b.columns; ++i)
      c[i] = bias == nullptr ? T(0) : bias[i % b.columns];
    return;
  }
  if (b.columns == 1 && a.rows > 1 && bias == nullptr) {
    // A matrix times a column is a row times the matrix turned, with as few columns to fill up.
    Product<T>({b.data, 1, b.rows, false}, {a.data, a.columns, a.rows, !a.transposed}, c, bias)
        .run();
    return;
  }
  Product<T>(a, b, c, bias).run();
}

}  // namespace

template <>
void matmul(const Matrix<float>& a, const Matrix<float>& b, float* c, const float* bias) {
  multiply(a, b, c, bias);
}

template <>
void matmul(const Matrix<double>& a, const Matrix<double>& b, double* c, const double* bias) {
  multiply(a, b, c, bias);
}

}  // namespace autograd::kernels
