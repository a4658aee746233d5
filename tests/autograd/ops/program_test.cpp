#include "autograd/tape/program.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <string_view>
#include <vector>

#include "autograd/ops/operation.h"
#include "autograd/tensor/error.h"
#include "tests/autograd/ops/problem.h"
#include "tests/autograd/ops/recorded.h"

// What every row of the table promises as part of a program.

namespace autograd {
namespace {

class EveryOperationInAProgram : public testing::TestWithParam<Row> {};

INSTANTIATE_TEST_SUITE_P(Of, EveryOperationInAProgram, testing::ValuesIn(table()),
                         [](const auto& row) { return row.param.name(); });

// Lest a row recorded something else and nobody noticed.
TEST_P(EveryOperationInAProgram, IsThere) {
  const std::vector<std::string_view> known = ops::catalogue();
  if (std::find(known.begin(), known.end(), GetParam().operation) == known.end()) return;
  const std::string json = recorded(Problem(GetParam(), GetParam().medium)).json();
  EXPECT_NE(json.find("\"operation\": \"" + GetParam().operation + "\""), std::string::npos)
      << json;
}

TEST_P(EveryOperationInAProgram, IsReplayedBitForBit) {
  for (const Dtype dtype : {f32, f64}) {
    for (const Shapes& shapes : all_shapes(GetParam())) {
      const Problem problem(GetParam(), shapes, dtype);
      const Program program = recorded(problem);
      for (const auto& x : {problem.inputs(), problem.other_inputs(8), problem.other_inputs(9)}) {
        EXPECT_TRUE(same_bits(program(x)[0], problem.recorded_value(x))) << in_words(shapes);
        const std::vector<Tensor> dx = program.vjp(x, {&problem.cotangent(), 1});
        const std::vector<Tensor> anew = problem.pulled(x, problem.cotangent());
        for (std::size_t k = 0; k < x.size(); ++k) {
          EXPECT_TRUE(same_bits(dx[k], anew[k])) << "adjoint " << k << " of " << in_words(shapes);
        }
      }
    }
  }
}

// Whose sum is ⟨a, b⟩, and the sum of whose sizes bounds its rounding.
void add_products(const Tensor& a, const Tensor& b, double& sum, double& size) {
  const std::vector<double> left = to_vector(a), right = to_vector(b);
  ASSERT_EQ(left.size(), right.size());
  for (std::size_t i = 0; i < left.size(); ++i) {
    sum += left[i] * right[i];
    size += std::abs(left[i] * right[i]);
  }
}

// ⟨w, J v⟩ = ⟨Jᵀ w, v⟩. The two sides share no derivative formula: duals have their own.
void expect_one_jacobian(const Problem& problem, const std::vector<Tensor>& x, double digits) {
  const Program program = recorded(problem);
  const std::vector<Tensor> v = problem.direction();
  const Tensor dy = program.jvp(x, v).dy[0];
  const std::vector<Tensor> dx = program.vjp(x, {&problem.cotangent(), 1});
  double pushed = 0, pulled = 0, size = 0;
  add_products(problem.cotangent(), dy, pushed, size);
  for (std::size_t k = 0; k < x.size(); ++k) {
    if (v[k].defined()) add_products(dx[k], v[k], pulled, size);
  }
  EXPECT_NEAR(pushed, pulled, digits * size);
}

void expect_near(const Tensor& a, const Tensor& b, double digits) {
  ASSERT_EQ(a.shape(), b.shape());
  ASSERT_EQ(a.dtype(), b.dtype());
  const std::vector<double> numbers = to_vector(a), expected = to_vector(b);
  double largest = 0;
  for (const double number : expected) largest = std::max(largest, std::abs(number));
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    ASSERT_NEAR(numbers[i], expected[i], digits * largest) << "at " << i;
  }
}

TEST_P(EveryOperationInAProgram, PushesForwardByTheJacobianThatItPullsBackBy) {
  if (!GetParam().dual) return;
  for (const Shapes& shapes : all_shapes(GetParam())) {
    SCOPED_TRACE(in_words(shapes));
    const Problem problem(GetParam(), shapes);
    for (const auto& x : {problem.inputs(), problem.other_inputs(8)}) {
      expect_one_jacobian(problem, x, GetParam().mixed ? 8 * 0x1p-23 : 64 * 0x1p-52);
    }
    const Problem single(GetParam(), shapes, f32);
    expect_one_jacobian(single, single.inputs(), 32 * 0x1p-23);
  }
}

TEST_P(EveryOperationInAProgram, DoesSoWhereTheWorkIsSharedAmongThreads) {
  const Problem problem(GetParam(), GetParam().large);
  const auto& x = problem.inputs();
  EXPECT_TRUE(same_bits(recorded(problem)(x)[0], problem.recorded_value(x)));
  if (GetParam().dual) expect_one_jacobian(problem, x, GetParam().mixed ? 0x1p-23 : 64 * 0x1p-52);
}

TEST_P(EveryOperationInAProgram, HasOnDualNumbersTheValueThatItHasOnTensors) {
  if (!GetParam().dual) return;
  for (const Dtype dtype : {f32, f64}) {
    for (const Shapes& shapes : all_shapes(GetParam())) {
      SCOPED_TRACE(in_words(shapes));
      const Problem problem(GetParam(), shapes, dtype);
      const auto& x = problem.inputs();
      const Tensor y = recorded(problem).jvp(x, problem.direction()).y[0];
      const bool single = dtype == f32 || GetParam().mixed;
      expect_near(y, problem.value(x), single ? 16 * 0x1p-23 : 16 * 0x1p-52);
    }
  }
}

TEST_P(EveryOperationInAProgram, SaysSoWhereItIsUnknownForDualNumbers) {
  if (GetParam().dual) return;
  const Problem problem(GetParam(), GetParam().small.front());
  try {
    recorded(problem).jvp(problem.inputs(), problem.direction());
    FAIL() << "nothing was thrown";
  } catch (const Error& error) {
    EXPECT_EQ(error.what(), "jvp: " + GetParam().operation +
                                " is known for tensors alone, not for dual numbers; use vjp");
  }
}

}  // namespace
}  // namespace autograd
