#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "autograd/ops/arithmetic.h"
#include "autograd/ops/elementwise.h"
#include "autograd/ops/loss.h"
#include "autograd/ops/reduce.h"
#include "autograd/tape/tape.h"
#include "autograd/tensor/error.h"
#include "autograd/tensor/factories.h"
#include "tests/support/message.h"

// What the README of autograd/ops says about kinks, and what happens at the edges of the numbers.

namespace autograd {
namespace {

using Numbers = std::vector<double>;
using Function = std::function<Tensor(const Tensor&)>;

Numbers numbers(const Tensor& x) {
  const Tensor wide = x.converted(f64);
  const auto all = wide.values<double>();
  return {all.begin(), all.end()};
}

Numbers slopes(const Function& f, const Tensor& x) {
  Tape tape;
  const Tensor u = tape.watch(x);
  return numbers(tape.gradient(sum(f(u)))[u]);
}

double slope(const Function& f, double x) { return slopes(f, tensor({x}))[0]; }

constexpr double infinity = std::numeric_limits<double>::infinity();

TEST(Kinks, OfActivationsAreAsTheTableSays) {
  EXPECT_EQ(slope(relu, 0), 0);
  EXPECT_EQ(slope([](const Tensor& x) { return leaky_relu(x, 0.25); }, 0), 0.25);
  EXPECT_EQ(slope([](const Tensor& x) { return elu(x, 2); }, 0), 2);
  EXPECT_NEAR(slope(selu, 0), 1.7580993408473766, 1e-15);
}

TEST(Kinks, OfBoundsAndStepsAreAsTheTableSays) {
  EXPECT_EQ(slope(abs, 0), 0);
  for (const double bound : {-1.0, 1.0}) {
    EXPECT_EQ(slope([](const Tensor& x) { return clamp(x, -1, 1); }, bound), 1);
    EXPECT_EQ(slope([](const Tensor& x) { return hardtanh(x); }, bound), 0);
  }
  for (const Function& step : {Function(sign), Function(floor), Function(ceil), Function(round)}) {
    for (const double x : {-1.0, -0.5, 0.0, 0.3, 0.5, 2.0}) EXPECT_EQ(slope(step, x), 0);
  }
}

TEST(Kinks, OfLengthsAreAsTheTableSays) {
  const Tensor zero = tensor({0, 0});
  EXPECT_EQ(slopes([](const Tensor& x) { return norm1(x); }, zero), Numbers({0, 0}));
  EXPECT_EQ(slopes([](const Tensor& x) { return norm2(x); }, zero), Numbers({0, 0}));
  EXPECT_EQ(slopes([](const Tensor& x) { return norm_inf(x); }, zero), Numbers({0, 0}));
  EXPECT_EQ(slopes([](const Tensor& x) { return norm_inf(x); }, tensor({-2, 1, 2})),
            Numbers({-0.5, 0, 0.5}));
  EXPECT_EQ(slopes([](const Tensor& x) { return standard_deviation(x); }, tensor({3, 3})),
            Numbers({0, 0}));
  EXPECT_EQ(slopes([](const Tensor& x) { return hypot(x, 0); }, zero), Numbers({0, 0}));
  EXPECT_EQ(slopes([](const Tensor& x) { return atan2(x, 0); }, zero), Numbers({0, 0}));
  EXPECT_EQ(numbers(cosine_similarity(zero, tensor({1, 2}))), Numbers({0}));
}

TEST(Kinks, OfPowersAreAsTheTableSays) {
  const auto by_base = [](double b) {
    return [b](const Tensor& a) { return pow(a, tensor({b})); };
  };
  EXPECT_EQ(slope(by_base(0), 0), 0);
  EXPECT_EQ(slope(by_base(1), 0), 1);
  EXPECT_EQ(slope(by_base(2), 0), 0);
  EXPECT_EQ(slope(by_base(0.5), 0), infinity);
  const auto by_exponent = [](double a) {
    return [a](const Tensor& b) { return pow(tensor({a}), b); };
  };
  EXPECT_EQ(slope(by_exponent(0), 0), 0);
  EXPECT_EQ(slope(by_exponent(0), 2), 0);
  EXPECT_TRUE(std::isnan(slope(by_exponent(-2), 2)));
  EXPECT_EQ(slope([](const Tensor& x) { return pow(x, 0); }, 0), 0);
  EXPECT_EQ(slope([](const Tensor& x) { return pow(x, 0); }, 2), 0);
  EXPECT_EQ(slope([](const Tensor& x) { return pow(x, 0); }, -2), 0);
  EXPECT_EQ(slope([](const Tensor& x) { return pow(x, 2); }, 0), 0);
}

TEST(Kinks, OfLossesAreAsTheTableSays) {
  EXPECT_EQ(slope([](const Tensor& x) { return absolute_error(x, 0); }, 0), 0);
  EXPECT_EQ(slope([](const Tensor& x) { return huber(x, 0, 0.5); }, 0.5), 0.5);
  EXPECT_EQ(slope([](const Tensor& x) { return huber(x, 0, 0.5); }, -0.5), -0.5);
  EXPECT_EQ(slope([](const Tensor& x) { return hinge(x, 1); }, 1), 0);
  const Function by_target = [](const Tensor& p) { return kl_divergence(tensor({-1, -2}), p); };
  EXPECT_EQ(slopes(by_target, tensor({0, 1})), Numbers({0, 3}));
}

TEST(Round, TakesTheEvenOneOfTwoThatAreEquallyNear) {
  EXPECT_EQ(numbers(round(tensor({-2.5, -1.5, -0.5, 0.5, 1.5, 2.5, 0.49999999999999994, 1e300}))),
            Numbers({-2, -2, 0, 0, 2, 2, 0, 1e300}));
}

TEST(Prod, HasTheDerivativeThatIsTheProductOfTheOthers) {
  const Function f = [](const Tensor& x) { return prod(x); };
  EXPECT_EQ(slopes(f, tensor({2, 3, 5})), Numbers({15, 10, 6}));
  EXPECT_EQ(slopes(f, tensor({0, 3, 5})), Numbers({15, 0, 0}));
  EXPECT_EQ(slopes(f, tensor({0, 3, 0})), Numbers({0, 0, 0}));
  EXPECT_EQ(slopes(f, tensor({7})), Numbers({1}));
}

TEST(Prod, HasTheSecondDerivativeOfAProductWithZeros) {
  Tape outer;
  const Tensor x = outer.watch(tensor({0, 0, 5}));
  Tape inner;
  const Tensor u = inner.watch(x);
  const Tensor g = inner.gradient(prod(u))[u];
  EXPECT_EQ(numbers(outer.gradient(sum(g))[x]), Numbers({5, 5, 0}));
}

TEST(Reductions, OverNothingAreWhatLeavesOthersAlone) {
  const Tensor nothing = zeros({2, 0});
  EXPECT_EQ(numbers(prod(nothing, 1)), Numbers({1, 1}));
  EXPECT_EQ(numbers(norm2(nothing, 1)), Numbers({0, 0}));
  EXPECT_EQ(numbers(any(nothing > 0, 1)), Numbers({0, 0}));
  EXPECT_EQ(numbers(all(nothing > 0, 1)), Numbers({1, 1}));
}

TEST(Norm2, DoesNotOverflowWhereTheResultDoesNot) {
  EXPECT_DOUBLE_EQ(norm2(tensor({3e300, 4e300})).item(), 5e300);
  EXPECT_DOUBLE_EQ(norm2(tensor({3e-300, 4e-300})).item(), 5e-300);
  EXPECT_EQ(norm2(tensor({1, infinity})).item(), infinity);
}

TEST(Variance, KeepsTheDigitsOfNumbersThatAreNearlyEqual) {
  EXPECT_EQ(variance(tensor({1e15, 1e15 + 1, 1e15 + 2})).item(), 2.0 / 3);
  EXPECT_EQ(slopes([](const Tensor& x) { return variance(x, {}, 1); },
                   tensor({1e15, 1e15 + 1, 1e15 + 2})),
            Numbers({-1, 0, 1}));
}

TEST(Functions, StayFiniteAndExactFarOut) {
  EXPECT_DOUBLE_EQ(slope(tanh, 300), 4 * std::exp(-600));
  EXPECT_DOUBLE_EQ(slope(sigmoid, 700), std::exp(-700));
  EXPECT_DOUBLE_EQ(slope(sigmoid, -700), std::exp(-700));
  EXPECT_DOUBLE_EQ(log_sigmoid(tensor({-800})).item(), -800);
  EXPECT_DOUBLE_EQ(slope([](const Tensor& x) { return atan2(x, 1e300); }, 1e300), 5e-301);
  EXPECT_DOUBLE_EQ(slope([](const Tensor& x) { return hypot(x, 4e300); }, 3e300), 0.6);
  EXPECT_EQ(slope([](const Tensor& x) { return elu(x); }, 1000), 1);
}

TEST(CrossEntropy, OfAnAlmostCertainClassKeepsTheDigitsOfItsDerivative) {
  const Tensor labels = to(tensor({0}), i64);
  const Tensor logits = tensor({40, 0}).reshaped({1, 2});
  const Numbers dz = slopes([&](const Tensor& z) { return cross_entropy(z, labels); }, logits);
  EXPECT_DOUBLE_EQ(dz[1], std::exp(-40));
  EXPECT_DOUBLE_EQ(dz[0], -std::exp(-40));
}

TEST(CrossEntropy, WithSmoothingAndWeightsIsTheSumThatItsHeaderGives) {
  const Tensor labels = to(tensor({0, 2}), i64);
  const Tensor logits = tensor({1, 2, 0.5, -1, 0, 3}).reshaped({2, 3});
  const Tensor weights = tensor({1, 2, 4});
  const Numbers l = numbers(log_softmax(logits)), w{1, 2, 4};
  double losses[2] = {0, 0};
  for (std::size_t n = 0; n < 2; ++n) {
    for (std::size_t k = 0; k < 3; ++k) {
      const double q = (k == 2 * n ? 0.7 : 0) + 0.1;
      losses[n] -= w[k] * q * l[n * 3 + k];
    }
  }
  const Numbers each = numbers(cross_entropy(logits, labels, {0.3, weights}, Reduction::none));
  EXPECT_NEAR(each[0], losses[0], 1e-14);
  EXPECT_NEAR(each[1], losses[1], 1e-14);
  // The mean divides by the weights of the classes 0 and 2.
  EXPECT_NEAR(cross_entropy(logits, labels, {0.3, weights}).item(), (losses[0] + losses[1]) / 5,
              1e-14);
  EXPECT_NEAR(nll(log_softmax(logits), labels, weights).item(),
              cross_entropy(logits, labels, {0, weights}).item(), 1e-14);
  EXPECT_NEAR(cross_entropy(logits, labels, CrossEntropySettings{}).item(),
              cross_entropy(logits, labels).item(), 1e-14);
}

TEST(Messages, OfTheWiderCatalogueSayWhatIsWrong) {
  const Tensor x = tensor({1, 2});
  const Tensor z = zeros({2, 3});
  const Tensor labels = to(tensor({0, 1}), i64);
  EXPECT_EQ(message_of([&] { clamp(x, 2, 1); }),
            "clamp: the lower bound 2 is not below the upper bound 1");
  EXPECT_EQ(message_of([&] { hardtanh(x, 0.5, -0.5); }),
            "hardtanh: the lower bound 0.5 is not below the upper bound -0.5");
  EXPECT_EQ(message_of([&] { huber(x, x, 0); }), "huber: expected a delta above 0; got 0");
  EXPECT_EQ(message_of([&] { variance(tensor({1}), {}, 1); }),
            "variance: 1 elements along axes 0 of shape [1]; expected more than the correction 1");
  EXPECT_EQ(message_of([&] {
              norm_inf(zeros({2, 0}), 1);
            }),
            "norm_inf: there is nothing along axes 1 of shape [2, 0]; expected at least one "
            "element");
  EXPECT_EQ(message_of([&] {
              cross_entropy(z, labels, {1.5, {}});
            }),
            "cross_entropy: expected a label smoothing from 0 to 1; got 1.5");
  EXPECT_EQ(message_of([&] {
              cross_entropy(z, labels, {0, x});
            }),
            "cross_entropy: expected one weight a class; got weights [2] for [2, 3]");
  EXPECT_EQ(message_of([&] { cosine_similarity(x, z); }),
            "cosine_similarity: shapes must agree; got [2] and [2, 3]");
  EXPECT_EQ(message_of([&] { any(x); }),
            "any: expected i64 labels or indices; got f64; convert with to(x, i64)");
}

}  // namespace
}  // namespace autograd
