#pragma once

#include <array>
#include <type_traits>
#include <utility>

#include "autograd/kernels/map.h"
#include "autograd/ops/evaluate.h"
#include "autograd/ops/named.h"
#include "autograd/tensor/vectored.h"

/// Values written into room that is there already: how a program runs operations. Used by apply.h.
namespace autograd::ops::detail {

template <class T>
const T* numbers(const void* x) {
  return static_cast<const T*>(x);
}

/// Whether a general operation works number by number, and says how by a member `element`.
template <class Op>
inline constexpr bool has_element = requires {
  &Op::template element<double>;
};

/// The types of the arguments of `element`, which may be indices beside numbers of type T.
template <class Op, class T, std::size_t I>
using ElementArgument = Argument<decltype(&Op::template element<T>), I>;

template <class Op, class T, std::size_t... I>
void write_row(const void* self, const void* const* x, void* y, Index n) {
  [[maybe_unused]] const Op& op = settings_of<Op>(self);
  if constexpr (is_elementwise<Op> && is_costly<Op>) {
    kernels::map_costly(ValueInLoop<Op>{op}, static_cast<T*>(y), n, numbers<T>(x[I])...);
  } else if constexpr (is_elementwise<Op>) {
    kernels::map_cheap(ValueInLoop<Op>{op}, static_cast<T*>(y), n, numbers<T>(x[I])...);
  } else if constexpr (is_comparison<Op>) {
    kernels::map_cheap([op](const auto&... v) { return Index{op.template value<T>(v...)}; },
                       static_cast<Index*>(y), n, numbers<T>(x[I])...);
  } else {
    kernels::map_cheap([](const auto&... v) { return Op::template element<T>(v...); },
                       static_cast<T*>(y), n, numbers<ElementArgument<Op, T, I>>(x[I])...);
  }
}

template <class Op, std::size_t... I>
OnRow row_of(Dtype x) {
  if constexpr (is_elementwise<Op>) {
    return x == f32 ? &write_row<Op, float, I...> : &write_row<Op, double, I...>;
  } else {
    return with_any(x, [](auto zero) -> OnRow { return &write_row<Op, decltype(zero), I...>; });
  }
}

template <class Op, std::size_t... I>
void write_whole(const void* self, Dtype dtype, std::span<const Array> x, const Array& y) {
  with_numbers<Op>(dtype, [&](auto zero) {
    using T = decltype(zero);
    using Y = std::conditional_t<gives_indices<Op>, Index, T>;
    settings_of<Op>(self).template value<T>(
        view<Y>(y), view<std::conditional_t<is_index_input<Op, I>, const Index, const T>>(x[I])...);
  });
}

/// Whether an operation on x… has a way of its own to make its tensor.
template <class Op, std::size_t... I>
constexpr bool makes_tensors(std::index_sequence<I...>) {
  const auto any = [](std::size_t) -> const Tensor& { throw 0; };
  return requires(const Op& op) { op.evaluate(any(I)...); };
}

/// Fills in the columns of a table that say how to write values.
template <class Op, std::size_t... I>
constexpr void add_writers(Operation& t) {
  constexpr bool shares = requires(const Op& op, const Shape& x) { op.shares(x); };
  if constexpr (shares) {
    t.shares = [](const void* self, const Shape& x) { return settings_of<Op>(self).shares(x); };
  }
  if constexpr (is_elementwise<Op> || is_comparison<Op> || has_element<Op>) {
    static_assert(sizeof...(I) <= most_row_operands);
    t.row = [](Dtype x) { return row_of<Op, I...>(x); };
  } else if constexpr (shares || !makes_tensors<Op>(std::index_sequence<I...>{})) {
    t.write = &write_whole<Op, I...>;
  }
  if constexpr (requires(const Op& op) { op.by_slices((static_cast<void>(I), Shape())...); }) {
    t.by_slices = [](const void* self, std::span<const Operand> inputs) {
      return settings_of<Op>(self).by_slices(*inputs[I].shape...);
    };
  }
  if constexpr (requires(const Op& op, const Shape& x) { op.line(x); }) {
    t.line = [](const void* self, const Shape& x) { return settings_of<Op>(self).line(x); };
    t.on_lines = [](Dtype x) {
      return with_floating(x, [](auto zero) -> OnLines {
        using T = decltype(zero);
        return [](const void* self, const void* from, void* y, Index count, Index n) {
          settings_of<Op>(self).lines(static_cast<T*>(y), numbers<T>(from), count, n);
        };
      });
    };
  }
}

}  // namespace autograd::ops::detail
