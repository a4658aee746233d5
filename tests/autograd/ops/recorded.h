#pragma once

#include <span>
#include <vector>

#include "autograd/tape/program.h"
#include "tests/autograd/ops/problem.h"

// A row's problem as a program, for the tests that replay it.

namespace autograd {

inline std::vector<Shapes> all_shapes(const Row& row) {
  std::vector<Shapes> all = row.small;
  all.push_back(row.medium);
  return all;
}

inline Program recorded(const Problem& problem) {
  return Program::record([&](std::span<const Tensor> x) { return std::vector{problem.value(x)}; },
                         problem.inputs());
}

}  // namespace autograd
