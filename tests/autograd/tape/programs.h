#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "autograd/ops/arithmetic.h"
#include "autograd/tape/program.h"
#include "autograd/tensor/factories.h"

namespace autograd {

using Inputs = std::span<const Tensor>;
using Outputs = std::vector<Tensor>;

inline Tensor labels(const std::vector<std::int64_t>& numbers) { return tensor(numbers); }

/// x₀·x₁ of two vectors [2].
inline Program product() {
  return Program::record([](Inputs x) { return Outputs{x[0] * x[1]}; },
                         {tensor({1, 2}), tensor({3, 4})});
}

}  // namespace autograd
