#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <type_traits>

#include "autograd/kernels/reduce.h"
#include "autograd/ops/guarded.h"
#include "autograd/tensor/parallel.h"
#include "autograd/tensor/vectored.h"

/// Lines along one axis, eight at a time, for work that a compiler turns into vectors: number r of
/// each of eight lines stand side by side, in a row of eight lanes, and one step is done on all of
/// them. A long line whose numbers are neighbours is a block of its own: its numbers are dealt out
/// to the lanes in turn, and what the lanes have summed is summed in the end.
///
/// What a line's result is depends on its numbers and the shape alone, not on what its neighbours
/// are, nor on which lane it is in. For the files that define operations.
namespace autograd::ops {

/// Lines side by side; scalars other than numbers of the processor go one by one.
template <class T>
inline constexpr std::size_t lanes_of = std::is_floating_point_v<T> ? 8 : 1;

/// Numbers side by side. A Split's parts lie apart, as vectors need them.
template <class X, std::size_t width>
struct Lanes {
  std::array<X, width> x;
  X operator[](std::size_t l) const { return x[l]; }
  void set(std::size_t l, const X& number) { x[l] = number; }
};
template <std::size_t width>
struct Lanes<Split, width> {
  std::array<double, width> high, low;
  Split operator[](std::size_t l) const { return {high[l], low[l]}; }
  void set(std::size_t l, const Split& number) {
    high[l] = number.high;
    low[l] = number.low;
  }
};

/// Calls f(lane) for every lane, as a loop that becomes vectors: GCC would otherwise write so short
/// a loop out, one lane after the other, before it looks for vectors. (And GCC 12 then makes
/// vectors of the loop around it that add up the wrong numbers: tests of many shapes watch over
/// this.)
template <std::size_t width, class F>
void each_lane(const F& f) {
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC unroll 1
#endif
  for (std::size_t l = 0; l < width; ++l) f(l);
}

/// Some rows of a block of lines: as many as are in hand at a time.
inline constexpr Index tile_rows = 64;
template <class X, std::size_t width>
using Tile = std::array<Lanes<X, width>, tile_rows>;

/// Where the lines of a block lie.
template <class T>
class Block {
 public:
  static constexpr std::size_t width = lanes_of<T>;

  /// Whether lines are dealt out to the lanes, rather than a lane each: long ones, or few.
  static bool deals_out(const kernels::AroundAxis& x) {
    return x.inner == 1 && (x.n > tile_rows || (x.n >= 8 && x.outer < 4));
  }

  /// Lines `first` and following of x.
  Block(const kernels::AroundAxis& x, Index first)
      : n_(x.n), first_(first), dealt_(deals_out(x)), step_(x.inner) {
    lines_ = dealt_ ? 1 : std::min<Index>(lanes, x.outer * x.inner - first);
    for (Index l = 0; l < lanes; ++l) {
      // Lanes that are too many do the last line's work once more.
      const Index k = line(static_cast<std::size_t>(l));
      begins_[static_cast<std::size_t>(l)] =
          k / x.inner * n_ * x.inner + k % x.inner + (dealt_ ? l : 0);
    }
    together_ = dealt_ || (lines_ == lanes && first % x.inner + lanes <= x.inner);
    if (dealt_) step_ = lanes;
    rows_ = dealt_ ? (n_ + lanes - 1) / lanes : n_;
  }

  /// Numbers of a lane, and lines.
  Index rows() const { return rows_; }
  Index lines() const { return lines_; }
  bool dealt() const { return dealt_; }

  /// The number of the line in a lane, among all lines.
  Index line(std::size_t lane) const {
    return first_ + std::min(static_cast<Index>(lane), lines_ - 1);
  }
  /// The row in which number i of a lane's line stands; −1 if it is in another lane.
  Index row_of(Index i, std::size_t lane) const {
    if (!dealt_) return i;
    return i % lanes == static_cast<Index>(lane) ? i / lanes : -1;
  }
  /// Number i of a lane's line.
  Index place(Index i, std::size_t lane) const {
    return dealt_ ? begins_[0] + i : begins_[lane] + i * step_;
  }

  /// Rows first, first + 1, … of x; where a dealt line has ended, `pad`.
  template <class U, class X>
  void load(const U* x, Index first, Tile<X, width>& to, const X& pad) const {
    const auto count = static_cast<std::size_t>(std::min(tile_rows, rows_ - first));
    if (together_) {
      for (std::size_t r = 0; r < count; ++r) {
        const U* row = x + begins_[0] + (first + static_cast<Index>(r)) * step_;
        const std::size_t some = width_of(first + static_cast<Index>(r));
        if (some == width) {
          each_lane<width>([&](std::size_t l) { to[r].set(l, static_cast<X>(row[l])); });
        } else {
          for (std::size_t l = 0; l < width; ++l)
            to[r].set(l, l < some ? static_cast<X>(row[l]) : pad);
        }
      }
      return;
    }
    for (std::size_t l = 0; l < width; ++l) {
      const U* line = x + begins_[l] + first * step_;
      for (std::size_t r = 0; r < count; ++r) {
        to[r].set(l, static_cast<X>(line[static_cast<Index>(r) * step_]));
      }
    }
  }

  /// The reverse.
  template <class U, class X>
  void store(const Tile<X, width>& tile, Index first, U* y) const {
    const auto count = static_cast<std::size_t>(std::min(tile_rows, rows_ - first));
    if (together_) {
      for (std::size_t r = 0; r < count; ++r) {
        U* row = y + begins_[0] + (first + static_cast<Index>(r)) * step_;
        const std::size_t some = width_of(first + static_cast<Index>(r));
        if (some == width) {
          each_lane<width>([&](std::size_t l) { row[l] = static_cast<U>(tile[r][l]); });
        } else {
          for (std::size_t l = 0; l < some; ++l) row[l] = static_cast<U>(tile[r][l]);
        }
      }
      return;
    }
    for (std::size_t l = 0; l < static_cast<std::size_t>(lines_); ++l) {
      U* line = y + begins_[l] + first * step_;
      for (std::size_t r = 0; r < count; ++r) {
        line[static_cast<Index>(r) * step_] = static_cast<U>(tile[r][l]);
      }
    }
  }

  /// One number a line, such as the adjoint of a loss.
  Lanes<Widened<T>, width> one_each(const T* x) const {
    Lanes<Widened<T>, width> each;
    for (std::size_t l = 0; l < width; ++l) each.set(l, widened(x[line(l)]));
    return each;
  }
  template <class X>
  void store_one_each(const Lanes<X, width>& each, T* y) const {
    for (std::size_t l = 0; l < static_cast<std::size_t>(lines_); ++l) {
      y[first_ + static_cast<Index>(l)] = static_cast<T>(unguarded<Widened<T>>(each[l]));
    }
  }

  /// Where lanes are parts of one line, each gets the sum of all.
  template <class X>
  void sum_up(Lanes<X, width>& sums) const {
    if (!dealt_) return;
    X all = sums[0];
    for (std::size_t l = 1; l < width; ++l) all = all + sums[l];
    for (std::size_t l = 0; l < width; ++l) sums.set(l, all);
  }

 private:
  static constexpr Index lanes = width;

  // Numbers of a row whose lanes lie together.
  std::size_t width_of(Index row) const {
    return dealt_ ? static_cast<std::size_t>(std::min<Index>(lanes, n_ - row * lanes)) : width;
  }

  Index n_, first_;
  bool dealt_, together_;
  Index step_, lines_, rows_;
  std::array<Index, width> begins_;
};

/// Calls body(block) for blocks that cover all lines along the axis, on several threads.
template <class T, class Body>
void for_each_block(const Shape& shape, int axis, const Body& body) {
  const kernels::AroundAxis x(shape, axis);
  const Index lines = x.outer * x.inner;
  const Index each = Block<T>::deals_out(x) ? 1 : static_cast<Index>(Block<T>::width);
  const Index grain = std::max<Index>(1, 8192 / std::max<Index>(1, x.n * each));
  parallel_for((lines + each - 1) / each, grain, [&](Index begin, Index end) {
    vectored<T>([&] {
      for (Index k = begin; k < end; ++k) body(Block<T>(x, k * each));
    });
  });
}

}  // namespace autograd::ops
