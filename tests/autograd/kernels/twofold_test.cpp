#include "autograd/kernels/twofold.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace autograd::kernels {
namespace {

double number(const Twofold& x) { return static_cast<double>(x); }

TEST(Twofold, KeepsWhatADoubleWouldLose) {
  EXPECT_EQ(number(Twofold(1e17) + 1 - 1e17), 1);
  EXPECT_EQ(number(Twofold(1) + 1e-25 - 1), 1e-25);
  const Twofold x = 1 + 0x1p-40;
  EXPECT_EQ(number(x * x - 1 - 0x1p-39), 0x1p-80);
}

TEST(Twofold, DividesAndTakesRootsToThirtyDigits) {
  const Twofold third = Twofold(1) / 3, root = sqrt(Twofold(2));
  EXPECT_LT(std::abs(number(third * 3 - 1)), 1e-31);
  EXPECT_NE(number(third - 1.0 / 3), 0);
  EXPECT_LT(std::abs(number(root * root - 2)), 1e-31);
  EXPECT_EQ(number(sqrt(Twofold(0))), 0);
}

TEST(Twofold, CarriesNanAndDoesNotHideInfinity) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double infinity = std::numeric_limits<double>::infinity();
  EXPECT_TRUE(std::isnan(number(Twofold(nan) + 1)));
  EXPECT_TRUE(std::isnan(number(sqrt(Twofold(-1)))));
  EXPECT_FALSE(std::isfinite(number(Twofold(infinity) * 2)));
  EXPECT_FALSE(std::isfinite(number(Twofold(1) / 0)));
}

}  // namespace
}  // namespace autograd::kernels
