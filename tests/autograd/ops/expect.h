#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <span>
#include <vector>

#include "autograd/ops/arithmetic.h"
#include "autograd/ops/reduce.h"
#include "autograd/tape/tape.h"
#include "autograd/tensor/factories.h"

/// x has the shape and, to the last bit, the numbers.
inline void expect_tensor(const autograd::Tensor& x, const autograd::Shape& shape,
                          const std::vector<double>& numbers) {
  EXPECT_EQ(x.shape(), shape) << autograd::to_string(x.shape());
  EXPECT_EQ(autograd::to_vector(x), numbers);
}

/// The adjoint of x where y = f(x) has the adjoint 1, 2, 3, …
inline autograd::Tensor pulled_counting(
    const autograd::Tensor& x, const std::function<autograd::Tensor(const autograd::Tensor&)>& f) {
  autograd::Tape tape;
  const autograd::Tensor u = tape.watch(x);
  const autograd::Tensor y = f(u);
  std::vector<double> counting;
  for (autograd::Index i = 1; i <= y.size(); ++i) counting.push_back(static_cast<double>(i));
  return tape.gradient(y, autograd::tensor(counting, y.shape()))[u];
}

inline autograd::Tensor integers(const std::vector<std::int64_t>& numbers) {
  return autograd::tensor(numbers);
}
inline autograd::Tensor integers(const std::vector<std::int64_t>& numbers,
                                 const autograd::Shape& shape) {
  return autograd::tensor(numbers, shape);
}
