#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "autograd/tensor/factories.h"

namespace autograd {

/// Equal in shape and dtype, and number by number to within the tolerance, relative above 1.
inline void expect_near(const Tensor& got, const Tensor& expected, double tolerance = 1e-13) {
  ASSERT_EQ(got.shape(), expected.shape());
  ASSERT_EQ(got.dtype(), expected.dtype());
  const std::vector<double> a = to_vector(got), b = to_vector(expected);
  for (std::size_t i = 0; i < a.size(); ++i) {
    EXPECT_NEAR(a[i], b[i], tolerance * std::max(1.0, std::abs(b[i]))) << "at " << i;
  }
}

}  // namespace autograd
