#pragma once

#include <functional>
#include <new>
#include <type_traits>
#include <utility>

#include "autograd/kernels/map.h"
#include "autograd/ops/operation.h"
#include "autograd/ops/rule.h"
#include "autograd/ops/signature.h"

/// From a rule to a function of tensors: `apply(Tanh{}, x)` checks dtypes and shapes, computes y
/// and tells the recorder. Included by the files that define operations, not by their users.
namespace autograd {

// What a slope of tensors is made of; defined among the operations.
Tensor multiply(const Tensor& a, const Tensor& b);
Tensor to(const Tensor& x, Dtype dtype);

namespace ops {

/// The choice in a slope that is made of tensors: element by element, by a comparison's result.
Tensor select(const Tensor& condition, const Tensor& a, const Tensor& b);

namespace detail {

/// The dtype that numbers must agree on: that of the first which is not a plain number, f64 if all
/// are plain. Throws for i64 and for two that differ.
Dtype common_dtype(std::string_view name, std::initializer_list<const Tensor*> numbers);

/// The same for operations that take any dtype: i64 is welcome.
Dtype common_any_dtype(std::string_view name, std::initializer_list<const Tensor*> numbers);

/// Throws unless x is i64.
void require_indices(std::string_view name, const Tensor& x);

/// A plain number converted to a dtype; anything else as it is.
inline Tensor in_dtype(const Tensor& x, Dtype dtype) {
  return x.is_literal() && x.dtype() != dtype ? x.converted(dtype) : x;
}

template <class T>
View<const T> view(const Tensor& x) {
  return {x.values<T>().data(), x.shape()};
}

/// Room for y: its dtype is the scalar's.
template <class T>
View<T> view_of_new(Tensor& y) {
  return {static_cast<T*>(y.mutable_data()), y.shape()};
}

// --- values ---

template <class Op>
Tensor evaluate_unary(const Op& op, const Tensor& x) {
  Tensor y = Tensor::uninitialized(x.shape(), x.dtype());
  with_floating(x.dtype(), [&](auto zero) {
    using T = decltype(zero);
    kernels::map([&op](const T& v) { return op.template value<T>(v); }, view_of_new<T>(y),
                 view<T>(x));
  });
  return y;
}

template <class Op>
Tensor evaluate_binary(const Op& op, const Tensor& a, const Tensor& b) {
  Tensor y = Tensor::uninitialized(broadcast(Op::name, a.shape(), b.shape()), a.dtype());
  with_floating(a.dtype(), [&](auto zero) {
    using T = decltype(zero);
    kernels::map([&op](const T& v, const T& w) { return op.template value<T>(v, w); },
                 view_of_new<T>(y), view<T>(a), view<T>(b));
  });
  return y;
}

template <class Op>
Tensor evaluate_comparison(const Op& op, const Tensor& a, const Tensor& b) {
  Tensor y = Tensor::uninitialized(broadcast(Op::name, a.shape(), b.shape()), i64);
  with_any(a.dtype(), [&](auto zero) {
    using T = decltype(zero);
    kernels::map([&op](const T& v, const T& w) { return Index{op.template value<T>(v, w)}; },
                 view_of_new<Index>(y), view<T>(a), view<T>(b));
  });
  return y;
}

template <class Op, class T, std::size_t I>
auto input_view(const Tensor& x) {
  if constexpr (is_index_input<Op, I>) {
    return view<Index>(x);
  } else {
    return view<T>(x);
  }
}

template <class Op, std::size_t... I, class... X>
Tensor evaluate_general(std::index_sequence<I...>, const Op& op, const X&... x) {
  if constexpr (requires { op.evaluate(x...); }) return op.evaluate(x...);
  constexpr bool gives_indices = std::is_same_v<Argument<ValueOf<Op>, 0>, View<Index>>;
  Dtype dtype = f64;
  if constexpr (requires { op.dtype; }) dtype = op.dtype;
  ((dtype = is_index_input<Op, I> ? dtype : x.dtype()), ...);
  Tensor y = Tensor::uninitialized(op.shape(x.shape()...), gives_indices ? i64 : dtype);
  with_floating(dtype, [&](auto zero) {
    using T = decltype(zero);
    using Y = std::conditional_t<gives_indices, Index, T>;
    op.template value<T>(view_of_new<Y>(y), input_view<Op, T, I>(x)...);
  });
  return y;
}

template <class Op, std::size_t... I>
Tensor evaluate(std::index_sequence<I...> each, const Op& op, std::span<const Tensor> x) {
  if constexpr (is_unary<Op>) {
    return evaluate_unary(op, x[0]);
  } else if constexpr (is_binary<Op>) {
    return evaluate_binary(op, x[0], x[1]);
  } else if constexpr (is_comparison<Op>) {
    return evaluate_comparison(op, x[0], x[1]);
  } else {
    return evaluate_general(each, op, x[I]...);
  }
}

// --- pullbacks ---

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

/// dx = dy · slope; K… numbers the slope's arguments x… and y.
template <std::size_t I, class Op, std::size_t... K>
Tensor pull_elementwise(std::index_sequence<K...>, const Op& op, const Tensor& dy,
                        const Operands& operands) {
  using S = SlopeOf<Op, I>;
  if constexpr (std::is_same_v<typename Signature<S>::Result, One>) {
    return dy;
  } else if (recorder() != nullptr) {
    using R = SlopeOf<Op, I, Tensor>;
    const Tensor s = slope<Tensor, I>(op, argument<R, K>(operand(operands, K))...);
    // One chosen among plain numbers, such as relu's, has not met a dtype yet.
    return multiply(dy, s.is_literal() ? s : to(s, dy.dtype()));
  } else {
    Tensor dx = Tensor::uninitialized(dy.shape(), dy.dtype());
    with_floating(dy.dtype(), [&](auto zero) {
      using T = decltype(zero);
      // An operand that is not looked at is not read either; dy only keeps its place.
      kernels::map(
          [&op](const T& d, const auto&... x) {
            return d * slope<T, I>(op, number_or_unused<S, K>(x)...);
          },
          view_of_new<T>(dx), view<T>(dy), view_or<S, K, T>(operands, dy)...);
    });
    return dx;
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

// --- the table ---

/// The operation with its settings; without any, a node may keep none and `self` be null.
template <class Op>
const Op& operation_of(const void* self) {
  if constexpr (std::is_empty_v<Op>) {
    static constexpr Op op{};
    return op;
  } else {
    return *static_cast<const Op*>(self);
  }
}

template <class Op, std::size_t... I>
constexpr Operation table(std::index_sequence<I...>) {
  Operation t{};
  t.name = Op::name;
  t.value = [](const void* self, std::span<const Tensor> inputs) {
    return evaluate(std::index_sequence<I...>{}, operation_of<Op>(self), inputs);
  };
  t.needs = [](const void*, std::size_t input, std::size_t) {
    static constexpr std::array<Needs, sizeof...(I)> all{needs<I, Op>()...};
    return all[input];
  };
  t.pullback = [](const void* self, std::size_t input, const Tensor& dy, const Operands& operands) {
    using Pull = Tensor (*)(const Op&, const Tensor&, const Operands&);
    static constexpr std::array<Pull, sizeof...(I)> all{&pull<I, Op>...};
    return all[input](operation_of<Op>(self), dy, operands);
  };
  t.size = std::is_empty_v<Op> ? 0 : sizeof(Op);
  t.alignment = alignof(Op);
  t.copy = [](const void* self, void* room) { ::new (room) Op(*static_cast<const Op*>(self)); };
  if constexpr (!std::is_trivially_destructible_v<Op>) {
    t.destroy = [](void* self) noexcept { static_cast<Op*>(self)->~Op(); };
  }
  t.settings = [](const void* self) -> std::string {
    if constexpr (requires(const Op& op) { op.settings(); }) {
      return operation_of<Op>(self).settings();
    } else {
      return {};
    }
  };
  return t;
}

template <class Op>
inline const Listed listed{Op::name};

}  // namespace detail

/// The table of an operation.
template <class Op>
const Operation& operation() {
  static constexpr Operation table =
      detail::table<Op>(std::make_index_sequence<detail::inputs_of<Op>>{});
  static_cast<void>(&detail::listed<Op>);
  return table;
}

namespace detail {

template <class Op, class... X>
Tensor recorded(const Op& op, Tensor y, const X&... x) {
  if (Recorder* here = recorder(); here != nullptr && ((x.trace().key != 0) || ...)) {
    const std::array<const Tensor*, sizeof...(X)> inputs{&x...};
    here->record(operation<Op>(), &op, inputs, y);
  }
  return y;
}

template <class Op, std::size_t... I, class... X>
Tensor apply_general(std::index_sequence<I...> each, const Op& op, const X&... x) {
  const Dtype dtype = common_dtype(Op::name, {(is_index_input<Op, I> ? nullptr : &x)...});
  ((is_index_input<Op, I> ? require_indices(Op::name, x) : void()), ...);
  const auto converted = [&](const Tensor& t) { return in_dtype(t, dtype); };
  return [&](const auto&... ready) {
    return recorded(op, evaluate_general(each, op, ready...), ready...);
  }(converted(x)...);
}

}  // namespace detail

template <class Op>
Tensor apply(const Op& op, const Tensor& x) requires detail::is_unary<Op> {
  detail::common_dtype(Op::name, {&x});
  if (x.is_literal()) return Tensor(op.template value<double>(x.item()));
  return detail::recorded(op, detail::evaluate_unary(op, x), x);
}

template <class Op>
Tensor apply(const Op& op, const Tensor& a, const Tensor& b) requires detail::is_binary<Op> {
  const Dtype dtype = detail::common_dtype(Op::name, {&a, &b});
  if (a.is_literal() && b.is_literal()) {
    return Tensor(op.template value<double>(a.item(), b.item()));
  }
  if (a.dtype() != dtype) return apply(op, a.converted(dtype), b);
  if (b.dtype() != dtype) return apply(op, a, b.converted(dtype));
  return detail::recorded(op, detail::evaluate_binary(op, a, b), a, b);
}

template <class Op>
Tensor apply(const Op& op, const Tensor& a, const Tensor& b) requires detail::is_comparison<Op> {
  const Dtype dtype = detail::common_any_dtype(Op::name, {&a, &b});
  if (a.dtype() != dtype) return apply(op, a.converted(dtype), b);
  if (b.dtype() != dtype) return apply(op, a, b.converted(dtype));
  return detail::recorded(op, detail::evaluate_comparison(op, a, b), a, b);
}

template <class Op, class... X>
Tensor apply(const Op& op,
             const X&... x) requires(!detail::is_elementwise<Op> && !detail::is_comparison<Op>) {
  static_assert(sizeof...(X) == detail::inputs_of<Op>,
                "an operation gets as many inputs as it has");
  return detail::apply_general(std::index_sequence_for<X...>{}, op, x...);
}

/// The same for an operation whose `evaluate` takes tensors of any dtype as they are.
template <class Op, class... X>
Tensor apply_as_is(const Op& op, const X&... x) {
  return detail::recorded(op, op.evaluate(x...), x...);
}

}  // namespace ops
}  // namespace autograd
