#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "autograd/kernels/view.h"
#include "autograd/tensor/parallel.h"

/// Sums and other folds along axes.
///
/// Sums are pairwise: short runs are added up one after another, their sums in pairs, those in
/// pairs again, so that the rounding error grows with the logarithm of the number of terms. Which
/// numbers make a pair depends on the count alone, never on threads.
namespace autograd::kernels {

/// A set of axes, one bit each.
using AxisSet = std::uint32_t;

constexpr bool contains(AxisSet axes, int axis) { return (axes >> axis & 1U) != 0; }

namespace detail {

inline constexpr Index run = 32;                // terms added one after another
inline constexpr Index width = 32;              // columns that are summed side by side
inline constexpr Index shortest_in_lanes = 16;  // terms that are dealt out to eight sums in turn

/// Sums of runs, waiting for their partners: `Slot` adds another of its kind with +=. Like carrying
/// in binary addition, two sums of equally many runs become one.
template <class Slot>
class Pairs {
 public:
  Slot& next() { return slots_[depth_]; }
  void push() {
    ++depth_;
    ++pushed_;
    for (std::uint64_t n = pushed_; (n & 1U) == 0; n >>= 1U) merge();
  }
  Slot& finish() {
    while (depth_ > 1) merge();
    return slots_[0];
  }

 private:
  void merge() {
    --depth_;
    slots_[depth_ - 1] += slots_[depth_];
  }

  std::array<Slot, 48> slots_;
  std::size_t depth_ = 0;
  std::uint64_t pushed_ = 0;
};

template <class T>
struct Columns {
  std::array<T, width> sum;
  Columns& operator+=(const Columns& other) {
    for (std::size_t j = 0; j < width; ++j) sum[j] += other.sum[j];
    return *this;
  }
};

}  // namespace detail

namespace detail {

/// Σ term(i) for i = begin … end − 1, at most a run of them, at least one.
template <class T, class Term>
T run_sum(Index begin, Index end, const Term& term) {
  constexpr Index lanes = 8;
  Index j = begin;
  T sum;
  if (end - begin >= shortest_in_lanes) {
    std::array<T, lanes> lane;
    for (Index l = 0; l < lanes; ++l) lane[static_cast<std::size_t>(l)] = term(j + l);
    for (j += lanes; j + lanes <= end; j += lanes) {
      for (Index l = 0; l < lanes; ++l) lane[static_cast<std::size_t>(l)] += term(j + l);
    }
    sum = ((lane[0] + lane[1]) + (lane[2] + lane[3])) + ((lane[4] + lane[5]) + (lane[6] + lane[7]));
  } else {
    sum = term(j++);
  }
  for (; j < end; ++j) sum += term(j);
  return sum;
}

}  // namespace detail

/// Σ term(i) for i = 0 … n − 1, pairwise. T is the type of the sum.
template <class T, class Term>
T pairwise_sum(Index n, const Term& term) {
  if (n <= 0) return T(0);
  if (n <= detail::run) return detail::run_sum<T>(0, n, term);
  detail::Pairs<T> pairs;
  for (Index i = 0; i < n; i += detail::run) {
    pairs.next() = detail::run_sum<T>(i, std::min(n, i + detail::run), term);
    pairs.push();
  }
  return pairs.finish();
}

namespace detail {

// Eight lines of n numbers each, as pairwise_sum adds up so few; side by side, because one addition
// must wait for the one before it in its line.
template <class T>
void sum_eight_lines(T* y, const T* x, Index n) {
  constexpr Index lines = 8;
  std::array<T, lines> sum;
  for (Index l = 0; l < lines; ++l) sum[static_cast<std::size_t>(l)] = x[l * n];
  for (Index i = 1; i < n; ++i) {
    for (Index l = 0; l < lines; ++l) sum[static_cast<std::size_t>(l)] += x[l * n + i];
  }
  std::copy(sum.begin(), sum.end(), y);
}

}  // namespace detail

/// y[k] = Σᵢ x[k·n + i], pairwise, for lines one after another.
template <class T>
void sum_lines(T* y, const T* x, Index count, Index n) {
  Index k = 0;
  if (n > 0 && n < detail::shortest_in_lanes) {
    for (; k + 8 <= count; k += 8) detail::sum_eight_lines(y + k, x + k * n, n);
  }
  for (; k < count; ++k) {
    const T* from = x + k * n;
    y[k] = pairwise_sum<T>(n, [from](Index i) -> const T& { return from[i]; });
  }
}

namespace detail {

// sum[j] = Σᵢ x[i·stride + j] for i in [0, n) and the `count` columns j from one on, one after
// another. The compiler knows how many columns there are and keeps their sums in registers.
template <std::size_t count, class T>
void sum_some_columns(const T* x, Index n, Index stride, Index j, T* sum) {
  std::array<T, count> total;
  for (std::size_t l = 0; l < count; ++l) total[l] = x[j + static_cast<Index>(l)];
  for (Index i = 1; i < n; ++i) {
    for (std::size_t l = 0; l < count; ++l) total[l] += x[i * stride + j + static_cast<Index>(l)];
  }
  std::copy(total.begin(), total.end(), sum + j);
}

// y[j] = Σᵢ x[i·stride + j] for j in [0, columns), columns ≤ width.
template <class T>
void sum_columns(const T* x, Index n, Index stride, Index columns, T* y) {
  Pairs<Columns<T>> pairs;
  for (Index i = 0; i < n; i += run, x += run * stride) {
    T* sum = pairs.next().sum.data();
    std::fill(sum + columns, sum + width, T(0));
    const Index rows = std::min(run, n - i);
    Index j = 0;
    for (; j + 8 <= columns; j += 8) sum_some_columns<8>(x, rows, stride, j, sum);
    for (; j + 2 <= columns; j += 2) sum_some_columns<2>(x, rows, stride, j, sum);
    if (j < columns) sum_some_columns<1>(x, rows, stride, j, sum);
    pairs.push();
  }
  const T* sum = pairs.finish().sum.data();
  std::copy(sum, sum + columns, y);
}

// y[o, j] = Σᵢ x[o, i, j]
template <class T>
void sum_middle(const T* x, Index outer, Index n, Index inner, T* y) {
  if (n == 0) {
    std::fill(y, y + outer * inner, T(0));
    return;
  }
  const Index tiles = (inner + width - 1) / width;
  const Index grain = std::max<Index>(1, 16384 / std::max<Index>(1, n * std::min(inner, width)));
  parallel_for(outer * tiles, grain, [&](Index begin, Index end) {
    for (Index t = begin; t < end; ++t) {
      const Index o = t / tiles;
      const Index j = t % tiles * width;
      const T* from = x + o * n * inner + j;
      T* to = y + o * inner + j;
      if (inner == 1) {
        *to = pairwise_sum<T>(n, [from](Index i) -> const T& { return from[i]; });
      } else {
        sum_columns(from, n, inner, std::min(width, inner - j), to);
      }
    }
  });
}

// y[o, j] = x[o, 0, j] ∘ x[o, 1, j] ∘ …, one after another; n ≥ 1
template <class T, class Combine>
void fold_middle(const T* x, Index outer, Index n, Index inner, T* y, const Combine& combine) {
  const Index grain = std::max<Index>(1, 16384 / std::max<Index>(1, n * inner));
  parallel_for(outer, grain, [&](Index begin, Index end) {
    for (Index o = begin; o < end; ++o) {
      T* to = y + o * inner;
      const T* from = x + o * n * inner;
      std::copy(from, from + inner, to);
      for (Index i = 1; i < n; ++i) {
        for (Index j = 0; j < inner; ++j) to[j] = combine(to[j], from[i * inner + j]);
      }
    }
  });
}

// Calls middle(from, outer, n, inner, to) for each run of neighbouring axes in the set, the last
// run first, so that each pass works on what the one before has left.
template <class T, class Middle>
void reduce_axes(View<T> y, View<const T> x, AxisSet axes, const Middle& middle) {
  const T* from = x.data;
  std::vector<T> before, after;  // filled only when the axes lie apart
  Index inner = 1;
  Index left = x.size();
  int axis = x.shape.rank() - 1;
  int remaining = 0;
  for (int a = axis; a >= 0; --a) {
    remaining += contains(axes, a) && (a == 0 || !contains(axes, a - 1)) ? 1 : 0;
  }
  while (remaining > 0) {
    for (; !contains(axes, axis); --axis) inner *= x.shape[axis];
    Index n = 1;
    for (; axis >= 0 && contains(axes, axis); --axis) n *= x.shape[axis];
    Index outer = 1;
    for (int a = axis; a >= 0; --a) outer *= x.shape[a];
    left = outer * inner;
    T* to = y.data;
    if (--remaining > 0) {
      after.resize(static_cast<std::size_t>(left));
      to = after.data();
    }
    middle(from, outer, n, inner, to);
    before.swap(after);
    from = before.data();
  }
}

}  // namespace detail

/// y = Σ x over the axes; y has the numbers of x's shape without them, in whatever shape.
template <class T>
void sum(View<T> y, View<const T> x, AxisSet axes) {
  if (axes == 0) {
    std::copy(x.data, x.data + x.size(), y.data);
    return;
  }
  detail::reduce_axes(y, x, axes, [](const T* from, Index outer, Index n, Index inner, T* to) {
    detail::sum_middle(from, outer, n, inner, to);
  });
}

/// y = x ∘ x ∘ … over the axes, which must not be empty; the order is that of the elements.
template <class T, class Combine>
void fold(View<T> y, View<const T> x, AxisSet axes, const Combine& combine) {
  if (axes == 0) {
    std::copy(x.data, x.data + x.size(), y.data);
    return;
  }
  detail::reduce_axes(y, x, axes, [&](const T* from, Index outer, Index n, Index inner, T* to) {
    detail::fold_middle(from, outer, n, inner, to, combine);
  });
}

/// The extents around one axis: x[outer, n, inner].
struct AroundAxis {
  Index outer = 1, n = 1, inner = 1;
  AroundAxis(const Shape& shape, int axis) : n(shape[axis]) {
    for (int a = 0; a < axis; ++a) outer *= shape[a];
    for (int a = axis + 1; a < shape.rank(); ++a) inner *= shape[a];
  }
};

}  // namespace autograd::kernels
