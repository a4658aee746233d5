#pragma once

#include <array>
#include <string_view>
#include <utility>

#include "autograd/ops/pull.h"
#include "autograd/ops/write.h"
#include "autograd/tensor/error.h"

/// The pullback of an elementwise operation as an operation of its own: dx = dy · slope, of dy and
/// of those operands that the slope looks at. It is what a program records that is to give
/// gradients, made of the same rule as everything else. Used by apply.h.
namespace autograd::ops::detail {

/// The arguments of the slope that it looks at: their number, and which they are among x… and y.
template <class Op, std::size_t I>
struct LooksAt {
  static constexpr std::size_t arguments = inputs_of<Op> + 1;

  template <std::size_t... K>
  static constexpr std::array<bool, arguments> looks(std::index_sequence<K...>) {
    return {looks_at<SlopeOf<Op, I>, K>...};
  }
  static constexpr std::array<bool, arguments> all = looks(std::make_index_sequence<arguments>{});
  static constexpr std::size_t count = [] {
    std::size_t n = 0;
    for (const bool yes : all) n += yes ? 1 : 0;
    return n;
  }();
  /// The place among dy and the operands looked at of argument k; dy keeps the place of others.
  static constexpr std::array<std::size_t, arguments> places = [] {
    std::array<std::size_t, arguments> place{};
    for (std::size_t k = 0, next = 1; k < arguments; ++k) place[k] = all[k] ? next++ : 0;
    return place;
  }();
};

/// "tanh dx", "multiply da": as the rule's comment has it.
template <class Op, std::size_t I>
constexpr auto letters_of_pull() {
  std::array<char, Op::name.size() + 3> letters{};
  for (std::size_t i = 0; i < Op::name.size(); ++i) letters[i] = Op::name[i];
  letters[Op::name.size()] = ' ';
  letters[Op::name.size() + 1] = 'd';
  letters[Op::name.size() + 2] = is_unary<Op> ? 'x' : I == 0 ? 'a' : 'b';
  return letters;
}
template <class Op, std::size_t I>
inline constexpr auto name_of_pull = letters_of_pull<Op, I>();

template <class Op, std::size_t I>
using ArgumentsOfPull = std::make_index_sequence<LooksAt<Op, I>::arguments>;

/// The operands of the pullback from those of the operation of its own.
template <class Op, std::size_t I, std::size_t... K>
auto operands_of_pull(std::index_sequence<K...>, std::span<const Tensor> x) {
  const auto at = [&](std::size_t k) {
    const Tensor& t = x[LooksAt<Op, I>::places[k]];
    return Operand{&t, &t.shape()};
  };
  return std::array<Operand, sizeof...(K)>{at(K)...};
}

template <class Op, std::size_t I>
Tensor value_of_pull(const void* self, std::span<const Tensor> x) {
  const auto all = operands_of_pull<Op, I>(ArgumentsOfPull<Op, I>{}, x);
  return compute_pull<I>(ArgumentsOfPull<Op, I>{}, settings_of<Op>(self), x[0],
                         {std::span(all).first(all.size() - 1), all.back()});
}

template <class Op, std::size_t I>
Tensor composed_pull(const void* self, std::span<const Tensor> x) {
  const auto all = operands_of_pull<Op, I>(ArgumentsOfPull<Op, I>{}, x);
  return compose_pull<I>(ArgumentsOfPull<Op, I>{}, settings_of<Op>(self), x[0],
                         {std::span(all).first(all.size() - 1), all.back()});
}

/// The pullback number by number; dy stands in for operands that are not looked at, as in
/// compute_pull, whose loop this is.
template <class Op, std::size_t I, class T, std::size_t... K>
void write_row_of_pull(std::index_sequence<K...>, const Op& op, const void* const* x, T* y,
                       Index n) {
  const PullInLoop<I, Op, K...> pull{op};
  const auto write = [&](const auto*... given) {
    if constexpr (is_costly<Op>) {
      kernels::map_costly(pull, y, n, given...);
    } else {
      kernels::map_cheap(pull, y, n, given...);
    }
  };
  write(numbers<T>(x[0]), numbers<T>(x[LooksAt<Op, I>::places[K]])...);
}

template <class Op, std::size_t I, class T>
void row_of_pull(const void* self, const void* const* x, void* y, Index n) {
  write_row_of_pull<Op, I, T>(ArgumentsOfPull<Op, I>{}, settings_of<Op>(self), x,
                              static_cast<T*>(y), n);
}

template <class Op, std::size_t I, class S, std::size_t... K, std::size_t... X>
void scalars_of_pull(std::index_sequence<K...>, std::index_sequence<X...>, const Op& op,
                     std::span<const Array> x, const Array& y) {
  using F = SlopeOf<Op, I>;
  kernels::map(
      [&op](const auto&... v) {
        const std::array<S, sizeof...(v)> given{v...};
        const S s = slope<S, I>(op, number_or_unused<F, K>(given[LooksAt<Op, I>::places[K]])...);
        return given[0] * s;
      },
      view<S>(y), view<const S>(x[X])...);
}

template <class Op, std::size_t I>
constexpr Operation table_of_pull() {
  Operation t = named_table<Op>();
  t.name = std::string_view(name_of_pull<Op, I>.data(), name_of_pull<Op, I>.size());
  t.elementwise = true;
  t.value = &value_of_pull<Op, I>;
  t.composed = &composed_pull<Op, I>;
  t.row = [](Dtype x) {
    return x == f32 ? &row_of_pull<Op, I, float> : &row_of_pull<Op, I, double>;
  };
  t.scalars = for_scalars(kernels::Scalars(), []<class S>() -> OnScalars {
    return [](const void* self, std::span<const Array> inputs, const Array& y) {
      scalars_of_pull<Op, I, S>(ArgumentsOfPull<Op, I>{},
                                std::make_index_sequence<LooksAt<Op, I>::count + 1>{},
                                settings_of<Op>(self), inputs, y);
    };
  });
  t.needs = [](const void*, std::size_t, std::size_t inputs) {
    return Needs{(1U << inputs) - 1U, true};
  };
  t.pullback = [](const void*, std::size_t, const Tensor&, const Operands&) -> Tensor {
    throw Error(std::string(Op::name) +
                ": this pullback was recorded whole and has none itself; run the program under a "
                "tape, which takes it apart");
  };
  return t;
}

template <std::size_t I, class Op>
Tensor record_pull(Recorder& recorder, const Op& op, const Tensor& dy, const Operands& operands) {
  static constexpr Operation table = table_of_pull<Op, I>();
  constexpr auto arguments = ArgumentsOfPull<Op, I>{};
  Tensor dx = compute_pull<I>(arguments, op, dy, operands);
  std::array<const Tensor*, LooksAt<Op, I>::count + 1> given{&dy};
  for (std::size_t k = 0; k < LooksAt<Op, I>::arguments; ++k) {
    if (LooksAt<Op, I>::all[k]) given[LooksAt<Op, I>::places[k]] = operand(operands, k).value;
  }
  recorder.record(table, &op, given, dx);
  return dx;
}

}  // namespace autograd::ops::detail
