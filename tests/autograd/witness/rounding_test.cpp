#include "autograd/witness/rounding.h"

#include <gtest/gtest.h>

#include "autograd/ops/normalisation.h"
#include "autograd/witness/check.h"
#include "autograd/witness/kinks.h"
#include "autograd/witness/projection.h"
#include "tests/autograd/witness/perceptron.h"

namespace autograd::check {
namespace {

TEST(Rounding, CoversAFloat32GradientAndNotAThousandTimesMore) {
  const Perceptron p;
  std::vector<Tensor> single;
  for (const Tensor& x : p.parameters) single.push_back(to(to(x, f32), f64));
  const Program& f = *p.program;
  const std::vector<double> exact = flatten(f.vjp(single, std::vector{Tensor(1.0)}));
  std::vector<Tensor> narrow;
  for (const Tensor& x : single) narrow.push_back(to(x, f32));
  Tape tape;
  for (Tensor& x : narrow) x = tape.watch(x);
  const Tensor a = tanh(linear(to(p.x, f32), narrow[0], narrow[1]));
  const Gradients g = tape.gradient(cross_entropy(linear(a, narrow[2], narrow[3]), p.labels));
  const std::vector<double> rounded =
      flatten(std::vector{g[narrow[0]], g[narrow[1]], g[narrow[2]], g[narrow[3]]});
  const std::vector<double> allowed = rounding_of(f, single, 0x1p-24).gradient;
  for (std::size_t i = 0; i < exact.size(); ++i) {
    EXPECT_LE(std::abs(rounded[i] - exact[i]), allowed[i]) << i;
    EXPECT_LE(allowed[i], 1e-5) << i;
  }
}

TEST(Rounding, CoversFloat32GradientsThroughLayerNormAndOfALossPlusAHundredThousand) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    autograd::Random random(seed);
    const Tensor x = random.normal({6, 5}, 0, 1, f32), labels = random.integers({6}, 0, 3);
    const std::vector<Tensor> w{random.normal({8, 5}, 0, 0.5, f32), random.normal({8}, 0, 0.1, f32),
                                random.normal({3, 8}, 0, 0.5, f32)};
    const auto loss = [&](std::span<const Tensor> p) {
      const Tensor z = layer_norm(linear(to(x, p[0].dtype()), p[0], p[1]));
      return cross_entropy(linear(tanh(z), p[2]), labels) + 1e5;
    };
    Tape tape;
    std::vector<Tensor> single, wide;
    for (const Tensor& t : w) {
      single.push_back(tape.watch(t));
      wide.push_back(to(t, f64));
    }
    const Gradients g = tape.gradient(loss(single));
    const Claim claim = claim_of(wide, std::vector<std::string>{"W1", "b1", "W2"},
                                 std::vector{g[single[0]], g[single[1]], g[single[2]]});
    const Report report = check(TensorFunction(loss), wide, claim, {.dtype = f32});
    EXPECT_EQ(report.verdict, Verdict::agree) << seed << "\n" << describe(report);
  }
}

TEST(Rounding, SeesTermsThatCancel) {
  const auto f = [](std::span<const Tensor> x) {
    return std::vector{sum(x[0] * tensor({1e8, -1e8})) * sum(x[0])};
  };
  const std::vector<Tensor> at{tensor({1.0, 1.0})};
  const Program program = Program::record(f, at);
  EXPECT_GT(rounding_of(program, at, 0x1p-53).gradient[0], 1e-8);
}

TEST(Rounding, IsTheSameFromRunToRun) {
  const Perceptron p;
  EXPECT_EQ(rounding_of(*p.program, p.parameters, 0x1p-53, 4).gradient,
            rounding_of(*p.program, p.parameters, 0x1p-53, 4).gradient);
}

TEST(Kinks, AreFoundWithinRoundingAndBringBothSlopes) {
  const std::vector<Tensor> at{tensor({0.0, 1e-17, 2.0, -3.0})};
  const Program f = Program::record(
      [](std::span<const Tensor> x) {
        return std::vector{sum(relu(x[0] + tensor({0.0, 0.0, 0.0, 3.0})))};
      },
      at);
  const Walk walk(f, at);
  const Rounding rounding = rounding_of(f, at, 0x1p-53);
  const Kinks kinks = kinks_of(walk, 1, rounding.values);
  EXPECT_EQ(kinks.units, 2);
  EXPECT_EQ(kinks.low, (std::vector<double>{0, 1, 1, 0}));
  EXPECT_EQ(kinks.high, (std::vector<double>{1, 1, 1, 1}));
}

TEST(Kinks, OfTiesAreFoundInMaximumAndMinimum) {
  const std::vector<Tensor> at{tensor({1.0, 2.0}), tensor({1.0, 5.0})};
  const Program f = Program::record(
      [](std::span<const Tensor> x) { return std::vector{sum(maximum(x[0], x[1]))}; }, at);
  const Walk walk(f, at);
  const Kinks kinks = kinks_of(walk, 2, {});
  EXPECT_EQ(kinks.units, 1);
  EXPECT_EQ(kinks.low, (std::vector<double>{0, 0, 0, 1}));
  EXPECT_EQ(kinks.high, (std::vector<double>{1, 0, 1, 1}));
}

TEST(Projection, AgreesWithARightGradientAndFindsOneWrongEntry) {
  const Perceptron p;
  const std::vector<double> allowed = rounding_of(*p.program, p.parameters, 0x1p-53).gradient;
  std::vector<double> g = p.claim.values;
  for (std::size_t b = 0; b < 4; ++b) {
    EXPECT_TRUE(project(*p.program, p.parameters, p.claim.blocks, b, g, allowed, 1).agree());
    EXPECT_TRUE(
        project_by_differences(*p.program, p.parameters, p.claim.blocks, b, g, allowed, 1).agree());
  }
  const auto all = [&] {
    return project_by_double_double(*p.program, p.parameters, p.claim.blocks, g, allowed, 1);
  };
  EXPECT_TRUE(all().agree());
  g[2] += 1e-6;
  EXPECT_FALSE(all().agree());
  EXPECT_FALSE(project(*p.program, p.parameters, p.claim.blocks, 0, g, allowed, 1).agree());
  EXPECT_TRUE(project(*p.program, p.parameters, p.claim.blocks, 1, g, allowed, 1).agree());
  g[2] += 1e-3;
  EXPECT_FALSE(
      project_by_differences(*p.program, p.parameters, p.claim.blocks, 0, g, allowed, 1).agree());
}

}  // namespace
}  // namespace autograd::check
