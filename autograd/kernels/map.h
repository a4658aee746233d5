#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <tuple>
#include <type_traits>
#include <utility>

#include "autograd/kernels/view.h"
#include "autograd/tensor/parallel.h"
#include "autograd/tensor/vectored.h"

/// Elementwise work: y = f(x₁, x₂, …), each operand broadcast to y's shape.
///
/// Shapes are first boiled down: axes along which every operand moves alike are merged, so that
/// equal shapes become one long row, and a bias added to a batch becomes two axes. What remains is
/// walked row by row; within a row an operand either moves along or stands still.
namespace autograd::kernels {

/// Elements of one piece of work; a thread is not worth waking for less.
inline constexpr Index map_grain = 16384;

/// The axes that remain, and how far each of N operands moves along them.
template <std::size_t N>
class BroadcastPlan {
 public:
  BroadcastPlan(const Shape& out, const std::array<const Shape*, N>& operands) {
    std::array<Index, N> step{};  // of each operand along the axis in hand, were it not broadcast
    step.fill(1);
    for (int axis = out.rank() - 1; axis >= 0; --axis) {
      std::array<Index, N> stride{};
      for (std::size_t k = 0; k < N; ++k) {
        const int own = axis - (out.rank() - operands[k]->rank());
        const Index extent = own < 0 ? 1 : (*operands[k])[own];
        stride[k] = extent == 1 ? 0 : step[k];
        step[k] *= extent;
      }
      if (out[axis] != 1) add(out[axis], stride);
    }
    if (axes_ == 0) add(1, {});
  }

  Index row() const { return extents_[0]; }
  Index rows() const {
    Index rows = 1;
    for (std::size_t axis = 1; axis < axes_; ++axis) rows *= extents_[axis];
    return rows;
  }
  /// 0 or 1: how far operand k moves from one element of a row to the next.
  Index within_row(std::size_t k) const { return strides_[0][k]; }

  /// The beginning of a row: where it is along the axes outside of it, and where each operand
  /// stands.
  struct Place {
    std::array<Index, Shape::largest_rank> at{};
    std::array<Index, N> offsets{};
  };

  Place beginning(Index row) const {
    Place place;
    for (std::size_t axis = 1; axis < axes_; ++axis) {
      place.at[axis] = row % extents_[axis];
      row /= extents_[axis];
      for (std::size_t k = 0; k < N; ++k) {
        place.offsets[k] += place.at[axis] * strides_[axis][k];
      }
    }
    return place;
  }

  /// On to the next row, without dividing as `beginning` does: rows may be short.
  void advance(Place& place) const {
    for (std::size_t axis = 1; axis < axes_; ++axis) {
      for (std::size_t k = 0; k < N; ++k) place.offsets[k] += strides_[axis][k];
      if (++place.at[axis] < extents_[axis]) return;
      place.at[axis] = 0;
      for (std::size_t k = 0; k < N; ++k) {
        place.offsets[k] -= extents_[axis] * strides_[axis][k];
      }
    }
  }

 private:
  // An axis outside of those added before; merged with the last one if all operands walk on evenly.
  void add(Index extent, const std::array<Index, N>& stride) {
    if (axes_ > 0) {
      const std::size_t last = axes_ - 1;
      bool even = true;
      for (std::size_t k = 0; k < N; ++k) {
        even = even && stride[k] == strides_[last][k] * extents_[last];
      }
      if (even) {
        extents_[last] *= extent;
        return;
      }
    }
    extents_[axes_] = extent;
    strides_[axes_] = stride;
    ++axes_;
  }

  std::size_t axes_ = 0;  // innermost first
  std::array<Index, Shape::largest_rank> extents_;
  std::array<std::array<Index, N>, Shape::largest_rank> strides_;
};

namespace detail {

/// Numbers that are worked on at a time where they do not go straight to their place.
inline constexpr Index piece = 256;

/// Fewer numbers are done before the widest vectors are chosen.
inline constexpr Index worth_choosing = 64;

/// y[i] = f(x[i]…)
template <class F, class Y, class... X>
void map_row(const F& f, Y* y, Index n, const X*... x) {
  for (Index i = 0; i < n; ++i) y[i] = f(x[i]...);
}

/// A row in which some operands stand still: `step` says how far each moves.
template <class F, class Y, class A>
void map_row(const F& f, Y* y, Index n, const std::array<Index, 1>&, const A* a) {
  std::fill(y, y + n, f(*a));
}

template <class F, class Y, class A, class B>
void map_row(const F& f, Y* y, Index n, const std::array<Index, 2>& step, const A* a, const B* b) {
  if (step[0] == 1) {
    const B still = *b;
    for (Index i = 0; i < n; ++i) y[i] = f(a[i], still);
  } else if (step[1] == 1) {
    const A still = *a;
    for (Index i = 0; i < n; ++i) y[i] = f(still, b[i]);
  } else {
    std::fill(y, y + n, f(*a, *b));
  }
}

template <std::size_t... K, class F, class Y, class... X>
void map_moving(std::index_sequence<K...>, const F& f, Y* y, Index n,
                const std::array<Index, sizeof...(X)>& step, const X*... x) {
  for (Index i = 0; i < n; ++i) y[i] = f(x[i * step[K]]...);
}

template <class F, class Y, class... X>
void map_row(const F& f, Y* y, Index n, const std::array<Index, sizeof...(X)>& step,
             const X*... x) requires(sizeof...(X) > 2) {
  map_moving(std::index_sequence_for<X...>{}, f, y, n, step, x...);
}

/// Whether f has a second form for elements of which the first gives NaN.
template <class F, class... X>
concept HasAgain = requires(const F& f, const X*... x) {
  f.again(*x...);
};

/// Rare, and therefore kept out of the loops.
template <class F, class Y, class... X>
[[gnu::noinline]] void map_again(const F& f, Y* y, Index n, const X*... x) {
  for (Index i = 0; i < n; ++i) {
    if (std::isnan(y[i])) y[i] = f.again(x[i]...);
  }
}

}  // namespace detail

/// y[i] = f(x[i]…) for an f that takes a step or two, in vectors as wide as this machine has. y may
/// stand where an operand stands, and then nothing but its own place is looked at: the compiler is
/// told so, who would otherwise fear that what it writes is read later. (Clang is not: it would
/// warn of each loop that calls a function and so cannot become vectors.)
template <class F, class Y, class... X>
[[gnu::noinline]] void map_cheap(const F& f, Y* y, Index n, const X*... x) {
  vectored<Y>([=] {
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC ivdep
#endif
    for (Index i = 0; i < n; ++i) y[i] = f(x[i]...);
  });
}

/// y[i] = f(x[i]…) for an f that takes many steps, in vectors as wide as this machine has. y may
/// stand where an operand stands. An f with a member `again` is called by it where f(x…) is NaN: f
/// may leave to that what is rare and would keep its loop from becoming vectors.
///
/// Such an f is long, and compiled once for each instruction set: so this is the only loop about
/// it, whoever calls.
template <class F, class Y, class... X>
[[gnu::noinline]] void map_costly(const F& f, Y* y, Index n, const X*... x) {
  vectored<Y>([=] {
    // Beside y, for what is written there might be read later.
    std::array<Y, detail::piece> made;
    for (Index begin = 0; begin < n; begin += detail::piece) {
      const Index count = std::min(detail::piece, n - begin);
      detail::map_row(f, made.data(), count, (x + begin)...);
      if constexpr (detail::HasAgain<F, X...>) {
        int missing = 0;
        for (Index i = 0; i < count; ++i) missing += std::isnan(made[static_cast<std::size_t>(i)]);
        if (missing != 0) detail::map_again(f, made.data(), count, (x + begin)...);
      }
      std::copy_n(made.data(), count, y + begin);
    }
  });
}

namespace detail {

/// An operand of a costly row as numbers side by side, also where it stands still.
template <class X>
class Spread {
 public:
  Spread(const X* x, Index step, Index n) : x_(x), step_(step) {
    if (step == 0) std::fill_n(numbers_.data(), std::min(piece, n), *x);
  }
  const X* at(Index begin) const { return step_ == 0 ? numbers_.data() : x_ + begin; }

 private:
  const X* x_;
  Index step_;
  std::array<X, piece> numbers_;
};

template <std::size_t... K, class F, class Y, class... X>
void map_costly_row(std::index_sequence<K...>, const F& f, Y* y, Index n,
                    const std::array<Index, sizeof...(X)>& step, const X*... x) {
  if (((step[K] == 1) && ...)) return map_costly(f, y, n, x...);
  const std::tuple<Spread<X>...> spread{Spread<X>(x, step[K], n)...};
  for (Index begin = 0; begin < n; begin += piece) {
    map_costly(f, y + begin, std::min(piece, n - begin), std::get<K>(spread).at(begin)...);
  }
}

template <bool costly, std::size_t... K, class F, class Y, class... X>
void map_rows(std::index_sequence<K...> each, const F& f, View<Y> y, View<const X>... x) {
  const BroadcastPlan<sizeof...(X)> plan(y.shape, {&x.shape...});
  const std::array<Index, sizeof...(X)> step{plan.within_row(K)...};
  const bool moving = ((step[K] == 1) && ...);
  const Index n = plan.row();
  parallel_for(plan.rows(), std::max<Index>(1, map_grain / n), [&, f](Index begin, Index end) {
    auto place = plan.beginning(begin);
    for (Index row = begin; row < end; ++row, plan.advance(place)) {
      Y* to = y.data + row * n;
      if constexpr (costly) {
        map_costly_row(each, f, to, n, step, (x.data + place.offsets[K])...);
      } else if constexpr (!std::is_arithmetic_v<Y>) {
        map_moving(each, f, to, n, step, (x.data + place.offsets[K])...);
      } else if (moving) {
        map_row(f, to, n, (x.data + place.offsets[K])...);
      } else {
        map_row(f, to, n, step, (x.data + place.offsets[K])...);
      }
    }
  });
}

}  // namespace detail

/// y = f(x…), every operand broadcast to y's shape, which they must fit. `costly`: f takes so many
/// steps that one loop about it has to be enough (map_costly).
template <bool costly = false, class F, class Y, class... X>
void map(const F& f, View<Y> y, View<const X>... x) {
  if (y.size() == 0) return;
  // Scalars that are no numbers of the processor gain nothing from a loop of their own.
  if constexpr (costly || std::is_arithmetic_v<Y>) {
    if (((x.size() == y.size()) && ...)) {
      parallel_for(y.size(), map_grain, [&, f](Index begin, Index end) {
        if constexpr (costly) {
          map_costly(f, y.data + begin, end - begin, (x.data + begin)...);
        } else if (end - begin >= detail::worth_choosing) {
          map_cheap(f, y.data + begin, end - begin, (x.data + begin)...);
        } else {
          detail::map_row(f, y.data + begin, end - begin, (x.data + begin)...);
        }
      });
      return;
    }
  }
  detail::map_rows<costly>(std::index_sequence_for<X...>{}, f, y, x...);
}

}  // namespace autograd::kernels
