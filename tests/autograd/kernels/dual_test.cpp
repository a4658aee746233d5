#include "autograd/kernels/dual.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <limits>
#include <numbers>
#include <string>
#include <vector>

namespace autograd::kernels {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

void expect_close(double got, double expected) {
  EXPECT_NEAR(got, expected, 4 * std::numeric_limits<double>::epsilon() * std::abs(expected));
}

// A function, and its value and derivative at a point, known from elsewhere.
struct Known {
  std::string name;
  std::function<Dual(const Dual&)> f;
  double x, value, slope;
};

std::vector<Known> known_functions() {
  using std::numbers::pi, std::numbers::sqrt2, std::numbers::sqrt3;
  const double e = std::numbers::e, root_pi = 1 / std::numbers::inv_sqrtpi;
  const double a = std::log(2.0);  // where sinh is 3/4, cosh 5/4 and tanh 3/5
  return {
      {"abs", [](const Dual& x) { return abs(x); }, -3, 3, -1},
      {"abs", [](const Dual& x) { return abs(x); }, 3, 3, 1},
      {"sqrt", [](const Dual& x) { return sqrt(x); }, 9, 3, 1.0 / 6},
      {"exp", [](const Dual& x) { return exp(x); }, 1, e, e},
      {"expm1", [](const Dual& x) { return expm1(x); }, 1e-20, 1e-20, 1},
      {"log", [](const Dual& x) { return log(x); }, e, 1, 1 / e},
      {"log1p", [](const Dual& x) { return log1p(x); }, 1, a, 0.5},
      {"sin", [](const Dual& x) { return sin(x); }, pi / 6, 0.5, sqrt3 / 2},
      {"cos", [](const Dual& x) { return cos(x); }, pi / 3, 0.5, -sqrt3 / 2},
      {"tan", [](const Dual& x) { return tan(x); }, pi / 4, 1, 2},
      {"asin", [](const Dual& x) { return asin(x); }, 0.5, pi / 6, 2 / sqrt3},
      {"acos", [](const Dual& x) { return acos(x); }, 0.5, pi / 3, -2 / sqrt3},
      {"atan", [](const Dual& x) { return atan(x); }, 1, pi / 4, 0.5},
      {"sinh", [](const Dual& x) { return sinh(x); }, a, 0.75, 1.25},
      {"cosh", [](const Dual& x) { return cosh(x); }, a, 1.25, 0.75},
      {"tanh", [](const Dual& x) { return tanh(x); }, a, 0.6, 0.64},
      {"erf", [](const Dual& x) { return erf(x); }, 1, 0.84270079294971487, 2 / (root_pi * e)},
      {"erfc", [](const Dual& x) { return erfc(x); }, 1, 0.15729920705028513, -2 / (root_pi * e)},
      {"negative", [](const Dual& x) { return -x; }, 2, -2, -1},
      {"x + x", [](const Dual& x) { return x + x; }, 2, 4, 2},
      {"1 - x", [](const Dual& x) { return 1 - x; }, 2, -1, -1},
      {"x·x", [](const Dual& x) { return x * x; }, 3, 9, 6},
      {"1/x", [](const Dual& x) { return 1 / x; }, 2, 0.5, -0.25},
      {"x/(1 + x)", [](const Dual& x) { return x / (1 + x); }, 1, 0.5, 0.25},
      {"x^3", [](const Dual& x) { return pow(x, 3); }, -2, -8, 12},
      {"2^x", [](const Dual& x) { return pow(2, x); }, 3, 8, 8 * a},
      {"x^x", [](const Dual& x) { return pow(x, x); }, 2, 4, 4 * (1 + a)},
      {"atan2(x, 1)", [](const Dual& x) { return atan2(x, 1); }, 1, pi / 4, 0.5},
      {"atan2(1, x)", [](const Dual& x) { return atan2(1, x); }, -1, 3 * pi / 4, -0.5},
      {"hypot(x, 4)", [](const Dual& x) { return hypot(x, 4); }, 3, 5, 0.6},
      {"hypot(x, x)", [](const Dual& x) { return hypot(x, x); }, -1, sqrt2, -sqrt2},
  };
}

TEST(Dual, CarriesTheDerivativeThroughEveryFunction) {
  for (const Known& known : known_functions()) {
    SCOPED_TRACE(known.name);
    const Dual y = known.f({known.x, 1});
    expect_close(y.v, known.value);
    expect_close(y.d, known.slope);
  }
}

TEST(Dual, IsLinearInTheDirection) {
  for (const Known& known : known_functions()) {
    SCOPED_TRACE(known.name);
    expect_close(known.f({known.x, -2}).d, -2 * known.slope);
    EXPECT_EQ(known.f({known.x, 0}).d, 0);
    EXPECT_EQ(known.f(known.x).v, known.f({known.x, 1}).v);
  }
}

TEST(Dual, AddsInPlace) {
  Dual sum{1, 2};
  sum += Dual{3, 5};
  EXPECT_EQ(sum.v, 4);
  EXPECT_EQ(sum.d, 7);
}

TEST(Dual, ComparesByValueAlone) {
  const Dual one{1, 5}, same{1, -5}, two{2, 0};
  EXPECT_TRUE(one == same);
  EXPECT_FALSE(one == two);
  EXPECT_TRUE(one < two && !(two < one) && !(one < same));
  EXPECT_TRUE(two > one && !(one > two) && !(one > same));
  EXPECT_TRUE(one <= two && one <= same && !(two <= one));
  EXPECT_TRUE(two >= one && one >= same && !(one >= two));
}

TEST(Dual, StandsStillOnSteps) {
  using Step = Dual (*)(const Dual&);
  for (const Step step : {Step(floor), Step(ceil), Step(round)}) {
    EXPECT_EQ(step({1.75, 3}).d, 0);
  }
  EXPECT_EQ(floor({-1.5, 1}).v, -2);
  EXPECT_EQ(ceil({-1.5, 1}).v, -1);
  EXPECT_EQ(round({2.5, 1}).v, 3);
  EXPECT_EQ(to_index({-1.75, 1}), -1);
}

TEST(Dual, HasInfiniteSlopesWhereTheFunctionIsUpright) {
  EXPECT_EQ(sqrt(Dual{0, 1}).d, infinity);
  EXPECT_EQ(sqrt(Dual{0, -1}).d, -infinity);
  EXPECT_EQ(log(Dual{0, 1}).d, infinity);
  EXPECT_EQ(log1p(Dual{-1, 1}).d, infinity);
  EXPECT_EQ(asin(Dual{1, 1}).d, infinity);
  EXPECT_EQ(acos(Dual{-1, 1}).d, -infinity);
  EXPECT_EQ(pow(Dual{0, 1}, 0.5).d, infinity);
}

TEST(Dual, StaysWhereTheDirectionIsZeroHoweverSteepTheSlope) {
  EXPECT_EQ(sqrt(Dual{0}).d, 0);
  EXPECT_EQ(log(Dual{0}).d, 0);
  EXPECT_EQ(log1p(Dual{-1}).d, 0);
  EXPECT_EQ(asin(Dual{1}).d, 0);
  EXPECT_EQ(acos(Dual{-1}).d, 0);
  EXPECT_EQ(exp(Dual{1000}).d, 0);
  EXPECT_EQ(sinh(Dual{1000}).d, 0);
  EXPECT_EQ(pow(Dual{0}, 0.5).d, 0);
  EXPECT_EQ(pow(Dual{0}, -1).d, 0);
}

TEST(Dual, HasTheSlopeZeroAtTheKinksOfLengths) {
  EXPECT_EQ(abs(Dual{0, 1}).d, 0);
  EXPECT_EQ(hypot(Dual{0, 1}, Dual{0, 1}).d, 0);
  EXPECT_EQ(atan2(Dual{0, 1}, Dual{0, 1}).d, 0);
}

TEST(Dual, SaturatesWithoutOverflow) {
  for (const double x : {-1000.0, 1000.0}) {
    EXPECT_EQ(tanh(Dual{x, 1}).d, 0);
    EXPECT_EQ(erf(Dual{x, 1}).d, 0);
    EXPECT_EQ(erfc(Dual{x, 1}).d, 0);
  }
  EXPECT_EQ(atan(Dual{1e200, 1}).d, 0);
}

TEST(Dual, OfLengthsAndAnglesNeitherOverflowsNorVanishes) {
  for (const double size : {1e-300, 1e300}) {
    const Dual r = hypot(Dual{3 * size, 1}, Dual{4 * size, 1});
    expect_close(r.v, 5 * size);
    expect_close(r.d, 1.4);
    expect_close(atan2(Dual{3 * size, size}, Dual{4 * size}).d, 4.0 / 25);
    expect_close(atan2(Dual{3 * size}, Dual{4 * size, size}).d, -3.0 / 25);
  }
}

TEST(Dual, OfPowersKnowsTheCorners) {
  EXPECT_EQ(pow(Dual{0, 1}, 1).d, 1);
  EXPECT_EQ(pow(Dual{0, 1}, 2).d, 0);
  EXPECT_EQ(pow(Dual{0, 1}, 0).v, 1);
  EXPECT_EQ(pow(Dual{0, 1}, 0).d, 0);
  EXPECT_EQ(pow(0, Dual{2, 1}).d, 0);
  EXPECT_EQ(pow(0, Dual{0, 1}).d, 0);
  EXPECT_EQ(pow(-2, Dual{3, 0}).v, -8);
  EXPECT_TRUE(std::isnan(pow(-2, Dual{3, 1}).d));  // beside 3 there is no power
  expect_close(pow(Dual{-2, 1}, -1).d, -0.25);
}

TEST(Dual, CarriesNan) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_TRUE(std::isnan(exp(Dual{nan, 1}).v));
  EXPECT_TRUE(std::isnan(exp(Dual{nan, 1}).d));
  EXPECT_TRUE(std::isnan((Dual{nan, 1} * Dual{2, 1}).d));
}

}  // namespace
}  // namespace autograd::kernels
