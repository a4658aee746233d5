#include "autograd/check/estimate.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "autograd/check/differences.h"
#include "autograd/tensor/error.h"
#include "autograd/tensor/parallel.h"
#include "tests/autograd/check/small_network.h"
#include "tests/support/message.h"

namespace autograd::check {
namespace {

double rosenbrock(std::span<const double> x) {
  double sum = 0;
  for (std::size_t i = 0; i + 1 < x.size(); ++i) {
    const double a = x[i + 1] - x[i] * x[i], b = 1 - x[i];
    sum += 100 * a * a + b * b;
  }
  return sum;
}

std::vector<double> rosenbrock_gradient(std::span<const double> x) {
  std::vector<double> g(x.size(), 0.0);
  for (std::size_t i = 0; i + 1 < x.size(); ++i) {
    const double a = x[i + 1] - x[i] * x[i];
    g[i] += -400 * a * x[i] - 2 * (1 - x[i]);
    g[i + 1] += 200 * a;
  }
  return g;
}

std::vector<Block> one_block(std::size_t count) {
  return {{"x", {static_cast<std::int64_t>(count)}, 0}};
}

/// How the estimates sit: none may be further from the truth than 3 bars, few further than one.
void expect_bars_hold(const std::vector<Estimate>& estimates, const std::vector<double>& truth,
                      double precise) {
  ASSERT_EQ(estimates.size(), truth.size());
  std::size_t outside = 0;
  for (std::size_t i = 0; i < truth.size(); ++i) {
    const double error = std::abs(estimates[i].value - truth[i]);
    EXPECT_LE(error, 3 * estimates[i].bar) << "entry " << i;
    EXPECT_LE(estimates[i].bar, precise) << "entry " << i;
    EXPECT_FALSE(estimates[i].kink) << "entry " << i;
    if (error > estimates[i].bar) ++outside;
  }
  EXPECT_LE(10 * outside, truth.size() + 9);
}

TEST(Differences, ForwardAndCentralAreTheTextbookQuotients) {
  const Function cube = [](std::span<const double> x) { return x[0] * x[0] * x[0] + 5 * x[1]; };
  const std::vector<double> point{1, 2};
  EXPECT_NEAR(forward_differences(cube, point, 0.1)[0], 3.31, 1e-12);  // 3x² + 3xh + h²
  EXPECT_NEAR(central_differences(cube, point, 0.1)[0], 3.01, 1e-12);  // 3x² + h²
  const std::vector<std::int64_t> second{1};
  EXPECT_NEAR(forward_differences(cube, point, 0.1, second)[0], 5, 1e-12);
  EXPECT_NEAR(central_differences(cube, point, 0.1, second)[0], 5, 1e-12);
  const BlackBox probe(cube, point);
  EXPECT_EQ(forward_differences(probe, 0.1), forward_differences(cube, point, 0.1));
  EXPECT_EQ(central_differences(probe, 0.1), central_differences(cube, point, 0.1));
}

TEST(Differences, MistakesAreNamed) {
  const Function sum = [](std::span<const double> x) { return x[0]; };
  const std::vector<double> point{1};
  const std::vector<std::int64_t> beyond{3};
  EXPECT_EQ(message_of([&] { forward_differences(sum, point, 0); }),
            "forward_differences: the step is 0; expected a positive number");
  EXPECT_EQ(message_of([&] { central_differences(sum, point, 1e-3, beyond); }),
            "central_differences: there is no entry 3 in a point of 1");
  EXPECT_EQ(message_of([&] { BlackBox(Function(), point); }),
            "BlackBox: the function is empty; expected one to evaluate");
  EXPECT_EQ(message_of([&] { BlackBox(sum, {}); }),
            "BlackBox: the point is empty; expected at least one entry");
}

TEST(Estimate, BarsHoldOnRosenbrock) {
  Random random(7);
  for (int round = 0; round < 20; ++round) {
    std::vector<double> x(6);
    for (double& v : x) v = 4 * random.uniform() - 2;
    expect_bars_hold(estimate_gradient(rosenbrock, x, one_block(6)), rosenbrock_gradient(x), 1e-6);
  }
}

TEST(Estimate, BarsHoldOnExponentialsOfVeryDifferentSizes) {
  const std::vector<double> x{-3, -1, 0, 1, 3, 6};
  const Function f = [](std::span<const double> p) {
    double sum = 0;
    for (const double v : p) sum += std::exp(v);
    return sum;
  };
  std::vector<double> truth;
  for (const double v : x) truth.push_back(std::exp(v));
  expect_bars_hold(estimate_gradient(f, x, one_block(x.size())), truth, 1e-8);
}

TEST(Estimate, BarsHoldOnLogSumExpWithAnOffset) {
  const std::vector<double> x{0.3, -2, 1.5, 0};
  const Function f = [](std::span<const double> p) {
    double sum = 0;
    for (const double v : p) sum += std::exp(v);
    return std::log(sum) + 1e5;
  };
  double sum = 0;
  for (const double v : x) sum += std::exp(v);
  std::vector<double> truth;
  for (const double v : x) truth.push_back(std::exp(v) / sum);
  expect_bars_hold(estimate_gradient(f, x, one_block(x.size())), truth, 1e-7);
}

TEST(Estimate, BarsHoldOnNetworks) {
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    const SmallNetwork network(seed, false);
    const auto p = network.random_point(seed + 100);
    expect_bars_hold(estimate_gradient(network, p, network.blocks()), network.gradient(p), 1e-9);
  }
}

TEST(Estimate, FastWigglesAndLargeCoordinatesFindTheirOwnStep) {
  const std::vector<double> x{0.4, 1e6};
  const Function f = [](std::span<const double> p) {
    return std::sin(300 * p[0]) + std::sin(p[1] * 1e-6);
  };
  const std::vector<double> truth{300 * std::cos(120.0), 1e-6 * std::cos(1.0)};
  const auto estimates = estimate_gradient(f, x, one_block(2));
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_NEAR(estimates[i].value, truth[i], 3 * estimates[i].bar);
    EXPECT_LE(estimates[i].bar, 1e-5 * std::abs(truth[i]));
  }
}

TEST(Estimate, AKinkIsCalledAKinkAndKeepsBothSlopes) {
  const Function f = [](std::span<const double> p) {
    return std::abs(p[0]) + std::max(p[1], 2 * p[1]) + std::exp(p[2]);
  };
  const std::vector<double> x{0, 0, 0};
  const auto e = estimate_gradient(f, x, one_block(3));
  EXPECT_TRUE(e[0].kink);
  EXPECT_NEAR(e[0].left, -1, 1e-6);
  EXPECT_NEAR(e[0].right, 1, 1e-6);
  EXPECT_TRUE(e[1].kink);
  EXPECT_NEAR(e[1].left, 1, 1e-6);
  EXPECT_NEAR(e[1].right, 2, 1e-6);
  EXPECT_FALSE(e[2].kink);
}

TEST(Estimate, BesideAKinkTheStepShrinksUntilItFits) {
  for (const double distance : {1e-2, 1e-3, 1e-4, 1e-5, 1e-6}) {
    const Function f = [](std::span<const double> p) { return std::abs(p[0]) + p[1] * p[1]; };
    const std::vector<double> x{distance, 1};
    const auto e = estimate_gradient(f, x, one_block(2));
    EXPECT_FALSE(e[0].kink) << distance;
    EXPECT_NEAR(e[0].value, 1, 3 * e[0].bar) << distance;
    EXPECT_LE(e[0].bar, 1e-6) << distance;
  }
}

TEST(Estimate, NoiseIsMeasuredAndNeverBelowAnUlp) {
  const std::vector<double> x{0.3, 0.7};
  const BlackBox smooth([](std::span<const double> p) { return p[0] + p[1]; }, x);
  EXPECT_GE(noise_of(smooth), 0x1p-53);
  EXPECT_LE(noise_of(smooth), 0x1p-50);
  // Rounded to float: a noise that no ulp of the double tells.
  const BlackBox rough(
      [](std::span<const double> p) {
        return static_cast<double>(static_cast<float>(1e9 * p[0])) * 1e-9 +
               1e-8 * std::sin(1e15 * p[1]);
      },
      x);
  EXPECT_GE(noise_of(rough), 1e-10);
  EXPECT_LE(noise_of(rough), 1e-7);
}

TEST(Estimate, IsTheSameOnOneThreadAndOnMany) {
  const SmallNetwork network(5, true);
  const auto p = network.random_point(6);
  const int before = thread_count();
  set_thread_count(1);
  const auto one = estimate_gradient(network, p, network.blocks());
  set_thread_count(before);
  const auto many = estimate_gradient(network, p, network.blocks());
  EstimateOptions serial;
  serial.parallel = false;
  const auto alone = estimate_gradient(network, p, network.blocks(), serial);
  for (std::size_t i = 0; i < p.size(); ++i) {
    EXPECT_EQ(one[i].value, many[i].value);
    EXPECT_EQ(one[i].bar, many[i].bar);
    EXPECT_EQ(one[i].value, alone[i].value);
  }
}

TEST(Estimate, ProgressEndsWithEveryEntry) {
  std::vector<double> x(200, 0.5);
  EstimateOptions options;
  std::int64_t last = 0;
  options.progress = [&](std::int64_t done, std::int64_t total) {
    EXPECT_GT(done, last);
    EXPECT_EQ(total, 200);
    last = done;
  };
  estimate_gradient(rosenbrock, x, one_block(200), options);
  EXPECT_EQ(last, 200);
}

TEST(Estimate, BesideTheEdgeOfTheDomainOnlyFineStepsAreUsed) {
  const std::vector<double> x{1e-3, 1};
  const Function f = [](std::span<const double> p) { return std::log(p[0]) + std::log(p[1]); };
  const auto e = estimate_gradient(f, x, one_block(2));
  EXPECT_NEAR(e[0].value, 1000, 3 * e[0].bar);
  EXPECT_LE(e[0].bar, 1e-2);
  EXPECT_NEAR(e[1].value, 1, 3 * e[1].bar);
}

TEST(Estimate, AFunctionThatIsNotFiniteIsAnErrorThatSaysWhere) {
  const Function root = [](std::span<const double> p) { return std::sqrt(p[0]) + p[1] + p[2]; };
  const std::vector<double> edge{0, 1, 2};
  const std::vector<Block> blocks{{"a", {1}, 0}, {"b", {1, 2}, 1}};
  EXPECT_EQ(message_of([&] { estimate_gradient(root, edge, blocks); }),
            "estimate_gradient: f is not finite near the point: at a[0] with a step of "
            "5.96046e-08; differences need values on both sides of it");
  const std::vector<double> outside{-1, 1, 2};
  EXPECT_NE(message_of([&] {
              estimate_gradient(root, outside, blocks);
            }).find("nan at the point itself; differences need a finite value there"),
            std::string::npos);
  EstimateOptions wrong;
  wrong.ratio = 1;
  EXPECT_NE(message_of([&] {
              estimate_gradient(root, edge, blocks, wrong);
            }).find("expected a ratio above 1 and 0 < finest <= coarsest; got ratio 1"),
            std::string::npos);
}

TEST(Estimate, BlocksMustTileThePoint) {
  const std::vector<Block> gap{{"a", {2}, 0}, {"b", {1}, 3}};
  EXPECT_EQ(message_of([&] { check_blocks(gap, 4); }),
            "check_blocks: b starts at 3; expected 2, where the block before it ends");
  const std::vector<Block> fewer{{"a", {2}, 0}};
  EXPECT_EQ(message_of([&] { check_blocks(fewer, 4); }),
            "check_blocks: the blocks hold 2 entries; expected the 4 of the point");
  const std::vector<Block> empty{{"a", {0}, 0}};
  EXPECT_EQ(message_of([&] { check_blocks(empty, 0); }),
            "check_blocks: a has an extent of 0; expected at least 1");
}

}  // namespace
}  // namespace autograd::check
