#pragma once

#include <functional>
#include <string_view>
#include <vector>

#include "autograd/tensor/tensor.h"
#include "tests/ulp/golden.h"

namespace ulp {

using autograd::Tensor;

/// What an operation of a file is in this library, and how exact it must be.
struct Row {
  std::string_view name;
  std::size_t inputs;
  double bound;        ///< in ulp
  bool reduces;        ///< then the bound grows by log₂ n of n terms
  bool of_magnitudes;  ///< then an ulp is that of the sum of the magnitudes of the terms
  std::function<Tensor(const Case&, const std::vector<Tensor>& inputs)> evaluate;
};

/// The row of that name, or null.
const Row* find(std::string_view name);

}  // namespace ulp
