#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

#include "apps/verify/by_hand/by_the_book.h"
#include "apps/verify/by_hand/flat_vector.h"
#include "apps/verify/by_hand/line_search.h"
#include "apps/verify/by_hand/six_weights.h"
#include "apps/verify/by_hand/three_ways.h"
#include "tests/apps/verify/by_hand/random_network.h"

namespace by_hand {
namespace {

// --- the plain sums ---

TEST(Plain, DotAndAddScaledMatchTheirDefinitionsAtEveryLength) {
  for (std::size_t n = 0; n <= 40; ++n) {
    std::vector<double> x(n), y(n), moved(n);
    double expected = 0;
    for (std::size_t i = 0; i < n; ++i) {
      x[i] = static_cast<double>(i) - 7;
      y[i] = static_cast<double>(i * i % 11);
      moved[i] = y[i] + 3 * x[i];
      expected += x[i] * y[i];
    }
    EXPECT_EQ(dot(x.data(), y.data(), n), expected) << n;  // whole numbers: exact in any order
    add_scaled(3.0, x.data(), y.data(), n);
    EXPECT_EQ(y, moved) << n;
  }
}

TEST(Plain, SoftmaxSumsToOne) {
  for (const double size : {0.0, 1.0, 50.0, 1e4}) {
    std::vector<double> p = random_numbers(13, 3, size);
    softmax<double>(p);
    EXPECT_NEAR(std::accumulate(p.begin(), p.end(), 0.0), 1, 1e-15);
    std::vector<float> q = to_float(random_numbers(13, 3, size));
    softmax<float>(q);
    EXPECT_NEAR(std::accumulate(q.begin(), q.end(), 0.0), 1, 1e-6);
  }
}

TEST(Plain, LogitsOfTenThousandNeitherOverflowNorVanish) {
  std::vector<float> z{1e4F, -1e4F, 9999};
  EXPECT_FLOAT_EQ(log_sum_exp<float>(z), 1e4F + std::log1p(std::exp(-1.0F)));
  EXPECT_FLOAT_EQ(cross_entropy<float>(z, 0), std::log1p(std::exp(-1.0F)));  // every digit of it
  EXPECT_FLOAT_EQ(cross_entropy<float>(z, 1), 2e4F + std::log1p(std::exp(-1.0F)));
  softmax<float>(z);
  EXPECT_FLOAT_EQ(z[0], 1 / (1 + std::exp(-1.0F)));
  EXPECT_EQ(z[1], 0);
  const std::vector<double> low{-1e4, -1e4};
  EXPECT_NEAR(log_sum_exp<double>(low), -1e4 + std::log(2.0), 1e-11);
}

TEST(Plain, SigmoidStaysBetweenZeroAndOne) {
  EXPECT_EQ(sigmoid(0.0), 0.5);
  EXPECT_EQ(sigmoid(-1e4F), 0);
  EXPECT_EQ(sigmoid(1e4F), 1);
  EXPECT_NEAR(sigmoid(-30.0), std::exp(-30.0), 1e-25);
}

TEST(Plain, ArgmaxIsTheFirstOfEquals) {
  EXPECT_EQ(argmax<double>(std::vector<double>{1, 5, 2, 5}), 1U);
}

TEST(Plain, LargeWeightsGiveFiniteGradientsThatSumToZeroOverClasses) {
  Case at({6, 5, 4}, 3, 17);
  for (double& v : at.network.W2) v *= 1e4;
  const auto g = six_weights<double>(at.layers, at.network.weights(), at.x, at.labels);
  EXPECT_TRUE(std::isfinite(g.loss));
  EXPECT_GT(g.loss, 100);
  EXPECT_NEAR(std::accumulate(g.b2.begin(), g.b2.end(), 0.0), 0, 1e-15);
  for (const double v : g.W1) EXPECT_TRUE(std::isfinite(v));
}

// --- the line search ---

// L(p) = p² at p = 1: g = 2, ‖g‖² = 4, L(p − αg) = (1 − 2α)².
double parabola(double alpha) { return (1 - 2 * alpha) * (1 - 2 * alpha); }

TEST(Backtrack, AcceptsTheFirstStepThatDescendsEnough) {
  // α = 2 gives 9, α = 1 gives 1 again, α = ½ gives 0.
  const Step step = backtrack(1, 4, parabola);
  EXPECT_TRUE(step.found);
  EXPECT_EQ(step.alpha, 0.5);
  EXPECT_EQ(step.loss, 0);
  EXPECT_EQ(step.evaluations, 3U);
}

TEST(Backtrack, TakesTheFullStepWhereItDescends) {
  const Step step = backtrack(1, 4, [](double alpha) { return 1 - alpha; });
  EXPECT_EQ(step.alpha, 2);
  EXPECT_EQ(step.evaluations, 1U);
}

TEST(Backtrack, RejectsADescentThatIsOnlyJustEnough) {
  // Demands less than −σα‖g‖²: this loss lies exactly on that line.
  const Backtracking rule{1, 0.5, 0.25, 100};
  const Step step = backtrack(
      0, 4, [](double alpha) { return -alpha; }, rule);
  EXPECT_FALSE(step.found);
}

TEST(Backtrack, GivesUpAfterAHundredBacktracks) {
  const Step step = backtrack(1, 4, [](double) { return 2.0; });
  EXPECT_FALSE(step.found);
  EXPECT_EQ(step.alpha, 0);
  EXPECT_EQ(step.loss, 1);
  EXPECT_EQ(step.evaluations, 101U);
}

TEST(Backtrack, NeverAcceptsALossThatIsNotANumber) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const Step step = backtrack(1, 4, [&](double alpha) { return alpha > 0.6 ? nan : 0.5; });
  EXPECT_EQ(step.alpha, 0.5);
}

TEST(Descend, EveryStepSatisfiesTheRuleAndTheLossFalls) {
  const std::size_t N = 30;
  const Case at({4, 3, 3}, N, 23);
  const auto descent =
      descend<double>(at.layers, at.network.weights(), at.x, at.labels, 25);  // any (d, N) will do
  ASSERT_EQ(descent.losses.size(), 26U);
  ASSERT_EQ(descent.alphas.size(), 25U);
  EXPECT_FALSE(descent.stuck);
  EXPECT_GE(descent.evaluations, 25U);
  for (std::size_t k = 0; k < 25; ++k) {
    EXPECT_LT(descent.losses[k + 1], descent.losses[k]);
    const double m = std::log2(2 / descent.alphas[k]);
    EXPECT_EQ(m, std::round(m));
  }
  EXPECT_EQ(line_search_loss<double>(at.layers, descent.network.weights(), at.x, at.labels),
            descent.losses.back());
}

TEST(Descend, TellsLossAndErrorsAtTheStartAndAfterEveryStep) {
  const std::size_t N = 300;  // more than one block of columns
  const Case at({4, 3, 3}, N, 47);
  std::vector<double> losses;
  std::vector<std::size_t> wrong;
  const auto descent = descend<double>(at.layers, at.network.weights(), at.x, at.labels, 5, {},
                                       [&](std::size_t k, double loss, std::size_t errors) {
                                         EXPECT_EQ(k, losses.size());
                                         losses.push_back(loss);
                                         wrong.push_back(errors);
                                       });
  EXPECT_EQ(losses, descent.losses);
  const auto P = line_search_probabilities<double>(at.layers, at.network.weights(), at.x);
  std::size_t expected = 0;
  for (std::size_t n = 0; n < N; ++n) {
    const std::vector<double> p{P[n], P[N + n], P[2 * N + n]};
    expected += argmax<double>(p) != static_cast<std::size_t>(at.labels[n]);
  }
  EXPECT_EQ(wrong[0], expected);
  EXPECT_GT(expected, 0U);
  EXPECT_LT(expected, N);
}

TEST(LineSearch, ProbabilitiesAreThoseOfTheLoss) {
  const std::size_t N = 300;
  const Case at({4, 3, 3}, N, 53);
  const auto P = line_search_probabilities<double>(at.layers, at.network.weights(), at.x);
  ASSERT_EQ(P.size(), 3 * N);
  double loss = 0;
  for (std::size_t n = 0; n < N; ++n) {
    EXPECT_NEAR(P[n] + P[N + n] + P[2 * N + n], 1, 1e-15);
    loss -= std::log(P[static_cast<std::size_t>(at.labels[n]) * N + n]) / static_cast<double>(N);
  }
  EXPECT_NEAR(loss, line_search_loss<double>(at.layers, at.network.weights(), at.x, at.labels),
              1e-14);
}

TEST(Descend, FirstStepIsAlphaTimesTheGradient) {
  const Case at({4, 3, 3}, 10, 29);
  const auto g = line_search<double>(at.layers, at.network.weights(), at.x, at.labels);
  const auto descent = descend<double>(at.layers, at.network.weights(), at.x, at.labels, 1);
  ASSERT_EQ(descent.alphas.size(), 1U);
  for (std::size_t i = 0; i < g.W2.size(); ++i) {
    EXPECT_DOUBLE_EQ(descent.network.W2[i], at.network.W2[i] - descent.alphas[0] * g.W2[i]);
  }
}

TEST(Descend, StopsWhereNoStepDescends) {
  // No step is long enough for a rule that asks for more than the slope promises.
  const Case at({4, 3, 3}, 10, 31);
  const auto descent = descend<double>(at.layers, at.network.weights(), at.x, at.labels, 5,
                                       Backtracking{2, 0.5, 1e6, 20});
  EXPECT_TRUE(descent.stuck);
  EXPECT_EQ(descent.losses.size(), 1U);
  EXPECT_EQ(descent.evaluations, 21U);
  EXPECT_EQ(descent.network.W1, at.network.W1);
}

// --- training by the book ---

TEST(ByTheBook, OneEpochIsOneStepOnTheSummedGradient) {
  const Case at({5, 4, 3}, 6, 37);
  std::size_t errors = 0;
  const auto g = by_the_book<double>(at.layers, at.network.weights(), {at.x, at.labels}, &errors);
  Network<double> network = at.network;
  const auto history =
      train_by_the_book<double>(at.layers, network, {at.x, at.labels}, {}, 0.01, 1);
  ASSERT_EQ(history.size(), 1U);
  EXPECT_EQ(history[0].train_loss, g.loss);
  EXPECT_EQ(history[0].train_errors, errors);
  for (std::size_t i = 0; i < g.W1.size(); ++i) {
    EXPECT_DOUBLE_EQ(network.W1[i], at.network.W1[i] - 0.01 * g.W1[i]);
  }
  for (std::size_t i = 0; i < g.b2.size(); ++i) {
    EXPECT_DOUBLE_EQ(network.b2[i], at.network.b2[i] - 0.01 * g.b2[i]);
  }
}

TEST(ByTheBook, TrainingLearnsSeparableSamplesAndReportsEveryEpoch) {
  const Layers layers{2, 4, 2};
  const std::vector<float> x{1, 0, 0, 1, 0.9F, 0.1F, 0.1F, 0.9F};
  const std::vector<std::int64_t> labels{0, 1, 0, 1};
  Network<float> network{to_float(random_numbers(8, 1, 0.5)), std::vector<float>(4),
                         to_float(random_numbers(8, 2, 0.5)), std::vector<float>(2)};
  std::size_t calls = 0;
  const auto history =
      train_by_the_book<float>(layers, network, {x, labels}, {x, labels}, 0.05F, 200,
                               [&](const Epoch& epoch) { EXPECT_EQ(epoch.k, calls++); });
  EXPECT_EQ(calls, 200U);
  EXPECT_LT(history.back().train_loss, 0.1 * history.front().train_loss);
  EXPECT_EQ(history.back().train_errors, 0U);
  EXPECT_EQ(history.back().test_errors, 0U);
  EXPECT_EQ(by_the_book_errors<float>(layers, network.weights(), {x, labels}), 0U);
}

TEST(ByTheBook, ErrorsCountTheWrongLargestOutputs) {
  // The outputs are tanh(b2) whatever x is: class 1 wins.
  const Network<double> p{{0, 0}, {0}, {0, 0, 0}, {0.1, 0.3, 0.2}};
  const std::vector<double> x{1, 2, 3, 4, 5, 6};
  const std::vector<std::int64_t> labels{1, 2, 0};
  EXPECT_EQ(by_the_book_errors<double>({2, 1, 3}, p.weights(), {x, labels}), 2U);
}

// --- what a wrong call gets ---

TEST(Complaints, NameTheCallAndTheNumbers) {
  const Case at({4, 3, 2}, 2, 41);
  const Weights<double> w = at.network.weights();
  const std::span<const double> x(at.x);
  EXPECT_EQ(complaint_of([&] { six_weights<double>(at.layers, w, x.first(7), at.labels); }),
            "six_weights: x needs 8 numbers; got 7; check it against the widths of the layers");
  EXPECT_EQ(complaint_of([&] {
              line_search<double>({5, 3, 2}, w, x, at.labels);
            }),
            "line_search: W1 needs 15 numbers; got 12; check it against the widths of the layers");
  EXPECT_EQ(complaint_of([&] { unpack<double>(at.layers, x); }),
            "unpack: the flat vector needs 23 numbers; got 8; check it against the widths of the "
            "layers");
  EXPECT_EQ(complaint_of([&] {
              by_the_book<double>({4, 0, 2}, w, {x, at.labels});
            }),
            "by_the_book: a layer has no units; got 4-0-2; give each at least one");
}

TEST(Complaints, NameTheLabelThatIsNoClass) {
  const Case at({4, 3, 2}, 2, 43);
  for (const std::int64_t bad : {std::int64_t{2}, std::int64_t{-1}}) {
    const std::vector<std::int64_t> labels{0, bad};
    EXPECT_EQ(complaint_of([&] {
                flat_vector<double>(at.layers, pack(at.network.weights()), at.x, labels);
              }),
              "flat_vector: label 1 is " + std::to_string(bad) +
                  "; expected a class from 0 to below 2; check the data");
  }
  EXPECT_EQ(complaint_of([&] { six_weights<double>(at.layers, at.network.weights(), {}, {}); }),
            "six_weights: there are no samples; give at least one");
  EXPECT_EQ(
      complaint_of([&] { linear_softmax<double>(at.x, at.x, 1); }),
      "linear_softmax: the label is 1; expected a row of W, from 0 to below 1; check W and h");
  EXPECT_EQ(
      complaint_of([&] { three_ways<double>(at.layers, at.network.W1, at.network.W2, {}, {}); }),
      "three_ways: there are no samples; give at least one");
}

}  // namespace
}  // namespace by_hand
