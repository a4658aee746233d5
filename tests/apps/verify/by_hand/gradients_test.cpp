#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "apps/verify/by_hand/by_the_book.h"
#include "apps/verify/by_hand/flat_vector.h"
#include "apps/verify/by_hand/line_search.h"
#include "apps/verify/by_hand/six_weights.h"
#include "apps/verify/by_hand/three_ways.h"
#include "tests/apps/verify/by_hand/random_network.h"

// Every derivation is judged by the differences of its own loss, and its loss by values worked out
// in another way.

namespace by_hand {
namespace {

constexpr double kTolerance = 1e-8;  // of differences with step 1e-5 of losses near 1

using Labels = std::span<const std::int64_t>;

// All four blocks of a network against the differences of `gradient().loss`.
template <class F>
void expect_differences_agree(Case& at, const F& gradient) {
  const Gradient<double> g = gradient();
  const auto loss = [&] { return gradient().loss; };
  EXPECT_LT(worst_difference(at.network.W1, g.W1, loss), kTolerance);
  EXPECT_LT(worst_difference(at.network.b1, g.b1, loss), kTolerance);
  EXPECT_LT(worst_difference(at.network.W2, g.W2, loss), kTolerance);
  EXPECT_LT(worst_difference(at.network.b2, g.b2, loss), kTolerance);
}

// (N, d) → (d, N)
template <class T>
std::vector<T> in_columns(const std::vector<T>& rows, std::size_t N) {
  const std::size_t d = rows.size() / N;
  std::vector<T> columns(rows.size());
  for (std::size_t n = 0; n < N; ++n) {
    for (std::size_t j = 0; j < d; ++j) columns[j * N + n] = rows[n * d + j];
  }
  return columns;
}

std::vector<double> one_hot(const std::vector<std::int64_t>& labels, std::size_t classes) {
  std::vector<double> t(labels.size() * classes, 0);
  for (std::size_t n = 0; n < labels.size(); ++n) {
    t[n * classes + static_cast<std::size_t>(labels[n])] = 1;
  }
  return t;
}

TEST(SixWeights, GradientAgreesWithDifferences) {
  for (Case& at : random_cases()) {
    expect_differences_agree(at, [&at] {
      return six_weights<double>(at.layers, at.network.weights(), at.x, at.labels);
    });
  }
}

TEST(SixWeights, LossIsTheOneWorkedOutOnPaper) {
  const Layers layers{2, 1, 2};
  const Network<double> p{{0.1, 0.2}, {0.3}, {0.5, -0.5}, {0.01, 0.02}};
  const std::vector<double> x{1, 2};
  const std::vector<std::int64_t> labels{1};
  const double a = std::tanh(0.1 + 0.4 + 0.3);
  const double z0 = 0.5 * a + 0.01, z1 = -0.5 * a + 0.02;
  EXPECT_NEAR(six_weights<double>(layers, p.weights(), x, labels).loss,
              std::log(std::exp(z0) + std::exp(z1)) - z1, 1e-15);
}

TEST(SixWeights, BatchIsTheMeanOfItsSamples) {
  const Case at({6, 4, 3}, 2, 7);
  const auto both = six_weights<double>(at.layers, at.network.weights(), at.x, at.labels);
  const std::span<const double> x(at.x);
  const Labels labels(at.labels);
  const auto first =
      six_weights<double>(at.layers, at.network.weights(), x.first(6), labels.first(1));
  const auto second =
      six_weights<double>(at.layers, at.network.weights(), x.last(6), labels.last(1));
  EXPECT_NEAR(both.loss, (first.loss + second.loss) / 2, 1e-15);
  for (std::size_t i = 0; i < both.W1.size(); ++i) {
    EXPECT_NEAR(both.W1[i], (first.W1[i] + second.W1[i]) / 2, 1e-15);
  }
}

TEST(FlatVector, GradientAgreesWithDifferences) {
  for (const Case& at : random_cases()) {
    std::vector<double> flat = pack(at.network.weights());
    const auto g = flat_vector<double>(at.layers, flat, at.x, at.labels);
    const auto loss = [&] { return flat_vector<double>(at.layers, flat, at.x, at.labels).loss; };
    EXPECT_LT(worst_difference(flat, g.gradient, loss), kTolerance);
  }
}

TEST(FlatVector, SlopeOfTheRampIsZeroAtItsKink) {
  // W1 and b1 are zero, so every unit sits at its kink.
  const Layers layers{2, 3, 2};
  std::vector<double> flat(flat_size(layers), 0.5);
  std::fill_n(flat.begin(), 9, 0.0);
  flat[9] = 2;  // so that the adjoint of the first unit is not 0 anyway
  const std::vector<double> x{1, 2};
  const std::vector<std::int64_t> labels{1};
  const auto g = flat_vector<double>(layers, flat, x, labels).gradient;
  for (std::size_t i = 0; i < 9; ++i) EXPECT_EQ(g[i], 0);
}

TEST(FlatVector, SummedWeightsAreNTimesTheWeightsAndLeaveTheBiases) {
  const std::size_t N = 5;
  const Case at({7, 4, 3}, N, 3);
  const std::vector<double> flat = pack(at.network.weights());
  const auto right = flat_vector<double>(at.layers, flat, at.x, at.labels);
  const auto wrong = flat_vector<double>(at.layers, flat, at.x, at.labels, Variant::summed_weights);
  EXPECT_EQ(right.loss, wrong.loss);
  const auto g = unpack<double>(at.layers, right.gradient);
  const auto claimed = unpack<double>(at.layers, wrong.gradient);
  for (std::size_t i = 0; i < g.W1.size(); ++i) EXPECT_DOUBLE_EQ(claimed.W1[i], 5 * g.W1[i]);
  for (std::size_t i = 0; i < g.W2.size(); ++i) EXPECT_DOUBLE_EQ(claimed.W2[i], 5 * g.W2[i]);
  for (std::size_t i = 0; i < g.b1.size(); ++i) EXPECT_EQ(claimed.b1[i], g.b1[i]);
  for (std::size_t i = 0; i < g.b2.size(); ++i) EXPECT_EQ(claimed.b2[i], g.b2[i]);
  EXPECT_NE(g.W2[0], 0);
}

TEST(FlatVector, SummedWeightsAreRightForASingleSample) {
  const Case at({7, 4, 3}, 1, 3);
  const std::vector<double> flat = pack(at.network.weights());
  EXPECT_EQ(
      flat_vector<double>(at.layers, flat, at.x, at.labels).gradient,
      flat_vector<double>(at.layers, flat, at.x, at.labels, Variant::summed_weights).gradient);
}

TEST(FlatVector, PackAndUnpackAreInverse) {
  const Case at({4, 3, 2}, 1, 11);
  const std::vector<double> flat = pack(at.network.weights());
  ASSERT_EQ(flat.size(), flat_size(at.layers));
  const Weights<double> w = unpack<double>(at.layers, flat);
  EXPECT_EQ(std::vector<double>(w.W1.begin(), w.W1.end()), at.network.W1);
  EXPECT_EQ(std::vector<double>(w.b1.begin(), w.b1.end()), at.network.b1);
  EXPECT_EQ(std::vector<double>(w.W2.begin(), w.W2.end()), at.network.W2);
  EXPECT_EQ(std::vector<double>(w.b2.begin(), w.b2.end()), at.network.b2);
  EXPECT_EQ(pack(w), flat);
}

TEST(FlatVector, TheStudyHas31810Parameters) { EXPECT_EQ(flat_size({784, 40, 10}), 31810U); }

TEST(LineSearch, GradientAgreesWithDifferences) {
  for (Case& at : random_cases()) {
    const std::vector<double> X = in_columns(at.x, at.labels.size());
    expect_differences_agree(
        at, [&] { return line_search<double>(at.layers, at.network.weights(), X, at.labels); });
  }
}

TEST(LineSearch, ColumnsBeyondOneBlockGiveTheMeanOfTheirGradients) {
  // 600 samples cross the blocks of columns; each sample alone crosses none.
  const std::size_t N = 600;
  const Case at({3, 2, 4}, N, 5);
  const std::vector<double> X = in_columns(at.x, N);
  const auto all = line_search<double>(at.layers, at.network.weights(), X, at.labels);
  double loss = 0;
  std::vector<double> W1(6);
  for (std::size_t n = 0; n < N; ++n) {
    const auto one =
        line_search<double>(at.layers, at.network.weights(),
                            std::span<const double>(at.x).subspan(3 * n, 3),  // a column is a row
                            Labels(at.labels).subspan(n, 1));
    loss += one.loss / 600;
    for (std::size_t i = 0; i < 6; ++i) W1[i] += one.W1[i] / 600;
  }
  EXPECT_NEAR(all.loss, loss, 1e-13);
  EXPECT_LT(distance(all.W1, W1), 1e-14);
  EXPECT_EQ(all.loss, line_search_loss<double>(at.layers, at.network.weights(), X, at.labels));
}

TEST(ThreeWays, GradientAgreesWithDifferences) {
  for (Case& at : random_cases()) {
    const std::vector<double> labels = one_hot(at.labels, at.layers.c);
    const auto gradient = [&] {
      return three_ways<double>(at.layers, at.network.W1, at.network.W2, at.x, labels);
    };
    const auto loss = [&] { return gradient().loss; };
    const auto g = gradient();
    EXPECT_LT(worst_difference(at.network.W1, g.W1, loss), kTolerance);
    EXPECT_LT(worst_difference(at.network.W2, g.W2, loss), kTolerance);
    EXPECT_TRUE(g.b1.empty() && g.b2.empty());
  }
}

TEST(ThreeWays, LabelsMayBeDistributions) {
  Case at({4, 3, 2}, 2, 9);
  const std::vector<double> labels{0.25, 0.75, 0.5, 0.5};
  const auto gradient = [&] {
    return three_ways<double>(at.layers, at.network.W1, at.network.W2, at.x, labels);
  };
  const auto loss = [&] { return gradient().loss; };
  EXPECT_LT(worst_difference(at.network.W2, gradient().W2, loss), kTolerance);
  EXPECT_LT(worst_difference(at.network.W1, gradient().W1, loss), kTolerance);
}

TEST(ThreeWays, SumOfSquaresHasSlopeTwoXPlusTwoExactly) {
  const std::vector<double> x{0, 1, 2, 3, 4, 5, 6, 7, 8, 9};
  const auto y = sum_of_squares<double>(x);
  EXPECT_EQ(y.loss, 285 + 90);
  EXPECT_EQ(y.gradient, (std::vector<double>{2, 4, 6, 8, 10, 12, 14, 16, 18, 20}));
}

TEST(ThreeWays, LinearSoftmaxAgreesWithDifferences) {
  std::vector<double> W = random_numbers(200, 21);
  std::vector<double> h(20);
  for (std::size_t i = 0; i < 20; ++i) h[i] = static_cast<double>(i % 3);
  const auto g = linear_softmax<double>(W, h, 5);
  const auto loss = [&] { return linear_softmax<double>(W, h, 5).loss; };
  EXPECT_LT(worst_difference(W, g.gradient, loss), kTolerance);
}

TEST(ByTheBook, GradientAgreesWithDifferences) {
  for (Case& at : random_cases()) {
    expect_differences_agree(at, [&at] {
      return by_the_book<double>(at.layers, at.network.weights(), {at.x, at.labels});
    });
  }
}

TEST(ByTheBook, LossIsTheSumOverSamples) {
  const Layers layers{1, 1, 2};
  const Network<double> p{{0.5}, {0.1}, {0.7, -0.3}, {0.2, 0.4}};
  const std::vector<double> x{1, -2};
  const std::vector<std::int64_t> labels{0, 1};
  double expected = 0;
  for (std::size_t n = 0; n < 2; ++n) {
    const double x1 = std::tanh(0.5 * x[n] + 0.1);
    const double t0 = n == 0 ? 1 : 0;
    expected += std::pow(std::tanh(0.7 * x1 + 0.2) - t0, 2);
    expected += std::pow(std::tanh(-0.3 * x1 + 0.4) - (1 - t0), 2);
  }
  EXPECT_NEAR(by_the_book<double>(layers, p.weights(), {x, labels}).loss, expected, 1e-15);
}

TEST(Float, EveryDerivationAgreesWithDouble) {
  for (const Case& at : random_cases()) {
    const Network<double>& p = at.network;
    const Network<float> q = to_float(p);
    const std::vector<float> x = to_float(at.x);
    const std::vector<double> t = one_hot(at.labels, at.layers.c);
    EXPECT_LT(distance(six_weights<double>(at.layers, p.weights(), at.x, at.labels),
                       six_weights<float>(at.layers, q.weights(), x, at.labels)),
              1e-5);
    EXPECT_LT(distance(flat_vector<double>(at.layers, pack(p.weights()), at.x, at.labels).gradient,
                       flat_vector<float>(at.layers, pack(q.weights()), x, at.labels).gradient),
              1e-5);
    const std::size_t N = at.labels.size();
    EXPECT_LT(distance(line_search<double>(at.layers, p.weights(), in_columns(at.x, N), at.labels),
                       line_search<float>(at.layers, q.weights(), in_columns(x, N), at.labels)),
              1e-5);
    EXPECT_LT(distance(three_ways<double>(at.layers, p.W1, p.W2, at.x, t),
                       three_ways<float>(at.layers, q.W1, q.W2, x, to_float(t))),
              1e-5);
    EXPECT_LT(distance(by_the_book<double>(at.layers, p.weights(), {at.x, at.labels}),
                       by_the_book<float>(at.layers, q.weights(), {x, at.labels})),
              1e-4);
  }
}

TEST(Rows, AndColumnsHoldTheSameSamples) {
  // Where tanh and the logistic function are the same up to scale: tanh(z) = 2σ(2z) − 1. So the
  // tanh network with W1, b1, W2, b2 is the logistic one with 2W1, 2b1, 2W2, b2 − W2·1.
  const std::size_t N = 3;
  const Case at({5, 4, 3}, N, 13);
  Network<double> logistic = at.network;
  for (double& v : logistic.W1) v *= 2;
  for (double& v : logistic.b1) v *= 2;
  for (std::size_t k = 0; k < 3; ++k) {
    for (std::size_t i = 0; i < 4; ++i) {
      logistic.W2[k * 4 + i] *= 2;
      logistic.b2[k] -= at.network.W2[k * 4 + i];
    }
  }
  const auto rows = six_weights<double>(at.layers, at.network.weights(), at.x, at.labels);
  const auto columns =
      line_search<double>(at.layers, logistic.weights(), in_columns(at.x, N), at.labels);
  EXPECT_NEAR(rows.loss, columns.loss, 1e-14);
  EXPECT_LT(distance(rows.b2, columns.b2), 1e-14);
  for (std::size_t i = 0; i < rows.W1.size(); ++i) {
    EXPECT_NEAR(rows.W1[i], 2 * columns.W1[i], 1e-14);
  }
}

}  // namespace
}  // namespace by_hand
