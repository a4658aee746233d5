#include "autograd/tape/replay.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <vector>

#include "autograd/tape/program.h"
#include "tests/autograd/ops/problem.h"
#include "tests/autograd/ops/recorded.h"

// What every row of the table promises on other scalars than plain numbers: three ways to a
// derivative along a direction that share no derivative formula, and a value of twice the digits.

namespace autograd {
namespace {

using kernels::Complex;
using kernels::DoubleDouble;

class EveryOperationOnOtherScalars : public testing::TestWithParam<Row> {};

INSTANTIATE_TEST_SUITE_P(Of, EveryOperationOnOtherScalars, testing::ValuesIn(table()),
                         [](const auto& row) { return row.param.name(); });

// A row whose function is known for tensors alone cannot be replayed, and says so.
template <class S>
bool is_for_tensors_alone(const Row& row) {
  if (row.dual) return false;
  EXPECT_FALSE(can_replay<S>(recorded(Problem(row, row.medium))));
  return true;
}

// The problem's inputs, each number x with its direction d made a scalar by `make(x, d)`.
template <class S, class Make>
std::vector<std::vector<S>> scalars(const Problem& problem, const Make& make) {
  std::vector<std::vector<S>> inputs;
  const std::vector<Tensor> direction = problem.direction();
  for (std::size_t k = 0; k < direction.size(); ++k) {
    const std::vector<double> x = to_vector(problem.inputs()[k]);
    const std::vector<double> d =
        direction[k].defined() ? to_vector(direction[k]) : std::vector<double>(x.size());
    std::vector<S>& numbers = inputs.emplace_back();
    for (std::size_t i = 0; i < x.size(); ++i) numbers.push_back(make(x[i], d[i]));
  }
  return inputs;
}

template <class S>
std::vector<S> outputs(const Program& program, const std::vector<std::vector<S>>& inputs) {
  return replay<S>(program, inputs).front();
}

// The largest size is the measure: what cancels to little carries the rounding of what it is of.
void expect_near(const std::vector<double>& got, const std::vector<double>& expected,
                 double digits) {
  ASSERT_EQ(got.size(), expected.size());
  double largest = 0;
  for (const double number : expected) largest = std::max(largest, std::abs(number));
  for (std::size_t i = 0; i < got.size(); ++i) {
    ASSERT_NEAR(got[i], expected[i], digits * largest) << "at " << i;
  }
}

TEST_P(EveryOperationOnOtherScalars, HasByAComplexStepTheDerivativeOfDualNumbers) {
  if (is_for_tensors_alone<Complex>(GetParam())) return;
  for (const Shapes& shapes : all_shapes(GetParam())) {
    SCOPED_TRACE(in_words(shapes));
    const Problem problem(GetParam(), shapes);
    const Program program = recorded(problem);
    const std::vector<Tensor>& x = problem.inputs();
    std::vector<double> slopes;
    for (const Complex& y : outputs(program, scalars<Complex>(problem, [](double v, double d) {
                                      return Complex(v, d * 1e-100);
                                    }))) {
      slopes.push_back(y.im / 1e-100);
    }
    const double digits = GetParam().mixed ? 0x1p-22 : 1e-12;
    expect_near(slopes, to_vector(program.jvp(x, problem.direction()).dy[0]), digits);
  }
}

TEST_P(EveryOperationOnOtherScalars, HasByACentralDifferenceOfTwiceTheDigitsThatDerivativeToo) {
  if (is_for_tensors_alone<DoubleDouble>(GetParam())) return;
  constexpr double step = 0x1p-36;
  for (const Shapes& shapes : all_shapes(GetParam())) {
    SCOPED_TRACE(in_words(shapes));
    const Problem problem(GetParam(), shapes);
    const Program program = recorded(problem);
    const std::vector<Tensor>& x = problem.inputs();
    const auto at = [&](double t) {
      return outputs(program, scalars<DoubleDouble>(problem, [t](double v, double d) {
                       return v + DoubleDouble(d) * t;
                     }));
    };
    const std::vector<DoubleDouble> above = at(step), below = at(-step);
    std::vector<double> slopes;
    for (std::size_t i = 0; i < above.size(); ++i) {
      slopes.push_back(static_cast<double>((above[i] - below[i]) / (2 * step)));
    }
    const double digits = GetParam().mixed ? 0x1p-22 : 1e-12;
    expect_near(slopes, to_vector(program.jvp(x, problem.direction()).dy[0]), digits);
  }
}

TEST_P(EveryOperationOnOtherScalars, HasInTwiceTheDigitsTheValueThatTensorsRound) {
  if (is_for_tensors_alone<DoubleDouble>(GetParam())) return;
  for (const Shapes& shapes : all_shapes(GetParam())) {
    SCOPED_TRACE(in_words(shapes));
    const Problem problem(GetParam(), shapes);
    const Program program = recorded(problem);
    std::vector<double> values;
    for (const DoubleDouble& y : outputs(
             program,
             scalars<DoubleDouble>(problem, [](double v, double) { return DoubleDouble(v); }))) {
      values.push_back(static_cast<double>(y));
    }
    const double digits = GetParam().mixed ? 0x1p-22 : 16 * 0x1p-52;
    expect_near(values, to_vector(problem.value(problem.inputs())), digits);
  }
}

TEST_P(EveryOperationOnOtherScalars, IsKnownThereUnlessItsRowSaysOtherwise) {
  const Program program = recorded(Problem(GetParam(), GetParam().medium));
  EXPECT_EQ(can_replay<kernels::Dual>(program), GetParam().dual);
  EXPECT_EQ(can_replay<Complex>(program), GetParam().dual);
  EXPECT_EQ(can_replay<DoubleDouble>(program), GetParam().dual);
}

}  // namespace
}  // namespace autograd
