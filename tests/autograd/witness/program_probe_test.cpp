#include "autograd/witness/program_probe.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <memory>

#include "autograd/check/differences.h"
#include "autograd/check/estimate.h"
#include "autograd/ops/activation.h"
#include "autograd/ops/arithmetic.h"
#include "autograd/ops/elementwise.h"
#include "autograd/ops/linalg.h"
#include "autograd/ops/loss.h"
#include "autograd/ops/normalisation.h"
#include "autograd/ops/reduce.h"
#include "autograd/ops/scan.h"
#include "autograd/ops/shape.h"
#include "autograd/ops/softmax.h"
#include "autograd/tensor/error.h"
#include "autograd/tensor/factories.h"
#include "autograd/tensor/random.h"
#include "autograd/witness/flat.h"
#include "autograd/witness/row_wise.h"

namespace autograd::check {
namespace {

using Loss = std::function<Tensor(std::span<const Tensor>)>;

/// A program, the fast probe and the plain one at the same point.
struct Both {
  Both(const Loss& loss, std::vector<Tensor> at)
      : inputs(std::move(at)),
        program(Program::record([&](std::span<const Tensor> p) { return std::vector{loss(p)}; },
                                inputs)),
        fast(program, inputs) {
    std::vector<std::string> names;
    for (std::size_t k = 0; k < inputs.size(); ++k) names.push_back("p" + std::to_string(k));
    blocks = blocks_of(inputs, names);
    plain = std::make_unique<BlackBox>(
        [this](std::span<const double> flat) { return program(cut(flat, blocks))[0].item(); },
        fast.point());
  }
  Both(const Both&) = delete;
  Both& operator=(const Both&) = delete;

  std::vector<Move> moves() const {
    std::vector<Move> all;
    for (std::size_t i = 0; i < fast.point().size(); ++i) {
      for (const double delta : {0.5, -0x1p-4, 0x1p-20, 0.0}) {
        all.push_back({static_cast<std::int64_t>(i), delta});
      }
    }
    return all;
  }

  /// The largest difference between the two, all entries moved at once and one by one.
  double apart() {
    const std::vector<Move> all = moves();
    std::vector<double> ours(all.size()), theirs(all.size());
    fast.values(all, ours);
    plain->values(all, theirs);
    double most = 0;
    for (std::size_t i = 0; i < all.size(); ++i) {
      most = std::max(most, std::abs(ours[i] - theirs[i]));
      if (all[i].delta == 0) {
        EXPECT_EQ(ours[i], theirs[i]);
      }
      most = std::max(most, std::abs(fast.value(all[i].index, all[i].delta) - theirs[i]));
    }
    return most;
  }

  /// The estimates of the two meet within their error bars.
  void expect_the_same_gradient() {
    const auto ours = estimate_gradient(fast, blocks), theirs = estimate_gradient(*plain, blocks);
    for (std::size_t i = 0; i < ours.size(); ++i) {
      EXPECT_LE(std::abs(ours[i].value - theirs[i].value), ours[i].bar + theirs[i].bar) << i;
      EXPECT_EQ(ours[i].kink, theirs[i].kink) << i;
    }
  }

  bool all_together() const {
    for (std::size_t k = 0; k < inputs.size(); ++k) {
      if (fast.plan(k).alone > 0) return false;
    }
    return true;
  }

  std::vector<Tensor> inputs;
  Program program;
  ProgramProbe fast;
  std::vector<Block> blocks;
  std::unique_ptr<BlackBox> plain;
};

struct Network {
  Network() {
    Random random(3);
    x = random.normal({5, 6});
    targets = random.normal({5, 3});
    labels = random.integers({5}, 0, 3);
    parameters = {random.normal({7, 6}, 0, 0.6), random.normal({7}, 0, 0.3),
                  random.normal({4, 7}, 0, 0.6), random.normal({4}, 0, 0.3),
                  random.normal({3, 4}, 0, 0.8), random.normal({3}, 0, 0.3)};
  }
  Tensor logits(std::span<const Tensor> p,
                const std::function<Tensor(const Tensor&)>& activation) const {
    const Tensor a = activation(linear(x, p[0], p[1]));
    return linear(activation(linear(a, p[2], p[3])), p[4], p[5]);
  }
  Tensor x, targets, labels;
  std::vector<Tensor> parameters;
};

constexpr double rounding = 1e-14;

TEST(ProgramProbe, IsTheProgramOnPerceptronsWithSoftmaxCrossEntropy) {
  const Network n;
  for (const auto& activation :
       {+[](const Tensor& z) { return tanh(z); }, +[](const Tensor& z) { return relu(z); },
        +[](const Tensor& z) { return silu(z); }}) {
    Both both([&](auto p) { return cross_entropy(n.logits(p, activation), n.labels); },
              n.parameters);
    EXPECT_TRUE(both.all_together());
    EXPECT_LT(both.apart(), rounding);
    both.expect_the_same_gradient();
  }
}

TEST(ProgramProbe, IsTheProgramWithSquaredErrorAndAPenalty) {
  const Network n;
  Both both(
      [&](auto p) {
        const Tensor y = n.logits(p, [](const Tensor& z) { return tanh(z); });
        return squared_error(y, n.targets) + 0.05 * (sum(square(p[0])) + sum(square(p[2])));
      },
      n.parameters);
  EXPECT_TRUE(both.all_together());
  EXPECT_LT(both.apart(), rounding);
  both.expect_the_same_gradient();
}

TEST(ProgramProbe, IsTheProgramWithLayerNormScalesAndSkips) {
  const Network n;
  Random random(4);
  std::vector<Tensor> parameters = n.parameters;
  parameters.push_back(random.normal({7}, 1, 0.1));
  parameters.push_back(random.normal({}, 1, 0.1));
  Both both(
      [&](auto p) {
        const Tensor a = layer_norm(linear(n.x, p[0], p[1]), 1e-5) * p[6];
        const Tensor b = tanh(a) + p[7] * a;
        return cross_entropy(linear(tanh(linear(b, p[2], p[3])), p[4], p[5]), n.labels);
      },
      parameters);
  EXPECT_TRUE(both.all_together());
  EXPECT_LT(both.apart(), rounding);
  both.expect_the_same_gradient();
}

TEST(ProgramProbe, IsTheProgramWithMatmulsBothWaysAndBiasesAdded) {
  const Network n;
  Random random(5);
  Both both(
      [&](auto p) {
        const Tensor a = sigmoid(matmul(n.x, p[0]) + p[1]);
        const Tensor y = squeeze(matmul(a, p[2], {.b = true}), -1);
        return mean(square(y - 0.3));
      },
      {random.normal({6, 7}), random.normal({7}), random.normal({1, 7})});
  EXPECT_TRUE(both.all_together());
  EXPECT_LT(both.apart(), rounding);
}

TEST(ProgramProbe, IsTheProgramBitForBitWhereTheSameOperationsRun) {
  Random random(6);
  const Tensor x = random.normal({5, 4});
  // Nothing is mended: a row of parameters for each sample, a softmax, a mean.
  Both rows([&](auto p) { return mean(logsumexp(tanh(p[0] * x) / exp(p[1]), 1)); },
            {random.normal({5, 4}), random.normal({4})});
  EXPECT_TRUE(rows.all_together());
  EXPECT_EQ(rows.apart(), 0);
}

TEST(ProgramProbe, RunsWhatItHasNoWayForBitForBitAsTheProgramDoes) {
  Random random(7);
  const Tensor x = random.normal({4, 4});
  // The product of a matrix with itself, a matrix turned round, places that matter.
  const Loss losses[] = {[](auto p) { return mean(tanh(matmul(p[0], p[0]))); },
                         [&](auto p) { return mean(tanh(matmul(x, transpose(p[0])))); },
                         [&](auto p) { return mean(dropout(tanh(p[0] * x), 0.3, 5)); },
                         [&](auto p) { return mean(cumsum(p[0] * x, 0)); }};
  for (const Loss& loss : losses) {
    Both both(loss, {random.normal({4, 4})});
    EXPECT_FALSE(both.all_together());
    EXPECT_EQ(both.apart(), 0);
  }
}

TEST(ProgramProbe, DoesNotTakeBatchNormForRowWise) {
  const Network n;
  Both both(
      [&](auto p) {
        const Tensor a = batch_norm(linear(n.x, p[0], p[1])).y;
        return cross_entropy(linear(tanh(linear(tanh(a), p[2], p[3])), p[4], p[5]), n.labels);
      },
      n.parameters);
  EXPECT_GT(both.fast.plan(0).alone, 0U);
  EXPECT_EQ(both.fast.plan(2).alone, 0U);
  EXPECT_LT(both.apart(), rounding);
  both.expect_the_same_gradient();
}

TEST(RowWise, TellsASoftmaxOverClassesFromOneOverSamples) {
  Random random(8);
  const std::vector<Tensor> at{random.normal({3, 3})};
  const auto rows = [&](Index axis) {
    const Program f = Program::record(
        [&](std::span<const Tensor> p) { return std::vector{softmax(p[0], axis)}; }, at);
    const Walk walk(f, at);
    return row_operands(walk, walk.output(0)).has_value();
  };
  EXPECT_TRUE(rows(1));
  EXPECT_FALSE(rows(0));
}

TEST(ProgramProbe, AnswersTheSameOneByOneAndInAnyOrder) {
  const Network n;
  Both both([&](auto p) { return cross_entropy(n.logits(p, relu), n.labels); }, n.parameters);
  std::vector<Move> moves = both.moves();
  std::vector<double> before(moves.size()), after(moves.size());
  both.fast.values(moves, before);
  std::reverse(moves.begin(), moves.end());
  both.fast.clone()->values(moves, after);
  std::reverse(after.begin(), after.end());
  EXPECT_EQ(before, after);
}

TEST(ProgramProbe, GivesTheSameGradientOnOneThreadAndOnMany) {
  const Network n;
  Both both([&](auto p) { return cross_entropy(n.logits(p, relu), n.labels); }, n.parameters);
  EstimateOptions alone;
  alone.parallel = false;
  const auto one = estimate_gradient(both.fast, both.blocks, alone);
  const auto many = estimate_gradient(both.fast, both.blocks);
  for (std::size_t i = 0; i < one.size(); ++i) {
    EXPECT_EQ(one[i].value, many[i].value);
    EXPECT_EQ(one[i].bar, many[i].bar);
  }
}

TEST(ProgramProbe, MovesToAnotherPoint) {
  const Network n;
  Both both([&](auto p) { return cross_entropy(n.logits(p, relu), n.labels); }, n.parameters);
  std::vector<double> there(both.fast.point().begin(), both.fast.point().end());
  for (double& x : there) x += 0.01;
  const auto ours = both.fast.moved_to(there), theirs = both.plain->moved_to(there);
  EXPECT_EQ(ours->value(0, 0), theirs->value(0, 0));
  EXPECT_NEAR(ours->value(9, 0.25), theirs->value(9, 0.25), rounding);
  there.pop_back();
  EXPECT_THROW(static_cast<void>(both.fast.moved_to(there)), Error);
}

TEST(ProgramProbe, LeavesAnInputThatTheOutputDoesNotSeeAlone) {
  Both both([](auto p) { return sum(square(p[0])) + 0 * sum(detach(p[1])); },
            {tensor({1, 2}), tensor({3, 4, 5})});
  EXPECT_EQ(both.apart(), 0);
}

TEST(ProgramProbe, CentralDifferencesOfAllParametersAreThoseOfTheProgram) {
  const Network n;
  Both both([&](auto p) { return cross_entropy(n.logits(p, tanh), n.labels); }, n.parameters);
  const auto ours = central_differences(both.fast, 0x1p-16);
  const auto theirs = central_differences(*both.plain, 0x1p-16);
  for (std::size_t i = 0; i < ours.size(); ++i) EXPECT_NEAR(ours[i], theirs[i], 1e-10);
}

TEST(ProgramProbe, RefusesWhatIsNoScalarAndWhatIsNotInDoubles) {
  const auto message = [](const Loss& f, const Tensor& x) {
    try {
      const Both both(f, {x});
    } catch (const Error& e) {
      return std::string(e.what());
    }
    return std::string();
  };
  EXPECT_EQ(message([](auto p) { return p[0] * 2; }, tensor({1, 2})),
            "ProgramProbe: the program's first output must be a scalar; got [2]");
  EXPECT_EQ(message([](auto p) { return sum(p[0]); }, tensor({1, 2}, f32)),
            "ProgramProbe: the inputs must be f64; got f32; convert the program with in_f64");
  EXPECT_EQ(message([](auto p) { return sum(p[0]); }, Tensor::uninitialized({0}, f64)),
            "ProgramProbe: the point is empty; expected at least one entry");
}

}  // namespace
}  // namespace autograd::check
