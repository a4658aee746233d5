#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "tests/autograd/ops/table.h"

/// How inputs of the table's rows are drawn.
namespace autograd::draw {

inline Draw uniform(double low, double high) {
  return [=](Random& random, const Shape& shape) { return random.uniform(shape, low, high); };
}

inline const Draw any = uniform(-2, 2);
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

}  // namespace autograd::draw
