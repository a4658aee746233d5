#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <limits>
#include <numbers>
#include <vector>

#include "autograd/ops/arithmetic.h"
#include "autograd/ops/elementwise.h"
#include "autograd/ops/index.h"
#include "autograd/ops/loss.h"
#include "autograd/ops/reduce.h"
#include "autograd/tape/tape.h"
#include "autograd/tensor/factories.h"

// What is promised at kinks and ties, for NaN, and at the ends of the range.

namespace autograd {
namespace {

using Numbers = std::vector<double>;
constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();

// The gradient of Σ f(x), taken unrecorded; the same recorded by an outer tape must agree.
Numbers slope(const std::function<Tensor(const Tensor&)>& f, const Tensor& at) {
  Tape outer;
  const Tensor x = outer.watch(at);
  Tape inner;
  const Tensor u = inner.watch(x);
  const Tensor y = sum(f(u));
  const Numbers recorded = to_vector(inner.gradient(y, 1)[u]);
  outer.stop();
  const Numbers plain = to_vector(inner.gradient(y, 1)[u]);
  for (std::size_t i = 0; i < plain.size(); ++i) {
    EXPECT_TRUE(plain[i] == recorded[i] || (std::isnan(plain[i]) && std::isnan(recorded[i])));
  }
  return plain;
}

TEST(Kinks, ReluHasSlopeZeroAtZero) {
  EXPECT_EQ(slope(relu, tensor({-1, -0.0, 0, 1})), (Numbers{0, 0, 0, 1}));
}

TEST(Kinks, AbsHasSlopeZeroAtZero) {
  EXPECT_EQ(slope(abs, tensor({-2, -0.0, 0, 2})), (Numbers{-1, 0, 0, 1}));
}

TEST(Kinks, MaximumAndMinimumShareATieInHalves) {
  const Tensor b = tensor({1, 2, 3});
  const auto of = [&](auto f) {
    return slope([&](const Tensor& a) { return f(a, b); }, tensor({2, 2, 2}));
  };
  const auto of_second = [&](auto f) {
    return slope([&](const Tensor& a) { return f(b, a); }, tensor({2, 2, 2}));
  };
  EXPECT_EQ(of(maximum), (Numbers{1, 0.5, 0}));
  EXPECT_EQ(of_second(maximum), (Numbers{1, 0.5, 0}));
  EXPECT_EQ(of(minimum), (Numbers{0, 0.5, 1}));
  EXPECT_EQ(of_second(minimum), (Numbers{0, 0.5, 1}));
}

TEST(Kinks, TiesShareTheAdjointOfMaxAndMinEqually) {
  const Tensor x = tensor({{3, 1, 3, 1}, {1, 5, 1, 1}});
  EXPECT_EQ(slope([](const Tensor& t) { return max(t, 1); }, x),
            (Numbers{0.5, 0, 0.5, 0, 0, 1, 0, 0}));
  const double third = 1.0 / 3;
  EXPECT_EQ(slope([](const Tensor& t) { return min(t, 1); }, x),
            (Numbers{0, 0.5, 0, 0.5, third, 0, third, third}));
  EXPECT_EQ(slope([](const Tensor& t) { return max(t); }, ones({4})), Numbers(4, 0.25));
}

TEST(Kinks, ArgmaxAndArgminTakeTheFirstOfEquals) {
  EXPECT_EQ(argmax(tensor({1, 3, 3})).item(), 1);
  EXPECT_EQ(argmin(tensor({3, 1, 1})).item(), 1);
  EXPECT_EQ(to_vector(argmax(tensor({{1, 3}, {4, 2}}), 0)), (Numbers{1, 0}));
}

TEST(NotANumber, StaysOneThroughReluAndHasNoSlopeThere) {
  const Numbers y = to_vector(relu(tensor({nan, -1, 2})));
  EXPECT_TRUE(std::isnan(y[0]));
  EXPECT_EQ(y[1], 0);
  EXPECT_EQ(y[2], 2);
  EXPECT_EQ(slope(relu, tensor({nan, 2}))[1], 1);
}

TEST(NotANumber, IsTheMaximumAndTheMinimumWhereverItStands) {
  for (const int at : {0, 1, 2}) {
    Numbers numbers{1, 2, 3};
    numbers[static_cast<std::size_t>(at)] = nan;
    EXPECT_TRUE(std::isnan(max(tensor(numbers)).item())) << at;
    EXPECT_TRUE(std::isnan(min(tensor(numbers)).item())) << at;
    EXPECT_TRUE(std::isnan(logsumexp(tensor(numbers)).item())) << at;
  }
  for (const double x : slope([](const Tensor& t) { return max(t); }, tensor({1, nan}))) {
    EXPECT_TRUE(std::isnan(x));
  }
}

TEST(NotANumber, ThatWasNotChosenDoesNotReachTheOther) {
  const Tensor choose = tensor(std::vector<std::int64_t>{1, 0});
  const auto f = [&](const Tensor& x) { return where(choose, x, sqrt(-1 - x * x)); };
  EXPECT_EQ(where(choose, 5, tensor({nan, 7})).at({0}), 5);
  Tape tape;
  const Tensor x = tape.watch(tensor({2, 3}));
  EXPECT_EQ(to_vector(tape.gradient(where(choose, x, tensor({nan, 7})), ones({2}))[x]),
            (Numbers{1, 0}));
  EXPECT_TRUE(std::isnan(f(tensor({2, 3})).at({1})));
}

TEST(LargeNumbers, OverflowNeitherSigmoidNorSoftmaxNorTheLosses) {
  EXPECT_EQ(to_vector(sigmoid(tensor({-1000, 0, 1000}))), (Numbers{0, 0.5, 1}));
  EXPECT_EQ(sigmoid(tensor({-700})).at({0}), std::exp(-700.0));
  EXPECT_EQ(slope(sigmoid, tensor({-1000, 0, 1000})), (Numbers{0, 0.25, 0}));
  const Tensor z = tensor({{1000, -1000, 999}});
  const double rest = std::log1p(std::exp(-1.0));
  EXPECT_EQ(logsumexp(z).at({0}), 1000 + rest);
  EXPECT_EQ(log_softmax(z).at({0, 1}), -2000 - rest);
  EXPECT_EQ(cross_entropy(z, tensor(std::vector<std::int64_t>{1})).item(), 2000 + rest);
  EXPECT_NEAR(softmax(z).at({0, 0}), 1 / (1 + std::exp(-1.0)), 1e-15);
  EXPECT_EQ(softmax(z).at({0, 1}), 0);
}

TEST(LargeNumbers, LeaveTheDigitsOfALogarithmAlone) {
  // log Σ exp(z) − z[top] where the rest is far below one unit in the last place of z.
  const Tensor z = tensor({{1e8, 1e8 - 40}});
  const double loss = cross_entropy(z, tensor(std::vector<std::int64_t>{0})).item();
  EXPECT_NEAR(loss / std::exp(-40.0), 1, 1e-14);
}

TEST(LargeNumbers, AMaskedClassHasProbabilityZeroAndNoGradient) {
  const Tensor z = tensor({{1, -infinity, 2}});
  EXPECT_EQ(softmax(z).at({0, 1}), 0);
  const auto loss = [](const Tensor& t) {
    return cross_entropy(t, tensor(std::vector<std::int64_t>{0}));
  };
  const Numbers g = slope(loss, z);
  EXPECT_EQ(g[1], 0);
  EXPECT_NEAR(g[0] + g[2], 0, 1e-16);
}

TEST(LargeNumbers, ManyClassesOfEqualLogitsCostTheLogarithmOfTheirNumber) {
  const Tensor z = zeros({1, 1000});
  EXPECT_NEAR(cross_entropy(z, tensor(std::vector<std::int64_t>{7})).item(), std::log(1000.0),
              1e-14);
}

TEST(Kinks, LogsumexpOfInfinitiesIsInfinite) {
  EXPECT_EQ(logsumexp(tensor({-infinity, -infinity})).item(), -infinity);
  EXPECT_EQ(logsumexp(tensor({1, infinity})).item(), infinity);
  EXPECT_EQ(logsumexp(tensor({-infinity, 2})).item(), 2);
  EXPECT_TRUE(std::isnan(logsumexp(tensor({1, nan})).item()));
}

}  // namespace
}  // namespace autograd
