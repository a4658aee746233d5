#pragma once

#include <span>
#include <vector>

#include "autograd/ops/apply.h"
#include "autograd/tensor/memory.h"

/// From a rule of any number of inputs to a function of tensors: `apply_to_all(Concatenate{axis},
/// tensors)`. Included by the files that define such operations.
namespace autograd::ops {
namespace detail {

template <class Op>
inline constexpr bool is_variadic = std::is_base_of_v<Variadic, Op>;

template <class Op>
Tensor evaluate_all(const Op& op, std::span<const Tensor> inputs) {
  std::vector<Operand> operands;
  for (const Tensor& x : inputs) operands.push_back({&x, &x.shape()});
  Tensor y = Tensor::uninitialized(op.shape(Shapes(operands)), inputs.front().dtype());
  with_numbers<Op>(y.dtype(), [&](auto zero) {
    using T = decltype(zero);
    std::vector<View<const T>> views;
    for (const Tensor& x : inputs) views.push_back(view<T>(x));
    op.template value<T>(view_of_new<T>(y), std::span<const View<const T>>(views));
  });
  return y;
}

template <class Op>
constexpr Operation table_of_all() {
  Operation t = named_table<Op>();
  t.value = [](const void* self, std::span<const Tensor> inputs) {
    return evaluate_all(settings_of<Op>(self), inputs);
  };
  t.scalars = for_scalars(kernels::Scalars(), []<class S>() -> OnScalars {
    return [](const void* self, std::span<const Array> inputs, const Array& y) {
      std::vector<View<const S>> views;
      for (const Array& x : inputs) views.push_back(view<const S>(x));
      settings_of<Op>(self).template value<S>(view<S>(y), std::span<const View<const S>>(views));
    };
  });
  t.write = [](const void* self, Dtype dtype, std::span<const Array> inputs, const Array& y) {
    with_numbers<Op>(dtype, [&](auto zero) {
      using T = decltype(zero);
      std::vector<View<const T>, memory::Allocator<View<const T>>> views;
      views.reserve(inputs.size());
      for (const Array& x : inputs) views.push_back(view<const T>(x));
      settings_of<Op>(self).template value<T>(view<T>(y), std::span<const View<const T>>(views));
    });
  };
  t.needs = [](const void*, std::size_t, std::size_t) { return Needs{}; };
  t.pullback = [](const void* self, std::size_t input, const Tensor& dy, const Operands& operands) {
    return settings_of<Op>(self).dx(input, dy, Shapes(operands.inputs));
  };
  return t;
}

}  // namespace detail

/// The table of an operation of any number of inputs.
template <class Op>
const Operation& operation_on_all() {
  static constexpr Operation table = detail::table_of_all<Op>();
  static_cast<void>(&detail::listed<Op>);
  return table;
}

/// y of all inputs, at least one, which must agree on a dtype.
template <class Op>
Tensor apply_to_all(const Op& op, std::span<const Tensor> inputs) {
  static_assert(detail::is_variadic<Op> && detail::takes_any_dtype<Op>,
                "operations of a fixed number of inputs use apply");
  std::vector<const Tensor*> given;
  for (const Tensor& x : inputs) given.push_back(&x);
  const Dtype dtype = detail::common_any_dtype_of(Op::name, given);
  std::vector<Tensor> ready;
  bool traced = false;
  for (const Tensor& x : inputs) {
    ready.push_back(detail::in_dtype(x, dtype));
    traced = traced || x.trace().key != 0;
  }
  for (std::size_t k = 0; k < ready.size(); ++k) given[k] = &ready[k];
  Tensor y = detail::evaluate_all(op, ready);
  if (Recorder* here = recorder(); here != nullptr && traced) {
    here->record(operation_on_all<Op>(), &op, given, y);
  }
  return y;
}

}  // namespace autograd::ops
