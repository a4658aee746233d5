#include "autograd/kernels/double_double.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <map>
#include <string_view>

#include "tests/autograd/kernels/double_double_references.h"

namespace autograd::kernels {
namespace {

double number(const DoubleDouble& x) { return static_cast<double>(x); }

TEST(DoubleDouble, KeepsWhatADoubleWouldLose) {
  EXPECT_EQ(number(DoubleDouble(1e17) + 1 - 1e17), 1);
  EXPECT_EQ(number(DoubleDouble(1) + 1e-25 - 1), 1e-25);
  const DoubleDouble x = 1 + 0x1p-40;
  EXPECT_EQ(number(x * x - 1 - 0x1p-39), 0x1p-80);
}

TEST(DoubleDouble, DividesAndTakesRootsToThirtyDigits) {
  const DoubleDouble third = DoubleDouble(1) / 3, root = sqrt(DoubleDouble(2));
  EXPECT_LT(std::abs(number(third * 3 - 1)), 1e-31);
  EXPECT_NE(number(third - 1.0 / 3), 0);
  EXPECT_LT(std::abs(number(root * root - 2)), 1e-31);
  EXPECT_EQ(number(sqrt(DoubleDouble(0))), 0);
}

TEST(DoubleDouble, CarriesNanAndDoesNotHideInfinity) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double infinity = std::numeric_limits<double>::infinity();
  EXPECT_TRUE(std::isnan(number(DoubleDouble(nan) + 1)));
  EXPECT_TRUE(std::isnan(number(sqrt(DoubleDouble(-1)))));
  EXPECT_EQ(number(DoubleDouble(infinity) * 2), infinity);
  EXPECT_EQ(number(DoubleDouble(1e308) * 10), infinity);
  EXPECT_EQ(number(DoubleDouble(-infinity) + 1), -infinity);
  EXPECT_EQ(number(DoubleDouble(1) / 0), infinity);
  EXPECT_EQ(number(DoubleDouble(1) / infinity), 0);
  EXPECT_EQ(number(DoubleDouble(1e300) * 2), 2e300);
}

using Function = DoubleDouble (*)(const DoubleDouble& a, const DoubleDouble& b);

const std::map<std::string_view, Function>& functions() {
  using D = DoubleDouble;
  static const std::map<std::string_view, Function> all{
      {"sqrt", [](const D& a, const D&) { return sqrt(a); }},
      {"exp", [](const D& a, const D&) { return exp(a); }},
      {"expm1", [](const D& a, const D&) { return expm1(a); }},
      {"log", [](const D& a, const D&) { return log(a); }},
      {"log1p", [](const D& a, const D&) { return log1p(a); }},
      {"sin", [](const D& a, const D&) { return sin(a); }},
      {"cos", [](const D& a, const D&) { return cos(a); }},
      {"tan", [](const D& a, const D&) { return tan(a); }},
      {"asin", [](const D& a, const D&) { return asin(a); }},
      {"acos", [](const D& a, const D&) { return acos(a); }},
      {"atan", [](const D& a, const D&) { return atan(a); }},
      {"sinh", [](const D& a, const D&) { return sinh(a); }},
      {"cosh", [](const D& a, const D&) { return cosh(a); }},
      {"tanh", [](const D& a, const D&) { return tanh(a); }},
      {"erf", [](const D& a, const D&) { return erf(a); }},
      {"erfc", [](const D& a, const D&) { return erfc(a); }},
      {"add", [](const D& a, const D& b) { return a + b; }},
      {"subtract", [](const D& a, const D& b) { return a - b; }},
      {"multiply", [](const D& a, const D& b) { return a * b; }},
      {"divide", [](const D& a, const D& b) { return a / b; }},
      {"pow", [](const D& a, const D& b) { return pow(a, b); }},
      {"hypot", [](const D& a, const D& b) { return hypot(a, b); }},
      {"atan2", [](const D& a, const D& b) { return atan2(a, b); }},
  };
  return all;
}

TEST(DoubleDouble, MeetsEveryReferenceToTwentyNineDigits) {
  std::map<std::string_view, double> worst;
  for (const Reference& r : references) {
    const DoubleDouble a(r.a.high, r.a.low), b(r.b.high, r.b.low), y(r.y.high, r.y.low);
    const double error = std::abs(number((functions().at(r.function)(a, b) - y) / y));
    EXPECT_LT(error, 1e-29) << r.function << " of " << r.a.high << ", " << r.b.high;
    worst[r.function] = std::max(worst[r.function], error);
  }
  EXPECT_EQ(worst.size(), functions().size());
}

TEST(DoubleDouble, HasTheFunctionsOfADoubleAtItsSpecialNumbers) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double infinity = std::numeric_limits<double>::infinity();
  using D = DoubleDouble;
  struct Known {
    const char* name;
    Function f;
    double (*plain)(double);
  };
  const Known known[] = {{"sqrt", functions().at("sqrt"), std::sqrt},
                         {"exp", functions().at("exp"), std::exp},
                         {"expm1", functions().at("expm1"), std::expm1},
                         {"log", functions().at("log"), std::log},
                         {"log1p", functions().at("log1p"), std::log1p},
                         {"sin", functions().at("sin"), std::sin},
                         {"cos", functions().at("cos"), std::cos},
                         {"tan", functions().at("tan"), std::tan},
                         {"asin", functions().at("asin"), std::asin},
                         {"acos", functions().at("acos"), std::acos},
                         {"atan", functions().at("atan"), std::atan},
                         {"sinh", functions().at("sinh"), std::sinh},
                         {"cosh", functions().at("cosh"), std::cosh},
                         {"tanh", functions().at("tanh"), std::tanh},
                         {"erf", functions().at("erf"), std::erf},
                         {"erfc", functions().at("erfc"), std::erfc},
                         {"floor", [](const D& a, const D&) { return floor(a); }, std::floor},
                         {"ceil", [](const D& a, const D&) { return ceil(a); }, std::ceil},
                         {"round", [](const D& a, const D&) { return round(a); }, std::round},
                         {"abs", [](const D& a, const D&) { return abs(a); }, std::abs}};
  for (const Known& k : known) {
    for (const double x : {0.0, -0.0, 1.0, -1.0, 2.5, -2.5, 1e4, -1e4, infinity, -infinity, nan}) {
      const double got = number(k.f(x, 0)), expected = k.plain(x);
      if (std::isnan(expected)) {
        EXPECT_TRUE(std::isnan(got)) << k.name << " of " << x << " is " << got;
      } else if (std::isinf(expected) || expected == 0) {
        EXPECT_EQ(got, expected) << k.name << " of " << x;
      } else {
        EXPECT_NEAR(got, expected, std::abs(expected) * 0x1p-50) << k.name << " of " << x;
      }
    }
  }
}

TEST(DoubleDouble, HasThePowersAnglesAndLengthsOfADoubleAtSpecialNumbers) {
  const double infinity = std::numeric_limits<double>::infinity();
  const double all[] = {0.0, -0.0, 1.0, -1.0, 2.0, -3.0, 0.5, -0.5, infinity, -infinity};
  for (const double a : all) {
    for (const double b : all) {
      const double expected[] = {std::pow(a, b), std::atan2(a, b), std::hypot(a, b)};
      const DoubleDouble got[] = {pow(DoubleDouble(a), b), atan2(DoubleDouble(a), b),
                                  hypot(DoubleDouble(a), b)};
      for (int k = 0; k < 3; ++k) {
        if (std::isnan(expected[k])) {
          EXPECT_TRUE(std::isnan(number(got[k]))) << k << " of " << a << ", " << b;
        } else if (std::isinf(expected[k])) {
          EXPECT_EQ(number(got[k]), expected[k]) << k << " of " << a << ", " << b;
        } else {
          EXPECT_NEAR(number(got[k]), expected[k], std::abs(expected[k]) * 0x1p-51)
              << k << " of " << a << ", " << b;
        }
      }
    }
  }
}

TEST(DoubleDouble, ComparesAndRoundsByBothOfItsParts) {
  const DoubleDouble above = DoubleDouble(3) + 1e-25, below = DoubleDouble(3) - 1e-25;
  EXPECT_TRUE(below < 3 && above > 3 && below <= 3 && above >= 3 && above != 3 && below < above);
  EXPECT_EQ(floor(below), 2);
  EXPECT_EQ(floor(above), 3);
  EXPECT_EQ(ceil(above), 4);
  EXPECT_EQ(round(DoubleDouble(2.5) - 1e-25), 2);
  EXPECT_EQ(round(DoubleDouble(-2.5)), -3);
  EXPECT_EQ(to_index(below), 2);
  EXPECT_EQ(to_index(-below), -2);
  EXPECT_EQ(to_index(DoubleDouble(9007199254740992) + 1), 9007199254740993);
  EXPECT_EQ(abs(-above), above);
}

}  // namespace
}  // namespace autograd::kernels
