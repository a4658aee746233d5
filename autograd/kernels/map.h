#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>

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

template <class F, class Y>
void map_row(const F& f, Y* y, Index n) {
  for (Index i = 0; i < n; ++i) y[i] = f();
}

template <class F, class Y, class A>
void map_row(const F& f, Y* y, Index n, const A* a) {
  for (Index i = 0; i < n; ++i) y[i] = f(a[i]);
}

template <class F, class Y, class A, class B>
void map_row(const F& f, Y* y, Index n, const A* a, const B* b) {
  for (Index i = 0; i < n; ++i) y[i] = f(a[i], b[i]);
}

template <class F, class Y, class A, class B, class... More>
void map_row(const F& f, Y* y, Index n, const A* a, const B* b, const More*... more) {
  for (Index i = 0; i < n; ++i) y[i] = f(a[i], b[i], more[i]...);
}

/// A row in which some operands stand still.
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

template <class F, class Y, class A, class B, class C, class... More>
void map_row(const F& f, Y* y, Index n, const std::array<Index, 3 + sizeof...(More)>& step,
             const A* a, const B* b, const C* c, const More*... more) {
  map_moving(std::make_index_sequence<3 + sizeof...(More)>{}, f, y, n, step, a, b, c, more...);
}

/// Whether f has a second form for elements of which the first gives NaN.
template <class F, class... X>
concept HasAgain = requires(const F& f, const X*... x) {
  f.again(*x...);
};

/// Rare, and therefore kept out of the loops.
template <std::size_t... K, class F, class Y, class... X>
[[gnu::noinline]] void map_again(std::index_sequence<K...>, const F& f, Y* y, Index n,
                                 const std::array<Index, sizeof...(X)>& step, const X*... x) {
  for (Index i = 0; i < n; ++i) {
    if (std::isnan(y[i])) y[i] = f.again(x[i * step[K]]...);
  }
}

/// y = f(x…) along a row. `step`: how far each operand moves.
template <std::size_t... K, class F, class Y, class... X>
void map_steps(std::index_sequence<K...> each, const F& f, Y* y, Index n,
               const std::array<Index, sizeof...(X)>& step, const X*... x) {
  const bool moving = ((step[K] == 1) && ...);
  if constexpr (HasAgain<F, X...>) {
    // Piece by piece, and beside y, for y may stand where an operand does.
    std::array<Y, 256> piece;
    for (Index begin = 0; begin < n; begin += 256) {
      const Index count = std::min<Index>(256, n - begin);
      if (moving) {
        map_row(f, piece.data(), count, (x + begin)...);
      } else {
        map_row(f, piece.data(), count, step, (x + begin * step[K])...);
      }
      int missing = 0;
      for (const Y* at = piece.data(); at != piece.data() + count; ++at) missing += std::isnan(*at);
      if (missing != 0) map_again(each, f, piece.data(), count, step, (x + begin * step[K])...);
      std::copy(piece.data(), piece.data() + count, y + begin);
    }
  } else if (moving) {
    map_row(f, y, n, x...);
  } else {
    map_row(f, y, n, step, x...);
  }
}

/// Calls loop(), in wide vectors if they are worth compiling it anew.
template <bool wide, class T, class Loop>
void run_loop(const Loop& loop) {
  if constexpr (wide) {
    vectored<T>(loop);
  } else {
    loop();
  }
}

template <bool wide, std::size_t... K, class F, class Y, class... X>
void map_rows(std::index_sequence<K...>, const BroadcastPlan<sizeof...(X)>& plan, const F& f,
              View<Y> y, View<const X>... x) {
  const std::array<Index, sizeof...(X)> step{plan.within_row(K)...};
  const Index n = plan.row();
  parallel_for(plan.rows(), std::max<Index>(1, map_grain / n), [&](Index begin, Index end) {
    run_loop<wide, Y>([&, f] {
      auto place = plan.beginning(begin);
      for (Index row = begin; row < end; ++row, plan.advance(place)) {
        map_steps(std::index_sequence<K...>{}, f, y.data + row * n, n, step,
                  (x.data + place.offsets[K])...);
      }
    });
  });
}

}  // namespace detail

/// y = f(x…), every operand broadcast to y's shape, which they must fit. `wide`: f does so much
/// that the loop should be compiled for wider vectors as well (vectored.h); what only adds or
/// compares waits for memory. An f with a member `again` is called by it where f(x…) is NaN: f may
/// leave to that what is rare and would keep its loop from becoming vectors.
template <bool wide = false, class F, class Y, class... X>
void map(const F& f, View<Y> y, View<const X>... x) {
  if (y.size() == 0) return;
  if (((x.size() == y.size()) && ...)) {
    parallel_for(y.size(), map_grain, [&](Index begin, Index end) {
      detail::run_loop<wide, Y>([&, f] {
        if constexpr (detail::HasAgain<F, X...>) {
          std::array<Index, sizeof...(X)> step;
          step.fill(1);
          detail::map_steps(std::index_sequence_for<X...>{}, f, y.data + begin, end - begin, step,
                            (x.data + begin)...);
        } else {
          detail::map_row(f, y.data + begin, end - begin, (x.data + begin)...);
        }
      });
    });
    return;
  }
  const BroadcastPlan<sizeof...(X)> plan(y.shape, {&x.shape...});
  detail::map_rows<wide>(std::index_sequence_for<X...>{}, plan, f, y, x...);
}

}  // namespace autograd::kernels
