#include "autograd/kernels/matmul.h"

#include <algorithm>
#include <cassert>

#include "autograd/kernels/matmul_pack.h"
#include "autograd/kernels/matmul_tile.h"
#include "autograd/kernels/scratch.h"
#include "autograd/tensor/vectored.h"

namespace autograd::kernels {
namespace {

using detail::blocks_of;
using detail::Piece;
using detail::rounded_up;

// A panel of b, 3 vectors wide and this many numbers deep, stays in the first-level cache (36 KiB
// with the widest vectors) beside the rows of a that pass by.
constexpr Index block_inner = 192;
// All of c comes by once for every piece of the inner dimension. Where c is larger than the
// second-level cache, and where it is one panel wide, the pieces are twice as deep: then the panel
// leaves the first-level cache, which costs less than the passes saved.
constexpr Index large_product = Index{2} << 20;  // bytes
constexpr Index block_rows = 512;            // of c, whose rows of a stay in the second-level cache
constexpr Index block_columns = 4096;        // of b, copied at one time
constexpr Index few_rows = 8;                // for which b is not worth packing
constexpr Index long_rows = 256;             // whose products are worth adding up lane by lane
constexpr Index small_inner = 16;            // for which neither operand is
constexpr Index worth_a_thread = 2'000'000;  // multiplications

// The tiles read b along its rows. Where a is stored in long rows and b in short ones, as in the
// gradient of weights that stand in columns, the rows of a are the ones to read.
template <class T>
bool better_turned(const Matrix<T>& a, const Matrix<T>& b) {
  constexpr Index narrow = 64, long_sums = 64;
  return a.transposed && !b.transposed && b.columns <= narrow && a.rows > 2 * b.columns &&
         a.columns > long_sums;
}

// What a product is added to: nothing, a bias for each row of c, or c as it is.
template <class T>
struct Start {
  const T* bias = nullptr;
  bool is_c = false;
  T factor = 1;  // of the product
};

// One product c = start + factor·(a·b).
template <class T>
class Product {
 public:
  Product(const Matrix<T>& a, const Matrix<T>& b, T* c, const Start<T>& start)
      : a_(a), b_(b), c_(c), start_(start), m_(a.rows), n_(b.columns), inner_(a.columns) {}

  // Whether each sum is whole, and what matmul makes it, when it meets the start: so it is for the
  // gradient of weights whose inner dimension, the batch, is one piece.
  bool adds_at_once() const {
    return a_.transposed && !b_.transposed && n_ > 1 && !better_turned(a_, b_) &&
           length_of_pieces() == inner_;
  }

  void run() {
    if (inner_ == 1) return run_outer();
    if (b_.transposed && !a_.transposed && m_ <= few_rows) {
      return run_dots({a_.data, m_, n_}, {b_.data, n_, 1});
    }
    if (b_.transposed && !a_.transposed && n_ <= few_rows && inner_ >= long_rows) {
      return run_dots({b_.data, n_, 1}, {a_.data, m_, n_});
    }
    // Even shares for the threads, of columns where there are enough, else of rows; how c is cut
    // changes nothing in any of its sums.
    const Index threads = thread_count();
    const bool by_columns = n_ >= threads * panel_ || m_ < threads * rows_;
    const Index shares = std::max(by_columns ? threads : 1, blocks_of(n_, block_columns));
    const Index width = rounded_up(blocks_of(n_, shares), lanes_);
    const Index height = by_columns ? m_ : rounded_up(blocks_of(m_, threads), rows_);
    const Index across = blocks_of(n_, width);
    const Index work = std::max<Index>(1, std::min(m_, height) * std::min(n_, width) * inner_);
    parallel_for(
        blocks_of(m_, height) * across, std::max<Index>(1, worth_a_thread / work),
        [&](Index begin, Index end) {
          for (Index t = begin; t < end; ++t) {
            const Index row = t / across * height, column = t % across * width;
            multiply_part({row, std::min(height, m_ - row), column, std::min(width, n_ - column)});
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
          if (start_.is_c) {
            const T factor = start_.factor;
            for (Index j = 0; j < n_; ++j) c[j] = c[j] + factor * (left * right[j]);
            continue;
          }
          for (Index j = 0; j < n_; ++j) c[j] = left * right[j];
          for (Index j = 0; j < n_ && start_.bias != nullptr; ++j) c[j] += start_.bias[j];
        }
      });
    });
  }

  // The rows in which an operand is stored, and how far apart their sums stand in c.
  struct Stored {
    const T* data;
    Index rows, apart;
  };

  // A few rows of one operand against those of the other: nothing is copied.
  void run_dots(const Stored& few, const Stored& many) {
    const Index wide = kernels_.dots, rows = many.rows;
    parallel_for(blocks_of(rows, wide),
                 std::max<Index>(1, worth_a_thread / (few.rows * wide * inner_)),
                 [&](Index begin, Index end) {
                   for (Index j = begin * wide; j < std::min(rows, end * wide); j += wide) {
                     if (j + wide <= rows) {
                       dots(kernels_.dots_of, few, many, j);
                     } else {
                       for (Index rest = j; rest < rows; ++rest) {
                         dots(kernels_.dot_of, few, many, rest);
                       }
                     }
                   }
                 });
    if (start_.bias == nullptr) return;
    for (Index i = 0; i < m_; ++i) {
      for (Index j = 0; j < n_; ++j) c_[i * n_ + j] += start_.bias[j];
    }
  }

  template <class Dots>
  void dots(const Dots& by_rows, const Stored& few, const Stored& many, Index j) const {
    const Index most = kernels_.dots_rows;
    const bool more = j + 2 * kernels_.dots <= many.rows;
    for (Index i = 0; i < few.rows; i += most) {
      const Index rows = std::min(most, few.rows - i);
      by_rows[static_cast<std::size_t>(rows - 1)](
          {few.data + i * inner_, inner_, many.data + j * inner_, inner_, inner_,
           c_ + i * few.apart + j * many.apart, few.apart, many.apart,
           more && i == 0 ? many.data + (j + kernels_.dots) * inner_ : nullptr});
    }
  }

  // Some rows and columns of c.
  struct Part {
    Index row, rows, column, columns;
  };

  // The inner dimension is cut into even pieces. Over each, some rows of c after others meet the
  // panels of b; if others come after the first ones, all panels are copied before.
  void multiply_part(const Part& part) const {
    const Index length = length_of_pieces();
    const Index height = rounded_up(blocks_of(part.rows, blocks_of(part.rows, block_rows)), rows_);
    const bool at_once = height < part.rows && !reads_in_place();
    const bool packs_a = part.columns > panel_ &&
                         (a_.transposed ? inner_ > small_inner : packing_.rows_of_a_collide());
    const Index panels = at_once ? blocks_of(part.columns, panel_) : 1;
    const Scratch<T> room(static_cast<std::size_t>(panels * panel_ * length));
    const Scratch<T> room_for_a(packs_a ? packing_.room_for_a(height, length) : 0);
    for (Index k = 0; k < inner_; k += length) {
      const Piece piece{k, std::min(length, inner_ - k)};
      if (at_once) {
        packing_.pack_panels(part.column, part.columns, panel_, piece, panel_ * length,
                             room.data());
      }
      for (Index i = 0; i < part.rows; i += height) {
        const Index row = part.row + i, rows = std::min(height, part.rows - i);
        const Rows a = packs_a ? packing_.pack_a(row, rows, piece, room_for_a.data())
                               : packing_.rows_of_a(row, k);
        for (Index j = 0; j < part.columns; j += panel_) {
          const Part panel{row, rows, part.column + j, std::min(panel_, part.columns - j)};
          multiply_panel(a, panel, piece, room.data() + (at_once ? j * length : 0), at_once);
        }
      }
    }
  }

  Index length_of_pieces() const {
    const bool few_passes = n_ <= panel_ || m_ * n_ * static_cast<Index>(sizeof(T)) > large_product;
    return blocks_of(inner_, blocks_of(inner_, few_passes ? 2 * block_inner : block_inner));
  }

  // Whether so few rows pass by the panels of a row-major b that they need not be packed.
  bool reads_in_place() const {
    return !b_.transposed && n_ % lanes_ == 0 &&
           (m_ <= few_rows || inner_ <= small_inner ||
            (m_ <= 6 * few_rows && inner_ <= block_inner));
  }

  using Rows = detail::Rows<T>;

  // One panel of columns, over a piece of the inner dimension.
  void multiply_panel(const Rows& a, const Part& panel, const Piece& piece, T* room,
                      bool packed) const {
    const Index vectors = blocks_of(panel.columns, lanes_);
    TileJob<T> job{};
    job.a_row = a.row;
    job.a_step = a.step;
    job.inner = piece.depth;
    job.width = panel.columns;
    job.c_row = n_;
    const bool onto_c = piece.k > 0 || start_.is_c;
    job.plus_row = onto_c ? n_ : 0;
    job.factor = start_.factor;
    job.plus_is_far = start_.is_c;
    if (reads_in_place()) {
      job.b = b_.data + piece.k * n_ + panel.column;
      job.b_step = n_;
    } else {
      if (!packed) packing_.pack_columns(panel.column, panel.columns, piece, room);
      job.b = room;
      job.b_step = vectors * lanes_;
    }
    const auto& tiles = a_.transposed ? kernels_.by_columns : kernels_.by_rows;
    for (Index i = 0; i < panel.rows; i += rows_) {
      const Index height = std::min(rows_, panel.rows - i);
      job.a = a.first + i / rows_ * a.tile;
      // While one tile is worked on, the rows of the next come into the cache.
      const bool known = !a_.transposed || a.step == rows_;
      job.next_a = known && i + 2 * rows_ <= panel.rows ? job.a + a.tile : nullptr;
      job.c = c_ + (panel.row + i) * n_ + panel.column;
      job.plus = onto_c ? job.c : start_.bias == nullptr ? nullptr : start_.bias + panel.column;
      tiles[static_cast<std::size_t>(height - 1)][static_cast<std::size_t>(vectors - 1)](job);
    }
  }

  const Matrix<T>& a_;
  const Matrix<T>& b_;
  T* c_;
  Start<T> start_;
  Index m_, n_, inner_;
  const TileKernels<T>& kernels_ = tile_kernels<T>();
  const detail::Packing<T> packing_{a_, b_, kernels_};
  Index lanes_ = kernels_.lanes;
  Index rows_ = kernels_.rows;
  Index panel_ = static_cast<Index>(TileKernels<T>::most_vectors) * lanes_;
};

// c = a·b by way of cᵀ = bᵀ·aᵀ.
template <class T>
void multiply_turned(const Matrix<T>& a, const Matrix<T>& b, T* c, const T* bias) {
  const Index m = a.rows, n = b.columns;
  const Scratch<T> room(static_cast<std::size_t>(m * n));
  T* turned = room.data();
  Product<T>({b.data, n, b.rows, !b.transposed}, {a.data, a.columns, m, !a.transposed}, turned, {})
      .run();
  for (Index i = 0; i < m; ++i) {
    for (Index j = 0; j < n; ++j) {
      c[i * n + j] = bias == nullptr ? turned[j * m + i] : turned[j * m + i] + bias[j];
    }
  }
}

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
    Product<T>({b.data, 1, b.rows, false}, {a.data, a.columns, a.rows, !a.transposed}, c, {}).run();
    return;
  }
  if (better_turned(a, b)) return multiply_turned(a, b, c, bias);
  Product<T>(a, b, c, {bias}).run();
}

template <class T>
void add(const Matrix<T>& a, const Matrix<T>& b, T factor, T* c) {
  assert(a.columns == b.rows);
  if (a.rows == 0 || b.columns == 0 || a.columns == 0) return;
  Product<T> product(a, b, c, {nullptr, true, factor});
  if (product.adds_at_once()) return product.run();
  const Index size = a.rows * b.columns;
  const Scratch<T> room(static_cast<std::size_t>(size));
  const T* from = room.data();
  multiply<T>(a, b, room.data(), nullptr);
  parallel_for(size, worth_a_thread, [=](Index begin, Index end) {
    vectored<T>([=] {
      for (Index i = begin; i < end; ++i) c[i] = c[i] + factor * from[i];
    });
  });
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

void add_product(const Matrix<float>& a, const Matrix<float>& b, float factor, float* c) {
  add(a, b, factor, c);
}

void add_product(const Matrix<double>& a, const Matrix<double>& b, double factor, double* c) {
  add(a, b, factor, c);
}

}  // namespace autograd::kernels
