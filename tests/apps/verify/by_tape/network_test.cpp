#include "apps/verify/by_tape/network.h"

#include <cmath>

#include "apps/verify/by_hand/by_the_book.h"
#include "apps/verify/by_hand/flat_vector.h"
#include "apps/verify/by_hand/line_search.h"
#include "apps/verify/by_hand/six_weights.h"
#include "apps/verify/by_hand/three_ways.h"
#include "autograd/tensor/factories.h"
#include "tests/apps/verify/by_hand/random_network.h"

namespace {

using by_hand::Case;
using by_tape::Loss;
using by_tape::Spec;

// With a single class a softmax has no slope at all, so there must be more.
std::vector<Case> cases() {
  std::vector<Case> cases = by_hand::random_cases();
  std::erase_if(cases, [](const Case& c) { return c.layers.c == 1; });
  return cases;
}

std::vector<double> flat_of(const by_hand::Gradient<double>& g) {
  std::vector<double> flat;
  for (const auto* block : {&g.W1, &g.b1, &g.W2, &g.b2}) {
    flat.insert(flat.end(), block->begin(), block->end());
  }
  return flat;
}

std::vector<double> flat_of(const Case& c) { return by_hand::pack(c.network.weights()); }

Spec spec_of(const Case& c, const std::string& hidden, Loss loss) {
  Spec spec;
  spec.widths = {static_cast<autograd::Index>(c.layers.d), static_cast<autograd::Index>(c.layers.h),
                 static_cast<autograd::Index>(c.layers.c)};
  spec.hidden = hidden;
  spec.loss = loss;
  return spec;
}

by_tape::LossAndGradient by_tape_of(const Case& c, const Spec& spec) {
  return by_tape::gradient_of(spec, by_tape::samples(spec, c.x, c.labels))(flat_of(c));
}

void expect_same(const by_tape::LossAndGradient& tape, double loss,
                 const std::vector<double>& gradient) {
  EXPECT_NEAR(tape.loss, loss, 1e-13 * std::max(1.0, std::abs(loss)));
  ASSERT_EQ(tape.gradient.size(), gradient.size());
  double largest = 0;
  for (const double v : gradient) largest = std::max(largest, std::abs(v));
  EXPECT_GT(largest, 0);
  EXPECT_LE(by_hand::distance(tape.gradient, gradient), 1e-13 * largest);
}

TEST(ByTape, AgreesWithSixWeightsByHand) {
  for (const Case& c : cases()) {
    const auto hand = by_hand::six_weights<double>(c.layers, c.network.weights(), c.x, c.labels);
    expect_same(by_tape_of(c, spec_of(c, "tanh", Loss::cross_entropy)), hand.loss, flat_of(hand));
  }
}

TEST(ByTape, AgreesWithTheFlatVectorByHand) {
  for (const Case& c : cases()) {
    const std::vector<double> flat = flat_of(c);
    const auto hand = by_hand::flat_vector<double>(c.layers, flat, c.x, c.labels);
    expect_same(by_tape_of(c, spec_of(c, "relu", Loss::cross_entropy)), hand.loss, hand.gradient);
  }
}

TEST(ByTape, AgreesWithTheLineSearchByHand) {
  for (const Case& c : cases()) {
    const std::size_t N = c.labels.size();
    std::vector<double> columns(c.x.size());
    for (std::size_t n = 0; n < N; ++n) {
      for (std::size_t j = 0; j < c.layers.d; ++j) columns[j * N + n] = c.x[n * c.layers.d + j];
    }
    const auto hand =
        by_hand::line_search<double>(c.layers, c.network.weights(), columns, c.labels);
    expect_same(by_tape_of(c, spec_of(c, "sigmoid", Loss::cross_entropy)), hand.loss,
                flat_of(hand));
  }
}

TEST(ByTape, AgreesWithThreeWaysByHand) {
  for (const Case& c : cases()) {
    Spec spec = spec_of(c, "sigmoid", Loss::log_probability);
    spec.output = "log-softmax";
    spec.biases = false;
    const by_tape::Samples samples = by_tape::samples(spec, c.x, c.labels);
    const auto hand = by_hand::three_ways<double>(c.layers, c.network.W1, c.network.W2, c.x,
                                                  to_vector(samples.targets));
    std::vector<double> flat = c.network.W1;
    flat.insert(flat.end(), c.network.W2.begin(), c.network.W2.end());
    expect_same(by_tape::gradient_of(spec, samples)(flat), hand.loss, flat_of(hand));
  }
}

TEST(ByTape, AgreesWithByTheBookByHandBatchedAndOneByOne) {
  for (const Case& c : cases()) {
    Spec spec = spec_of(c, "tanh", Loss::sum_squared_error);
    spec.output = "tanh";
    const auto hand = by_hand::by_the_book<double>(c.layers, c.network.weights(), {c.x, c.labels});
    by_tape::Network network(spec);
    network.set(flat_of(c));
    const by_tape::Samples samples = by_tape::samples(spec, c.x, c.labels);
    expect_same(network.gradient(samples), hand.loss, flat_of(hand));
    expect_same(network.gradient_one_by_one(samples), hand.loss, flat_of(hand));
  }
}

TEST(ByTape, WarmUpsAreExact) {
  const std::vector<double> x{0, 1, 2, 3, 4, 5, 6, 7, 8, 9};
  for (const autograd::Dtype dtype : {autograd::f32, autograd::f64}) {
    const auto slope = by_tape::sum_of_squares(x, dtype);
    for (std::size_t i = 0; i < x.size(); ++i) EXPECT_EQ(slope.gradient[i], 2 * x[i] + 2);
  }
  const std::vector<double> W = by_hand::random_numbers(200, 1);
  std::vector<double> h(20);
  for (std::size_t i = 0; i < h.size(); ++i) h[i] = static_cast<double>(i % 3);
  const auto hand = by_hand::linear_softmax<double>(W, h, 5);
  EXPECT_LE(
      by_hand::distance(by_tape::linear_softmax(W, h, 5, autograd::f64).gradient, hand.gradient),
      1e-15);
  EXPECT_LE(
      by_hand::distance(by_tape::linear_softmax(W, h, 5, autograd::f32).gradient, hand.gradient),
      1e-6);
}

TEST(ByTape, LineSearchTakesTheStepsOfTheHandwrittenOne) {
  const Case c(by_hand::Layers{20, 9, 4}, 8, 3);
  const std::size_t N = c.labels.size();
  std::vector<double> columns(c.x.size());
  for (std::size_t n = 0; n < N; ++n) {
    for (std::size_t j = 0; j < 20; ++j) columns[j * N + n] = c.x[n * 20 + j];
  }
  const auto hand = by_hand::descend<double>(c.layers, c.network.weights(), columns, c.labels, 20);
  const Spec spec = spec_of(c, "sigmoid", Loss::cross_entropy);
  by_tape::Network network(spec);
  network.set(flat_of(c));
  const by_tape::Samples samples = by_tape::samples(spec, c.x, c.labels);
  for (std::size_t k = 0; k < 20; ++k) {
    const auto searched = network.line_search(samples, {});
    ASSERT_TRUE(searched.step.found);
    EXPECT_NEAR(searched.before, hand.losses[k], 1e-12);
    EXPECT_EQ(searched.step.alpha, hand.alphas[k]);
  }
  EXPECT_NEAR(network.loss(samples), hand.losses.back(), 1e-12);
}

}  // namespace
