#include "autograd/witness/witnesses.h"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/autograd/witness/perceptron.h"

namespace autograd::check {
namespace {

TEST(Witnesses, AgreeWithTheTapeToTheLastDigits) {
  const Perceptron p;
  const std::vector<double> x = flatten(p.parameters);
  const auto exact = p.claim.values;
  const auto d = dual(*p.program, x), c = complex_step(*p.program, x);
  const auto dd = double_double(*p.program, x), fd = finite_difference(*p.program, x);
  for (std::size_t i = 0; i < x.size(); ++i) {
    EXPECT_NEAR(d[i].value, exact[i], 1e-15) << i;
    EXPECT_NEAR(c[i].value, exact[i], 1e-15) << i;
    EXPECT_NEAR(dd[i].value, exact[i], 1e-15) << i;
    EXPECT_NEAR(fd[i].value, exact[i], 3 * fd[i].bar + 1e-15) << i;
  }
}

TEST(Witnesses, OfTwiceTheDigitsAgreeWithThemselvesAtTwoSteps) {
  const Perceptron p;
  const std::vector<double> x = flatten(p.parameters);
  const std::vector<double> v(x.size(), 1.0);
  double low1 = 0, low2 = 0;
  const double high1 = double_double_along(*p.program, x, v, 0x1p-36, &low1);
  const double high2 = double_double_along(*p.program, x, v, 0x1p-37, &low2);
  const double difference = (high1 - high2) + (low1 - low2);
  EXPECT_LE(std::abs(difference), 1e-19 * std::abs(high1));
}

TEST(Witnesses, RefuseWhatDoesNotFitInOneLine) {
  const Perceptron p;
  const std::vector<double> x = flatten(p.parameters);
  const auto message = [](const auto& f) {
    try {
      f();
    } catch (const Error& error) {
      return std::string(error.what());
    }
    return std::string("nothing was thrown");
  };
  const std::vector<double> longer(44, 0.0);
  EXPECT_EQ(message([&] { dual_along(*p.program, x, longer); }),
            "witness: the direction has 44 entries; expected the 43 of the point");
  EXPECT_EQ(message([&] { dual_along(*p.program, longer, longer); }),
            "witness: the point has 44 entries; expected the 43 of the program's inputs");
}

}  // namespace
}  // namespace autograd::check
