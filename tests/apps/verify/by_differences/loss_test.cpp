#include "apps/verify/by_differences/loss.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "autograd/check/estimate.h"
#include "autograd/check/random.h"
#include "autograd/tensor/error.h"

namespace by_differences {
namespace {

using autograd::check::Random;

std::vector<double> random_numbers(std::size_t count, std::uint64_t seed, double size = 1) {
  Random random(seed);
  std::vector<double> numbers(count);
  for (double& v : numbers) v = size * (2 * random.uniform() - 1);
  return numbers;
}

LossSpec random_spec(std::vector<std::int64_t> layers, std::int64_t batch, std::uint64_t seed) {
  LossSpec spec;
  const auto n = static_cast<std::size_t>(batch);
  spec.samples = random_numbers(n * static_cast<std::size_t>(layers.front()), seed);
  const auto c = static_cast<std::size_t>(layers.back());
  spec.targets.assign(n * c, 0);
  for (std::size_t i = 0; i < n; ++i) spec.targets[i * c + (i * 7 + 1) % c] = 1;
  spec.layers = std::move(layers);
  return spec;
}

template <class F>
std::string message_of(const F& f) {
  try {
    f();
  } catch (const autograd::Error& e) {
    return e.what();
  }
  return "no error";
}

TEST(PlainLoss, IsTheLossWorkedOutByHand) {
  LossSpec spec;
  spec.layers = {2, 1, 2};
  spec.samples = {1, 2};
  spec.targets = {0, 1};
  const std::vector<double> p{0.1, 0.2, 0.3, 0.5, -0.5, 0.01, 0.02};
  const double a = std::tanh(0.1 + 0.4 + 0.3);
  const double o0 = 0.5 * a + 0.01, o1 = -0.5 * a + 0.02;
  EXPECT_NEAR(PlainLoss(spec)(p), std::log(std::exp(o0) + std::exp(o1)) - o1, 1e-15);
  spec.hidden = Activation::sigmoid;
  spec.output = Activation::tanh;
  spec.loss = LossKind::sum_squared_error;
  const double s = 1 / (1 + std::exp(-0.8));
  const double t0 = std::tanh(0.5 * s + 0.01), t1 = std::tanh(-0.5 * s + 0.02) - 1;
  EXPECT_NEAR(PlainLoss(spec)(p), t0 * t0 + t1 * t1, 1e-15);
}

TEST(PlainLoss, MeanIsTheSumOverTheBatch) {
  LossSpec spec = random_spec({3, 4, 2}, 5, 1);
  const PlainLoss mean(spec);
  spec.reduction = Reduction::sum;
  const PlainLoss sum(spec);
  const auto p = random_numbers(static_cast<std::size_t>(mean.parameters()), 2);
  EXPECT_DOUBLE_EQ(5 * mean(p), sum(p));
}

TEST(PlainLoss, BlocksFollowTheFlatVector) {
  LossSpec spec = random_spec({3, 4, 2}, 1, 1);
  const PlainLoss with(spec);
  ASSERT_EQ(with.blocks().size(), 4U);
  EXPECT_EQ(with.blocks()[2].name, "W2");
  EXPECT_EQ(with.blocks()[2].shape, (std::vector<std::int64_t>{2, 4}));
  EXPECT_EQ(with.blocks()[2].offset, 16);
  EXPECT_EQ(with.parameters(), 26);
  spec.biases = false;
  const PlainLoss without(spec);
  ASSERT_EQ(without.blocks().size(), 2U);
  EXPECT_EQ(without.parameters(), 20);
  autograd::check::check_blocks(with.blocks(), with.parameters());
  autograd::check::check_blocks(without.blocks(), without.parameters());
}

TEST(PlainLoss, HugeLogitsStayFinite) {
  LossSpec spec = random_spec({1, 2}, 1, 1);
  spec.samples = {1};
  spec.targets = {1, 0};
  spec.biases = false;
  EXPECT_DOUBLE_EQ(PlainLoss(spec)(std::vector<double>{-1000, 1000}), 2000);
}

TEST(PlainLoss, MovingOneParameterIsWorthAFullEvaluation) {
  for (const Activation hidden :
       {Activation::identity, Activation::tanh, Activation::relu, Activation::sigmoid}) {
    for (int variant = 0; variant < 4; ++variant) {
      LossSpec spec = random_spec({6, 5, 4, 3}, 3, 11);
      spec.hidden = hidden;
      spec.biases = variant % 2 == 0;
      spec.loss = variant < 2 ? LossKind::cross_entropy : LossKind::sum_squared_error;
      spec.output = variant == 3 ? Activation::tanh : Activation::identity;
      const PlainLoss loss(spec);
      auto p = random_numbers(static_cast<std::size_t>(loss.parameters()), 12);
      const LossAt at = loss.at(p);
      EXPECT_EQ(at.moved(0, 0), loss(p));
      for (std::size_t i = 0; i < p.size(); ++i) {
        for (const double delta : {1e-8, -1e-3, 0.5}) {
          const double before = p[i];
          p[i] += delta;
          const double full = loss(p);
          const double moved = at.moved(static_cast<std::int64_t>(i), p[i] - before);
          p[i] = before;
          EXPECT_NEAR(moved, full, 8e-16 * (1 + full)) << "parameter " << i << " by " << delta;
        }
      }
    }
  }
}

TEST(PlainLoss, EstimatesThroughTheProbeAgreeWithTheBlackBox) {
  const PlainLoss loss(random_spec({8, 6, 3}, 4, 21));
  const auto p = random_numbers(static_cast<std::size_t>(loss.parameters()), 22);
  const auto fast = autograd::check::estimate_gradient(loss.at(p), loss.blocks());
  const auto slow = autograd::check::estimate_gradient(loss, p, loss.blocks());
  for (std::size_t i = 0; i < p.size(); ++i) {
    EXPECT_NEAR(fast[i].value, slow[i].value, fast[i].bar + slow[i].bar);
    EXPECT_LT(fast[i].bar, 1e-9);
  }
}

TEST(PlainLoss, MistakesAreNamed) {
  LossSpec one = random_spec({3, 2}, 1, 1);
  one.layers = {3};
  EXPECT_EQ(message_of([&] { PlainLoss{one}; }),
            "PlainLoss: got 1 layer widths; expected at least 2, inputs and outputs");
  LossSpec flat = random_spec({3, 2}, 1, 1);
  flat.layers = {3, 0, 2};
  EXPECT_EQ(message_of([&] { PlainLoss{flat}; }),
            "PlainLoss: a layer of width 0; expected at least 1");
  LossSpec samples = random_spec({3, 2}, 1, 1);
  samples.samples.push_back(1);
  EXPECT_EQ(message_of([&] { PlainLoss{samples}; }),
            "PlainLoss: got 4 numbers of samples; expected a positive multiple of the 3 inputs");
  LossSpec targets = random_spec({3, 2}, 1, 1);
  targets.targets.push_back(1);
  EXPECT_EQ(message_of([&] { PlainLoss{targets}; }),
            "PlainLoss: got 3 numbers of targets; expected samples · outputs = 2");
  const PlainLoss loss(random_spec({3, 2}, 1, 1));
  EXPECT_EQ(message_of([&] { loss(std::vector<double>(3)); }),
            "PlainLoss: got 3 parameters; expected 8");
  const LossAt at = loss.at(std::vector<double>(8));
  EXPECT_EQ(message_of([&] { at.moved(8, 1); }), "PlainLoss: there is no parameter 8 among 8");
}

}  // namespace
}  // namespace by_differences
