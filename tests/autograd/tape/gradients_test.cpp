#include "autograd/tape/gradients.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <optional>
#include <thread>
#include <vector>

#include "autograd/ops/arithmetic.h"
#include "autograd/ops/elementwise.h"
#include "autograd/ops/exponential.h"
#include "autograd/ops/linalg.h"
#include "autograd/ops/reduce.h"
#include "autograd/tape/tape.h"
#include "autograd/tensor/factories.h"
#include "autograd/tensor/memory.h"
#include "autograd/tensor/random.h"

namespace autograd {
namespace {

using Numbers = std::vector<double>;

TEST(Gradients, OfASumAreTheSumsOfGradients) {
  Tape tape;
  const Parameter w("w", tensor({1, 2}));
  const Tensor x = tape.watch(tensor({3, 4})), only = tape.watch(2);
  const Gradients a = tape.gradient(sum(w * x));
  const Gradients b = tape.gradient(sum(x * x) * only);
  const Gradients both = a + b;
  EXPECT_EQ(to_vector(both[x]), (Numbers{1 + 12, 2 + 16}));
  EXPECT_EQ(to_vector(both[w]), (Numbers{3, 4}));
  EXPECT_EQ(both[only].item(), 25);
  Gradients more = a;
  more += a;
  EXPECT_EQ(to_vector(more[w]), (Numbers{6, 8}));
  EXPECT_EQ(to_vector(a[w]), (Numbers{3, 4}));
  EXPECT_EQ(to_vector((0.5 * b)[x]), (Numbers{6, 8}));
  EXPECT_EQ(to_vector((Gradients() + a)[w]), (Numbers{3, 4}));
}

TEST(Gradients, OfABatchInPartsAreThoseOfTheWhole) {
  const Parameter w("w", tensor({1, 2, 3}, f32));
  Gradients total;
  for (int part = 1; part <= 3; ++part) {
    Tape tape;
    total += tape.gradient(sum(w * w * part));
  }
  EXPECT_EQ(to_vector(total[w]), (Numbers{12, 24, 36}));
  EXPECT_EQ(total[w].dtype(), f32);
}

// Two layers on a batch of 3.
struct TwoLayers {
  Random random{1};
  Tensor x = random.normal({3, 20});
  Parameter w1{"w1", random.normal({10, 20})}, b1{"b1", random.normal({10})};
  Parameter w2{"w2", random.normal({10, 15})};

  Tensor loss() const { return sum(square(matmul(tanh(linear(x, w1, b1)), w2))); }

  // The same, one product after another.
  std::vector<Tensor> by_hand() const {
    const Tensor a = tanh(linear(x, w1.value(), b1.value()));
    const Tensor dy = 2 * matmul(a, w2.value());
    const Tensor da = matmul(dy, w2.value(), {.b = true});
    Tape tape;  // for the slope of tanh with the bits of the rule
    const Tensor z = tape.watch(linear(x, w1.value(), b1.value()));
    const Tensor dz = tape.gradient(tanh(z), da)[z];
    return {matmul(dz, x, {.a = true}), matmul(a, dy, {.a = true})};
  }
};

TEST(Gradients, KeepTheFactorsOfAProductUntilSomebodyAsks) {
  const TwoLayers net;
  const std::vector<Tensor> expected = net.by_hand();
  for (const bool last : {false, true}) {
    std::optional<Tape> tape(std::in_place);
    const Tensor loss = net.loss();
    const Gradients g = last ? (*std::move(tape)).gradient(loss) : tape->gradient(loss);
    const std::vector<Parameter> weights{net.w1, net.w2};
    for (std::size_t i = 0; i < 2; ++i) {
      const Factors* factors = g.factors(weights[i]);
      ASSERT_NE(factors, nullptr);
      EXPECT_EQ(to_vector(factors->product()), to_vector(expected[i]));
      EXPECT_TRUE(g.contains(weights[i]));
      const Tensor asked = g[weights[i]];
      EXPECT_EQ(to_vector(asked), to_vector(expected[i]));
      EXPECT_EQ(asked.trace().key, 0U);
      EXPECT_EQ(g.factors(weights[i]), nullptr);
      EXPECT_TRUE(g[weights[i]].same_storage(asked));  // worked out once
    }
    EXPECT_EQ(g.factors(net.b1), nullptr);
    EXPECT_EQ(g[net.b1].shape(), Shape{10});
  }
}

TEST(Gradients, KeepNoFactorsThatAreMoreThanTheProduct) {
  Random random(1);
  const Tensor x = random.normal({100, 20});
  const Parameter w("w", random.normal({10, 20}));
  Tape tape;
  EXPECT_EQ(tape.gradient(sum(linear(x, w))).factors(w), nullptr);
}

TEST(Gradients, OfWeightsThatAreUsedTwiceAreTheSum) {
  Random random(1);
  const Tensor x = random.normal({2, 12}), dy = random.normal({2, 12});
  const Parameter w("w", random.normal({12, 12}));
  const auto product = [](const Tensor& a, const Tensor& b) { return matmul(a, b, {.a = true}); };
  const Tensor y = linear(x, w.value());
  Tape tape;
  const Gradients g = tape.gradient(linear(linear(x, w), w), dy);
  EXPECT_EQ(g.factors(w), nullptr);
  EXPECT_EQ(to_vector(g[w]), to_vector(product(dy, y) + product(matmul(dy, w.value()), x)));
  // Beside a use that comes in no factors, on either side of it on the tape.
  const Tensor first = sum(w * 2) + sum(linear(x, w)), second = sum(linear(x, w)) + sum(w * 2);
  const Tensor expected = product(ones({2, 12}), x) + 2;
  EXPECT_EQ(to_vector(tape.gradient(first)[w]), to_vector(expected));
  EXPECT_EQ(to_vector(tape.gradient(second)[w]), to_vector(expected));
}

TEST(Gradients, OfAParameterSetInMidTapeAddUpTheirFactors) {
  Random random(1);
  const Tensor x = random.normal({2, 12});
  Parameter w("w", random.normal({12, 12}));
  Tape tape;
  const Tensor before = linear(x, w);
  w.set(random.normal({12, 12}));
  const Gradients g = tape.gradient(sum(before) + sum(linear(x, w)));
  const Tensor once = matmul(ones({2, 12}), x, {.a = true});
  EXPECT_EQ(to_vector(g[w]), to_vector(once + once));
}

TEST(Gradients, ThatAnotherTapeRecordsAreWorkedOutAtOnce) {
  const TwoLayers net;
  Tape outer;
  Tensor dw;
  {
    Tape inner;
    const Gradients g = inner.gradient(net.loss());
    EXPECT_EQ(g.factors(net.w1), nullptr);
    dw = g[net.w1];
  }
  EXPECT_GT(sum(square(outer.gradient(sum(dw))[net.w1])).item(), 0);
}

// Asked for while their tape is still open, they are as much constants as those worked out before.
TEST(Gradients, ThatAreAskedLateAreNotRecorded) {
  const TwoLayers net;
  Tape tape;
  const Gradients g = tape.gradient(net.loss());
  const std::size_t nodes = tape.size();
  EXPECT_EQ(g[net.w2].trace().key, 0U);
  EXPECT_EQ(tape.size(), nodes);
}

TEST(Gradients, InFactorsAreAddedAndScaledAsOthers) {
  const TwoLayers net;
  const std::vector<Tensor> expected = net.by_hand();
  Tape tape;
  const Gradients g = tape.gradient(net.loss()), other = tape.gradient(net.loss());
  const Gradients both = g + other, twice = 2 * g;
  EXPECT_EQ(to_vector(both[net.w1]), to_vector(2 * expected[0]));
  EXPECT_EQ(to_vector(twice[net.w2]), to_vector(2 * expected[1]));
  const Gradients copy = g;  // NOLINT: the copy is what is tested
  EXPECT_TRUE(copy[net.w1].same_storage(g[net.w1]));
}

TEST(Gradients, MayBeAskedBySeveralThreads) {
  const TwoLayers net;
  const std::vector<double> expected = to_vector(net.by_hand()[0]);
  Tape tape;
  const Gradients g = tape.gradient(net.loss());
  std::vector<std::vector<double>> asked(4);
  std::vector<std::thread> threads;
  for (auto& numbers : asked) threads.emplace_back([&] { numbers = to_vector(g[net.w1]); });
  for (std::thread& thread : threads) thread.join();
  for (const auto& numbers : asked) EXPECT_EQ(numbers, expected);
}

TEST(Gradients, OfALargeMatrixTakeTheMemoryOfTheirFactors) {
  Random random(1);
  const Tensor x = random.normal({1, 500});
  const Parameter w("w", random.normal({500, 500}));
  memory::reset_peak();
  const auto before = memory::usage().live_bytes;
  {
    Tape tape;
    const Tensor loss = sum(square(linear(x, w)));
    const Gradients g = std::move(tape).gradient(loss);
    EXPECT_LT(memory::usage().peak_bytes - before, 100'000);
    EXPECT_EQ(g[w].size(), 250'000);
    EXPECT_GT(memory::usage().peak_bytes - before, 2'000'000);
  }
  EXPECT_EQ(memory::usage().live_bytes, before);
}

TEST(Factors, AreSurelyFiniteOnlyWhereTheProductIs) {
  const double infinity = std::numeric_limits<double>::infinity();
  const auto surely = [](const Tensor& a, const Tensor& b) {
    return Factors{a, b}.surely_finite();
  };
  const Tensor ordinary = tensor({-2, 3}).reshaped({1, 2});
  EXPECT_TRUE(surely(ordinary, ordinary));
  EXPECT_TRUE(surely(zeros({1, 2}), ordinary));
  for (const double wrong : {infinity, -infinity, std::nan(""), -std::nan("")}) {
    const Tensor other = tensor({1, wrong}).reshaped({1, 2});
    EXPECT_FALSE(surely(other, ordinary)) << wrong;
    EXPECT_FALSE(surely(ordinary, other)) << wrong;
    EXPECT_FALSE(surely(zeros({1, 2}), other)) << wrong;
  }
  // Each number is finite, and their products are not.
  EXPECT_FALSE(surely(tensor({-1e200, 0}).reshaped({1, 2}), tensor({1e200, 0}).reshaped({1, 2})));
  EXPECT_FALSE(surely(full({1, 2}, 1e20, f32), full({1, 2}, -1e20, f32)));
  EXPECT_FALSE(surely(full({4, 2}, 1e19, f32), full({4, 2}, 1e19, f32)));
  EXPECT_TRUE(surely(full({4, 2}, 1e18, f32), full({4, 2}, 1e18, f32)));
}

TEST(Parameter, GivesTheSameGradientToAllItsCopies) {
  const Parameter w("w", tensor({1, 2}));
  const Parameter copy = w;  // NOLINT: the copy is what is tested
  Tape tape;
  const Gradients g = tape.gradient(sum(w * copy * copy));
  EXPECT_EQ(to_vector(g[w]), (Numbers{3, 12}));
  EXPECT_EQ(to_vector(g[copy]), (Numbers{3, 12}));
}

TEST(Parameter, SetInMidTapeCountsWithBothItsValues) {
  Parameter w("w", scalar(2));
  Tape tape;
  const Tensor before = w * 3;
  w.set(scalar(5));
  const Tensor after = w * w;
  EXPECT_EQ(before.item(), 6);
  EXPECT_EQ(after.item(), 25);
  EXPECT_EQ(tape.gradient(after)[w].item(), 10);
  EXPECT_EQ(tape.gradient(before + after)[w].item(), 13);
}

TEST(Parameter, IsRecordedOnceHoweverOftenItIsUsed) {
  const Parameter w("w", ones({3}));
  Tape tape;
  const Tensor first = w, second = w;
  EXPECT_EQ(tape.size(), 1U);
  EXPECT_EQ(first.trace().node, second.trace().node);
}

TEST(Parameter, ForgetsTheTapeThatItsValueWasComputedOn) {
  Parameter w("w", scalar(2));
  Tape tape;
  w.set(w * w);
  EXPECT_EQ(w.value().trace().key, 0U);
  EXPECT_EQ(tape.gradient(w * w)[w].item(), 8);
}

TEST(Parameter, MadeFromAPlainNumberHasADtype) {
  const Parameter w("w", 2);
  EXPECT_EQ(w.dtype(), f64);
  Tape tape;
  EXPECT_EQ(tape.gradient(w * w)[w].item(), 4);
}

}  // namespace
}  // namespace autograd
