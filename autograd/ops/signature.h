#pragma once

#include <tuple>
#include <type_traits>

#include "autograd/ops/rule.h"

/// What the signatures of a rule tell. Used by apply.h.
namespace autograd::ops::detail {

template <class F>
struct Signature;
template <class R, class... A>
struct Signature<R (*)(A...)> {
  using Result = R;
  using Arguments = std::tuple<A...>;
};
template <class R, class C, class... A>
struct Signature<R (C::*)(A...) const> : Signature<R (*)(A...)> {};

/// The bare type of argument I.
template <class F, std::size_t I>
using Argument = std::remove_cvref_t<std::tuple_element_t<I, typename Signature<F>::Arguments>>;

template <class F>
inline constexpr std::size_t arity = std::tuple_size_v<typename Signature<F>::Arguments>;

template <class Op>
inline constexpr bool is_unary = std::is_base_of_v<Unary, Op>;
template <class Op>
inline constexpr bool is_binary = std::is_base_of_v<Binary, Op>;
template <class Op>
inline constexpr bool is_elementwise = is_unary<Op> || is_binary<Op>;

template <class Op>
inline constexpr bool is_comparison = std::is_base_of_v<Comparison, Op>;

/// What numbers of type T are widened to for the value and for the slopes of an operation.
template <class Op, class T, class Mark, class VectorMark>
using ScalarOf = std::conditional_t<
    std::is_base_of_v<Mark, Op>, Wider<T>,
    std::conditional_t<std::is_base_of_v<VectorMark, Op> && std::is_same_v<T, float>, Ample, T>>;
template <class Op, class T>
using ValueScalar = ScalarOf<Op, T, Wide, PreciseValue>;
template <class Op, class T>
using SlopeScalar = ScalarOf<Op, T, WideSlope, Precise>;

/// Whether a value or a slope takes so many steps that wide vectors pay.
template <class Op>
inline constexpr bool is_costly =
    std::is_base_of_v<PreciseValue, Op> || std::is_base_of_v<WideSlope, Op>;

/// Whether some elements must be computed once more.
template <class Op>
inline constexpr bool may_not_reach = std::is_base_of_v<PreciseWithin, Op>;

/// The value of an elementwise operation at numbers, computed in W.
template <class W, class Op, class T, class... More>
T value_in(const Op& op, const T& x, const More&... more) {
  return static_cast<T>(op.template value<W>(static_cast<W>(x), static_cast<W>(more)...));
}

/// The value of an elementwise operation at numbers.
template <class Op, class T, class... More>
T value_at(const Op& op, const T& x, const More&... more) {
  const T y = value_in<ValueScalar<Op, T>>(op, x, more...);
  if constexpr (may_not_reach<Op>) {
    if (std::isnan(y)) return value_in<long double>(op, x, more...);
  }
  return y;
}

/// The same for a loop that becomes vectors: kernels::map calls `again` where the first form gives
/// NaN.
template <class Op>
struct ValueInLoop {
  Op op;
  template <class T, class... More>
  T operator()(const T& x, const More&... more) const {
    return value_in<ValueScalar<Op, T>>(op, x, more...);
  }
  template <class T, class... More>
  T again(const T& x, const More&... more) const requires may_not_reach<Op> {
    return value_in<long double>(op, x, more...);
  }
};

template <class Op>
inline constexpr bool takes_any_dtype = std::is_base_of_v<AnyDtype, Op>;

template <class Op>
using ValueOf = decltype(&Op::template value<double>);

/// How many inputs an operation has.
template <class Op>
inline constexpr std::size_t inputs_of = arity<ValueOf<Op>> -
                                         (is_elementwise<Op> || is_comparison<Op> ? 0 : 1);

/// Whether input I of a general operation holds indices or labels instead of numbers.
template <class Op, std::size_t I>
inline constexpr bool is_index_input =
    std::is_same_v<Argument<ValueOf<Op>, I + 1>, View<const Index>>;

/// Whether the result of a general operation holds indices.
template <class Op>
inline constexpr bool gives_indices = std::is_same_v<Argument<ValueOf<Op>, 0>, View<Index>>;

/// The slope of an elementwise operation by its input I, called with (x…, y).
template <class T, std::size_t I, class Op, class... Arguments>
decltype(auto) slope(const Op& op, const Arguments&... arguments) {
  if constexpr (is_unary<Op>) {
    return op.template slope<T>(arguments...);
  } else if constexpr (I == 0) {
    return op.template slope_a<T>(arguments...);
  } else {
    return op.template slope_b<T>(arguments...);
  }
}

template <class T, std::size_t I, class Op>
constexpr auto slope_pointer() {
  if constexpr (is_unary<Op>) {
    return &Op::template slope<T>;
  } else if constexpr (I == 0) {
    return &Op::template slope_a<T>;
  } else {
    return &Op::template slope_b<T>;
  }
}

/// The type of the slope by input I, of the scalar T.
template <class Op, std::size_t I, class T = double>
using SlopeOf = decltype(slope_pointer<T, I, Op>());

/// Whether a rule of type F looks at its argument K.
template <class F, std::size_t K>
inline constexpr bool looks_at = !std::is_same_v<Argument<F, K>, Unused>;

template <class F, std::size_t K>
inline constexpr bool looks_at_value = looks_at<F, K> && !std::is_same_v<Argument<F, K>, Shape>;

}  // namespace autograd::ops::detail
