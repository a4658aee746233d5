#include "autograd/ops/precise.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "autograd/ops/activation.h"
#include "autograd/ops/precise_log.h"
#include "autograd/tensor/factories.h"
#include "autograd/tensor/random.h"

namespace autograd::ops {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

long double sigmoid(long double x) { return 1 / (1 + std::exp(-x)); }
long double sigmoid_slope(long double x) {
  const long double e = std::exp(-std::abs(x));
  return e / ((1 + e) * (1 + e));
}

// How many units in the last place of a double y is off.
double ulps(double y, long double right) {
  const auto nearest = static_cast<double>(right);
  const double above = std::nextafter(std::abs(nearest), infinity);
  const auto unit = static_cast<long double>(above - std::abs(nearest));
  return static_cast<double>(std::abs(static_cast<long double>(y) - right) / unit);
}

struct Pair {
  const char* name;
  double (*precise)(double);
  long double (*right)(long double);
  double low, high;  // where it is tried
};

// Long double has eleven bits more, enough to measure by.
const std::vector<Pair> pairs{
    {"exp", precise_exp, [](long double x) { return std::exp(x); }, -745, 709.7},
    {"expm1", precise_expm1, [](long double x) { return std::expm1(x); }, -50, 709.7},
    {"tanh", precise_tanh, [](long double x) { return std::tanh(x); }, -25, 25},
    {"sigmoid", precise_sigmoid, sigmoid, -745, 40},
    {"slope of sigmoid", precise_sigmoid_slope, sigmoid_slope, -700, 700},
    {"log1p", precise_log1p, [](long double x) { return std::log1p(x); }, -0.9999, 40}};

TEST(Precise, IsRightToWithinAUnitInTheLastPlace) {
  for (const Pair& pair : pairs) {
    Random random(7);
    double worst = 0;
    for (int i = 0; i < 200'000; ++i) {
      // Half of the points between the ends, half close to 0 on every scale.
      double x = pair.low + (pair.high - pair.low) * random.uniform();
      if (i % 2 == 0) x = std::ldexp(i % 4 == 0 ? 1 + random.uniform() : -0.5, -(i % 61));
      if (x <= pair.low || x >= pair.high) continue;
      worst = std::max(worst, ulps(pair.precise(x), pair.right(static_cast<long double>(x))));
    }
    EXPECT_LT(worst, 0.9) << pair.name;
  }
}

TEST(Precise, KeepsToTheEndsOfItsRange) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double smallest = std::numeric_limits<double>::denorm_min();
  for (const Pair& pair : pairs) {
    EXPECT_TRUE(std::isnan(pair.precise(nan))) << pair.name;
    if (pair.precise(0) == 0) {
      EXPECT_EQ(pair.precise(smallest), smallest) << pair.name;
      EXPECT_TRUE(std::signbit(pair.precise(-0.0)) || pair.name != std::string("tanh"));
    }
  }
  EXPECT_EQ(precise_exp(infinity), infinity);
  EXPECT_EQ(precise_exp(-infinity), 0);
  EXPECT_EQ(precise_exp(710), infinity);
  EXPECT_EQ(precise_exp(-744), std::exp(-744.0));
  EXPECT_EQ(precise_expm1(-infinity), -1);
  EXPECT_EQ(precise_expm1(infinity), infinity);
  EXPECT_EQ(precise_tanh(infinity), 1);
  EXPECT_EQ(precise_tanh(-infinity), -1);
  EXPECT_EQ(precise_sigmoid(infinity), 1);
  EXPECT_EQ(precise_sigmoid(-infinity), 0);
  EXPECT_EQ(precise_sigmoid_slope(-infinity), 0);
  EXPECT_EQ(precise_log1p(infinity), infinity);
  EXPECT_EQ(precise_log1p(-1), -infinity);
  EXPECT_TRUE(std::isnan(precise_log1p(-1.5)));
  EXPECT_EQ(precise_log1p(1.7e308), std::log1p(1.7e308));
}

// In vectors and in what is left over at their end, whatever the machine.
TEST(Precise, GivesTheSameBitsInVectors) {
  for (Index n = 1; n < 40; ++n) {
    const Tensor x = Random(static_cast<std::uint64_t>(n)).normal({n}, 0, 4);
    const std::vector<double> y = to_vector(tanh(x));
    for (Index i = 0; i < n; ++i) {
      const auto place = static_cast<std::size_t>(i);
      EXPECT_EQ(y[place], precise_tanh(x.values<double>()[place])) << n << ' ' << i;
    }
  }
}

}  // namespace
}  // namespace autograd::ops
