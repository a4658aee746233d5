#pragma once

#include <utility>

#include "autograd/ops/arithmetic.h"
#include "autograd/ops/elementwise.h"
#include "autograd/tape/tape.h"
#include "autograd/tensor/factories.h"
#include "tests/autograd/ops/table.h"

/// What the rows of the table are made of.
namespace autograd {

using Inputs = std::span<const Tensor>;
using Rows = std::vector<Row>;

// --- draws ---

inline Draw uniform(double low, double high) {
  return [=](Random& random, const Shape& shape) { return random.uniform(shape, low, high); };
}

inline const Draw anything = uniform(-2, 2);
inline const Draw positive = uniform(0.3, 2);

template <class Number>
Draw each(Number number) {
  return [=](Random& random, const Shape& shape) {
    return Tensor::build<double>(shape, [&](std::span<double> out) {
      for (double& x : out) x = number(random);
    });
  };
}

// Away from 0, of either sign.
inline const Draw nonzero = each([](Random& random) {
  const double size = 0.3 + 1.7 * random.uniform();
  return random.below(2) == 0 ? size : -size;
});

// Multiples of ½ plus an offset, shaken a little: those of offset 0 and ¼ never meet.
inline Draw steps(double offset) {
  return each([=](Random& random) {
    return 0.5 * static_cast<double>(random.below(9) - 4) + offset + 0.08 * random.uniform();
  });
}

// Numbers of which no two are close.
inline Tensor apart(Random& random, const Shape& shape) {
  const std::vector<Index> order = random.permutation(shape.size());
  return Tensor::build<double>(shape, [&](std::span<double> out) {
    for (std::size_t i = 0; i < out.size(); ++i) {
      const double place = static_cast<double>(order[i]) - 0.5 * static_cast<double>(out.size());
      out[i] = 0.4 * place + 0.1 * random.uniform();
    }
  });
}

inline Draw below(Index bound) {
  return [=](Random& random, const Shape& shape) { return random.integers(shape, 0, bound); };
}

// --- rows of a kind ---

inline Row unary(std::string name, Tensor (*f)(const Tensor&), Draw draw) {
  return {.operation = std::move(name),
          .variant = "",
          .y = [f](Inputs x) { return f(x[0]); },
          .draws = {std::move(draw)},
          .small = {{{2, 3}}, {{}}, {{0, 3}}, {{2, 1, 2, 1, 2}}},
          .medium = {{7, 11}},
          .large = {{41, 1201}}};
}

template <class F>
Row binary(std::string name, F f, Draw a, Draw b, std::vector<std::string> harmless = {}) {
  return {.operation = std::move(name),
          .variant = "",
          .y = [f](Inputs x) { return f(x[0], x[1]); },
          .draws = {std::move(a), std::move(b)},
          .small = {{{2, 3}, {2, 3}},
                    {{3}, {2, 3}},
                    {{2, 1}, {1, 3}},
                    {{2, 2}, {}},
                    {{}, {2, 2}},
                    {{0, 3}, {3}},
                    {{2, 1, 2, 1, 1}, {1, 2, 2, 1, 2}}},
          .medium = {{7, 11}, {11}},
          .large = {{41, 1201}, {41, 1}},
          .same_operand = true,
          .harmless = std::move(harmless)};
}

// A comparison has no derivative; as a mask of its first operand it shows that none is made up.
inline Row comparison(std::string name, Tensor (*f)(const Tensor&, const Tensor&)) {
  return binary(
      std::move(name),
      [f](const Tensor& a, const Tensor& b) {
        return a * (to(f(a, b), a.dtype()) + 2 * to(f(b, a), a.dtype()) + 1);
      },
      steps(0), steps(0.25));
}

struct Sizes {
  std::vector<Shapes> small;
  Shapes medium, large;
};

inline Row general(std::string name, std::string variant, std::function<Tensor(Inputs)> y,
                   std::vector<Draw> draws, Sizes sizes) {
  return {.operation = std::move(name),
          .variant = std::move(variant),
          .y = std::move(y),
          .draws = std::move(draws),
          .small = std::move(sizes.small),
          .medium = std::move(sizes.medium),
          .large = std::move(sizes.large)};
}

inline const Sizes cubes{{{{2, 3, 2}}, {{3, 1, 2}}, {{2, 0, 3}}}, {{4, 5, 6}}, {{31, 43, 37}}};
inline const Sizes matrices{{{{3, 4}}, {{1, 4}}, {{0, 4}}}, {{9, 7}}, {{301, 203}}};

// The adjoint of a part, as a function of the adjoint of the whole: the operations that put parts
// back are reached in no other way.
template <class Part>
Tensor put_back(const Tensor& dy, const Shape& whole, Part part) {
  Tape inner;
  const Tensor x = inner.watch(zeros(whole, dy.dtype()));
  return inner.gradient(part(x), dy)[x];
}

// The families that have a file of their own.
void add_elementwise(Rows& rows);
void add_reductions_and_losses(Rows& rows);
void add_moves(Rows& rows);
void add_normalisations(Rows& rows);

}  // namespace autograd
