#include "autograd/tape/walk.h"

#include <gtest/gtest.h>

#include "autograd/ops/activation.h"
#include "autograd/ops/arithmetic.h"
#include "autograd/ops/linalg.h"
#include "autograd/ops/reduce.h"
#include "autograd/tensor/error.h"
#include "autograd/tensor/factories.h"

namespace autograd {
namespace {

Program example() {
  return Program::record(
      [](std::span<const Tensor> x) { return std::vector{sum(tanh(x[0] * x[1] + x[1]))}; },
      {tensor({0.5, -1.0}), tensor({2.0, 3.0})});
}

const std::vector<Tensor> at{tensor({0.25, -0.75}), tensor({1.5, 0.5})};

std::size_t step_of(const Walk& walk, std::string_view operation) {
  for (std::size_t i = 0; i < walk.size(); ++i) {
    if (walk.operation(i) == operation) return i;
  }
  ADD_FAILURE() << "there is no " << operation;
  return 0;
}

TEST(Walk, HasTheValuesAndTheGradientOfTheProgramBitForBit) {
  const Program f = example();
  const Walk walk(f, at);
  EXPECT_EQ(walk.value(walk.output(0)).item(), f(at)[0].item());
  const std::vector<Tensor> adjoints = walk.pull(walk.output(0), Tensor(1.0));
  const std::vector<Tensor> dx = f.vjp(at, std::vector{Tensor(1.0)});
  for (std::size_t k = 0; k < 2; ++k) {
    EXPECT_EQ(to_vector(adjoints[walk.input(k)]), to_vector(dx[k]));
  }
}

TEST(Walk, TakesAnotherPullbackWhereOneIsGiven) {
  const Walk walk(example(), at);
  const std::size_t activation = step_of(walk, "tanh");
  const auto identity = [&](std::size_t step, std::size_t, const Tensor& dy) {
    return step == activation ? std::optional(dy) : std::nullopt;
  };
  const auto adjoints = walk.pull(walk.output(0), Tensor(1.0), identity);
  EXPECT_EQ(to_vector(adjoints[walk.input(0)]), to_vector(at[1]));
  EXPECT_EQ(to_vector(adjoints[walk.input(1)]), to_vector(at[0] + 1));
}

TEST(Walk, TakesAnotherValueWhereOneIsGiven) {
  const Program f = example();
  const auto twice = [&](std::size_t, std::span<const Tensor> operands) -> std::optional<Tensor> {
    return operands.size() == 2 ? std::optional(zeros_like(operands[0])) : std::nullopt;
  };
  EXPECT_EQ(Walk(f, at, twice).value(Walk(f, at).output(0)).item(), 0);
}

TEST(Walk, AppliesARuleAtOtherOperands) {
  const Walk walk(example(), at);
  const std::size_t activation = step_of(walk, "tanh");
  const Tensor x = tensor({0.1, 0.2}), y = tanh(x), dy = tensor({1.0, 1.0});
  const std::vector<double> slope = to_vector(walk.rule_at(activation, 0, dy, std::vector{x}, y));
  const std::vector<double> expected = to_vector(1 - y * y);
  for (std::size_t i = 0; i < 2; ++i) EXPECT_NEAR(slope[i], expected[i], 1e-15);
  EXPECT_EQ(to_vector(walk.compute(activation, std::vector{x})), to_vector(y));
}

TEST(Walk, BeginsAnywhereAndSumsBackToBroadcastOperands) {
  const std::vector<Tensor> here{tensor({1.0, 2.0}), tensor({3.0})};
  const Program f = Program::record(
      [](std::span<const Tensor> x) { return std::vector{sum(x[0] * x[1])}; }, here);
  const Walk walk(f, here);
  const std::size_t product = step_of(walk, "multiply");
  const auto adjoints = walk.pull(product, tensor({1.0, 0.0}));
  EXPECT_EQ(to_vector(adjoints[walk.input(1)]), (std::vector<double>{1}));
  EXPECT_TRUE(walk.varies(product));
  EXPECT_EQ(walk.operands(product).size(), 2U);
}

TEST(Walk, RefusesInputsThatDoNotFit) {
  try {
    const Walk walk(example(), std::vector{at[0]});
    FAIL();
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(), "Walk: expected 2 inputs; got 1");
  }
}

}  // namespace
}  // namespace autograd
