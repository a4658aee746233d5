#pragma once

#include <type_traits>
#include <utility>

#include "autograd/kernels/complex.h"
#include "autograd/kernels/double_double.h"
#include "autograd/kernels/dual.h"
#include "autograd/kernels/map.h"
#include "autograd/ops/operation.h"
#include "autograd/ops/rule.h"
#include "autograd/ops/signature.h"

/// Values from rules: on tensors, and on arrays of other scalars. Used by apply.h.
namespace autograd::ops::detail {

/// The dtype that numbers must agree on: that of the first which is not a plain number, f64 if all
/// are plain. Throws for i64 and for two that differ.
Dtype common_dtype(std::string_view name, std::initializer_list<const Tensor*> numbers);

/// The same for operations that take any dtype: i64 is welcome.
Dtype common_any_dtype(std::string_view name, std::initializer_list<const Tensor*> numbers);

Dtype common_any_dtype_of(std::string_view name, std::span<const Tensor* const> numbers);

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

// --- values of tensors ---

template <class Op>
Tensor evaluate_unary(const Op& op, const Tensor& x) {
  Tensor y = Tensor::uninitialized(x.shape(), x.dtype());
  with_floating(x.dtype(), [&](auto zero) {
    using T = decltype(zero);
    kernels::map<is_costly<Op>>(ValueInLoop<Op>{op}, view_of_new<T>(y), view<T>(x));
  });
  return y;
}

template <class Op>
Tensor evaluate_binary(const Op& op, const Tensor& a, const Tensor& b) {
  Tensor y = Tensor::uninitialized(broadcast(Op::name, a.shape(), b.shape()), a.dtype());
  with_floating(a.dtype(), [&](auto zero) {
    using T = decltype(zero);
    kernels::map<is_costly<Op>>(ValueInLoop<Op>{op}, view_of_new<T>(y), view<T>(a), view<T>(b));
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

/// Calls `body(T{})` with the type of the numbers of an operation.
template <class Op, class Body>
void with_numbers(Dtype dtype, const Body& body) {
  if constexpr (takes_any_dtype<Op>) {
    with_any(dtype, body);
  } else {
    with_floating(dtype, body);
  }
}

/// y made by `value`, even where the operation has a shorter way.
template <class Op, std::size_t... I, class... X>
Tensor evaluate_numbers(std::index_sequence<I...>, const Op& op, const X&... x) {
  Dtype dtype = f64;
  if constexpr (requires { op.dtype; }) dtype = op.dtype;
  ((dtype = is_index_input<Op, I> ? dtype : x.dtype()), ...);
  Tensor y = Tensor::uninitialized(op.shape(x.shape()...), gives_indices<Op> ? i64 : dtype);
  with_numbers<Op>(dtype, [&](auto zero) {
    using T = decltype(zero);
    using Y = std::conditional_t<gives_indices<Op>, Index, T>;
    op.template value<T>(view_of_new<Y>(y), input_view<Op, T, I>(x)...);
  });
  return y;
}

template <class Op, std::size_t... I, class... X>
Tensor evaluate_general(std::index_sequence<I...> each, const Op& op, const X&... x) {
  if constexpr (requires { op.evaluate(x...); }) {
    return op.evaluate(x...);
  } else {
    return evaluate_numbers(each, op, x...);
  }
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

// --- values of other scalars ---

template <class T>
View<T> view(const Array& x) {
  return {static_cast<T*>(x.data), *x.shape};
}

template <class Op, class S, std::size_t... I>
void evaluate_scalars(std::index_sequence<I...>, const Op& op, std::span<const Array> x,
                      const Array& y) {
  if constexpr (is_unary<Op>) {
    kernels::map([&op](const S& v) { return op.template value<S>(v); }, view<S>(y),
                 view<const S>(x[0]));
  } else if constexpr (is_binary<Op>) {
    kernels::map([&op](const S& v, const S& w) { return op.template value<S>(v, w); }, view<S>(y),
                 view<const S>(x[0]), view<const S>(x[1]));
  } else if constexpr (is_comparison<Op>) {
    kernels::map([&op](const S& v, const S& w) { return Index{op.template value<S>(v, w)}; },
                 view<Index>(y), view<const S>(x[0]), view<const S>(x[1]));
  } else {
    using Y = std::conditional_t<gives_indices<Op>, Index, S>;
    op.template value<S>(
        view<Y>(y), view<std::conditional_t<is_index_input<Op, I>, const Index, const S>>(x[I])...);
  }
}

/// The column of a table: `function.template operator()<S>()` for every scalar S.
template <class... S, class Function>
constexpr std::array<OnScalars, sizeof...(S)> for_scalars(kernels::ScalarList<S...>,
                                                          Function function) {
  return {function.template operator()<S>()...};
}

}  // namespace autograd::ops::detail
