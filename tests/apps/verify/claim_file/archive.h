#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "apps/verify/claim_file/claim_file.h"
#include "autograd/tensor/factories.h"
#include "tests/support/message.h"

namespace verify {

using autograd::Index;
using autograd::Shape;
using autograd::Tensor;
using Archive = std::map<std::string, Tensor>;

/// Numbers between −1 and 1 that look random and are not.
inline Tensor numbers(const Shape& shape, double seed = 1) {
  std::vector<double> values;
  for (Index i = 0; i < shape.size(); ++i) {
    values.push_back(std::sin(seed * 12.9898 + static_cast<double>(i) * 78.233));
  }
  return autograd::tensor(values, shape);
}

inline Tensor labels(const std::vector<std::int64_t>& values) { return autograd::tensor(values); }

/// The transpose of a matrix.
inline Tensor turned(const Tensor& matrix) {
  const auto values = to_vector(matrix);
  const Index rows = matrix.extent(0), columns = matrix.extent(1);
  std::vector<double> result;
  for (Index j = 0; j < columns; ++j) {
    for (Index i = 0; i < rows; ++i) {
      result.push_back(values[static_cast<std::size_t>(i * columns + j)]);
    }
  }
  return autograd::tensor(result, {columns, rows});
}

/// Five samples through 4-3-2, claims that are as good as any.
inline Archive archive() {
  return {{"X", numbers({5, 4}, 1)},   {"y", labels({0, 1, 1, 0, 1})}, {"W1", numbers({3, 4}, 2)},
          {"b1", numbers({3}, 3)},     {"W2", numbers({2, 3}, 4)},     {"b2", numbers({2}, 5)},
          {"dW1", numbers({3, 4}, 6)}, {"db1", numbers({3}, 7)},       {"dW2", numbers({2, 3}, 8)},
          {"db2", numbers({2}, 9)}};
}

/// Two samples through 2-2-2: every orientation fits the shapes.
inline Archive square() {
  return {{"X", numbers({2, 2}, 1)},  {"y", labels({0, 1})},       {"W1", numbers({2, 2}, 2)},
          {"W2", numbers({2, 2}, 4)}, {"dW1", numbers({2, 2}, 6)}, {"dW2", numbers({2, 2}, 8)}};
}

inline FileSettings settings() {
  FileSettings s;
  s.hidden = {Activation::tanh};
  s.output = Output::softmax;
  s.loss = Loss::cross_entropy;
  return s;
}

inline Reading read(const Archive& arrays, const FileSettings& told = settings()) {
  return read_claim(arrays, told, "claim.npz");
}

inline std::string refusal(const Archive& arrays, const FileSettings& told = settings()) {
  return message_of([&] { read(arrays, told); });
}

}  // namespace verify
