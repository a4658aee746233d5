#pragma once

#include <array>
#include <utility>

#include "autograd/ops/pull.h"
#include "autograd/ops/whole_pull.h"

/// From a rule to a function of tensors: `apply(Tanh{}, x)` checks dtypes and shapes, computes y
/// and tells the recorder. Included by the files that define operations, not by their users.
namespace autograd {
namespace ops {
namespace detail {

template <class Op, std::size_t... I>
constexpr Operation table(std::index_sequence<I...>) {
  Operation t = named_table<Op>();
  t.elementwise = is_elementwise<Op> || is_comparison<Op>;
  t.value = [](const void* self, std::span<const Tensor> inputs) {
    return evaluate(std::index_sequence<I...>{}, settings_of<Op>(self), inputs);
  };
  t.scalars = for_scalars(kernels::Scalars(), []<class S>() -> OnScalars {
    return [](const void* self, std::span<const Array> inputs, const Array& y) {
      evaluate_scalars<Op, S>(std::index_sequence<I...>{}, settings_of<Op>(self), inputs, y);
    };
  });
  add_writers<Op, I...>(t);
  t.needs = [](const void*, std::size_t input, std::size_t) {
    static constexpr std::array<Needs, sizeof...(I)> all{needs<I, Op>()...};
    return all[input];
  };
  t.pullback = [](const void* self, std::size_t input, const Tensor& dy, const Operands& operands) {
    using Pull = Tensor (*)(const Op&, const Tensor&, const Operands&);
    static constexpr std::array<Pull, sizeof...(I)> all{&pull<I, Op>...};
    return all[input](settings_of<Op>(self), dy, operands);
  };
  if constexpr (requires { &Op::factors; }) {
    t.factors = [](const void* self, std::size_t input, const Tensor& dy,
                   const Operands& operands) -> std::optional<Factors> {
      std::optional<Factors> found = settings_of<Op>(self).factors(input, dy, operands);
      return found && found->are_fewer() ? found : std::nullopt;
    };
  }
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
  constexpr auto common = takes_any_dtype<Op> ? &common_any_dtype : &common_dtype;
  const Dtype dtype = common(Op::name, {(is_index_input<Op, I> ? nullptr : &x)...});
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
  if (x.is_literal()) return Tensor(detail::value_at(op, x.item()));
  return detail::recorded(op, detail::evaluate_unary(op, x), x);
}

template <class Op>
Tensor apply(const Op& op, const Tensor& a, const Tensor& b) requires detail::is_binary<Op> {
  const Dtype dtype = detail::common_dtype(Op::name, {&a, &b});
  if (a.is_literal() && b.is_literal()) {
    return Tensor(detail::value_at(op, a.item(), b.item()));
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
