#pragma once

#include <type_traits>
#include <utility>

#include "autograd/ops/evaluate.h"

/// Adjoints from rules, and what they must be shown. Used by apply.h.
namespace autograd {

// What a slope of tensors is made of; defined among the operations.
Tensor multiply(const Tensor& a, const Tensor& b);
Tensor to(const Tensor& x, Dtype dtype);

namespace ops {

/// The choice in a slope that is made of tensors: element by element, by a comparison's result.
Tensor select(const Tensor& condition, const Tensor& a, const Tensor& b);

namespace detail {

/// Argument K of a rule of type F, made from the operand at that place.
template <class F, std::size_t K>
decltype(auto) argument(const Operand& operand) {
  using A = Argument<F, K>;
  if constexpr (std::is_same_v<A, Tensor>) {
    return *operand.value;
  } else if constexpr (std::is_same_v<A, Shape>) {
    return *operand.shape;
  } else {
    return Unused{};
  }
}

inline const Operand& operand(const Operands& operands, std::size_t k) {
  return k < operands.inputs.size() ? operands.inputs[k] : operands.y;
}

/// An elementwise argument: the number where the rule looks at it.
template <class F, std::size_t K, class T>
decltype(auto) number_or_unused(const T& number) {
  if constexpr (looks_at<F, K>) {
    return (number);
  } else {
    return Unused{};
  }
}

template <class F, std::size_t K, class T>
View<const T> view_or(const Operands& operands, const Tensor& stand_in) {
  return looks_at<F, K> ? view<T>(*operand(operands, K).value) : view<T>(stand_in);
}

/// dy · slope at an element, for a loop that becomes vectors; K… numbers the slope's arguments x…
/// and y. kernels::map calls `again` where the first form gives NaN.
template <std::size_t I, class Op, std::size_t... K>
struct PullInLoop {
  Op op;

  template <class T, class... X>
  T operator()(const T& d, const X&... x) const {
    return in<SlopeScalar<Op, T>>(d, x...);
  }
  template <class T, class... X>
  T again(const T& d, const X&... x) const requires may_not_reach<Op> {
    return in<long double>(d, x...);
  }

 private:
  template <class W, class T, class... X>
  T in(const T& d, const X&... x) const {
    using S = SlopeOf<Op, I>;
    const W s = slope<W, I>(op, number_or_unused<S, K>(static_cast<W>(x))...);
    return static_cast<T>(static_cast<W>(d) * s);
  }
};

/// dx = dy · slope, made of operations that can be differentiated again; K… numbers the slope's
/// arguments x… and y.
template <std::size_t I, class Op, std::size_t... K>
Tensor compose_pull(std::index_sequence<K...>, const Op& op, const Tensor& dy,
                    const Operands& operands) {
  using R = SlopeOf<Op, I, Tensor>;
  const Tensor s = slope<Tensor, I>(op, argument<R, K>(operand(operands, K))...);
  // One chosen among plain numbers, such as relu's, has not met a dtype yet.
  return multiply(dy, s.is_literal() ? s : to(s, dy.dtype()));
}

/// The same in one pass over the tensors, which nobody can differentiate.
template <std::size_t I, class Op, std::size_t... K>
Tensor compute_pull(std::index_sequence<K...>, const Op& op, const Tensor& dy,
                    const Operands& operands) {
  using S = SlopeOf<Op, I>;
  Tensor dx = Tensor::uninitialized(dy.shape(), dy.dtype());
  with_floating(dy.dtype(), [&](auto zero) {
    using T = decltype(zero);
    // An operand that is not looked at is not read either; dy only keeps its place.
    kernels::map<is_costly<Op>>(PullInLoop<I, Op, K...>{op}, view_of_new<T>(dx), view<T>(dy),
                                view_or<S, K, T>(operands, dy)...);
  });
  return dx;
}

/// The same, recorded as one operation (whole_pull.h).
template <std::size_t I, class Op>
Tensor record_pull(Recorder& recorder, const Op& op, const Tensor& dy, const Operands& operands);

template <std::size_t I, class Op, std::size_t... K>
Tensor pull_elementwise(std::index_sequence<K...> each, const Op& op, const Tensor& dy,
                        const Operands& operands) {
  if constexpr (std::is_same_v<typename Signature<SlopeOf<Op, I>>::Result, One>) {
    return dy;
  } else if (Recorder* here = recorder(); here == nullptr) {
    return compute_pull<I>(each, op, dy, operands);
  } else if (here->keeps_pullbacks_whole()) {
    return record_pull<I>(*here, op, dy, operands);
  } else {
    return compose_pull<I>(each, op, dy, operands);
  }
}

template <std::size_t I, class Op, std::size_t... K>
Tensor pull_general(std::index_sequence<K...>, const Op& op, const Tensor& dy,
                    const Operands& operands) {
  constexpr auto pullback = std::get<I>(Op::pullbacks);
  using F = std::remove_const_t<decltype(pullback)>;
  if constexpr (std::is_same_v<F, NotDifferentiable>) {
    return {};
  } else if constexpr (std::is_member_function_pointer_v<F>) {
    return (op.*pullback)(dy, argument<F, K + 1>(operand(operands, K))...);
  } else {
    return pullback(dy, argument<F, K + 1>(operand(operands, K))...);
  }
}

template <std::size_t I, class Op>
Tensor pull(const Op& op, const Tensor& dy, const Operands& operands) {
  constexpr auto arguments = std::make_index_sequence<inputs_of<Op> + 1>{};
  if constexpr (is_comparison<Op>) {
    return {};
  } else if constexpr (is_elementwise<Op>) {
    return pull_elementwise<I>(arguments, op, dy, operands);
  } else {
    return pull_general<I>(arguments, op, dy, operands);
  }
}

// --- what pullbacks look at ---

template <class F, std::size_t Offset, std::size_t... K>
constexpr Needs needs_of(std::index_sequence<K...>) {
  std::uint32_t values = 0;
  ((values |= !looks_at_value<F, K + Offset> ? 0U
              : K + 1 == sizeof...(K)        ? Needs::output
                                             : 1U << K),
   ...);
  return {values, true};
}

template <std::size_t I, class Op>
constexpr Needs needs() {
  constexpr auto arguments = std::make_index_sequence<inputs_of<Op> + 1>{};
  if constexpr (is_comparison<Op>) {
    return {0, false};
  } else if constexpr (is_elementwise<Op>) {
    return needs_of<SlopeOf<Op, I>, 0>(arguments);
  } else {
    using F = std::remove_const_t<std::tuple_element_t<I, decltype(Op::pullbacks)>>;
    if constexpr (std::is_same_v<F, NotDifferentiable>) {
      return {0, false};
    } else {
      return needs_of<F, 1>(arguments);
    }
  }
}

}  // namespace detail
}  // namespace ops
}  // namespace autograd
