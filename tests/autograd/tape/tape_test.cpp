#include "autograd/tape/tape.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "autograd/ops/arithmetic.h"
#include "autograd/ops/elementwise.h"
#include "autograd/ops/linalg.h"
#include "autograd/ops/loss.h"
#include "autograd/ops/reduce.h"
#include "autograd/ops/shape.h"
#include "autograd/tensor/error.h"
#include "autograd/tensor/factories.h"
#include "autograd/tensor/memory.h"
#include "autograd/tensor/random.h"
#include "tests/support/message.h"

namespace autograd {
namespace {

using Numbers = std::vector<double>;

TEST(Tape, GivesTheGradientOfItsOwnExample) {
  Tape tape;
  const Tensor x = tape.watch(tensor({1, 2, 3}));
  const Gradients g = tape.gradient(sum(x * x));
  EXPECT_EQ(to_vector(g[x]), (Numbers{2, 4, 6}));
}

TEST(Tape, RecordsNothingWhereThereIsNone) {
  const Parameter w("w", tensor({1, 2}));
  EXPECT_EQ((w * w).trace().key, 0U);
  EXPECT_EQ(exp(w).trace().key, 0U);
  EXPECT_TRUE(w.on_tape().same_storage(w.value()));
}

TEST(Tape, RecordsNothingOfWhatDependsOnNothingWatched) {
  Tape tape;
  const Tensor x = tensor({1, 2});
  const Tensor y = sum(exp(x) * 2);
  EXPECT_EQ(tape.size(), 0U);
  EXPECT_EQ(y.trace().key, 0U);
  const Tensor u = tape.watch(x);
  EXPECT_EQ(tape.size(), 1U);
  EXPECT_FALSE(tape.gradient(y).contains(u));
  EXPECT_EQ(to_vector(tape.gradient(y)[u]), (Numbers{0, 0}));
}

TEST(Tape, GivesZerosForResultsThatAreWhole) {
  Tape tape;
  const Tensor x = tape.watch(tensor({1.5, 2.5}));
  const Tensor y = reshape(transpose(reshape(to(x, i64), {1, 2})), {2});
  EXPECT_EQ(to_vector(tape.gradient(y, ones_like(y))[x]), (Numbers{0, 0}));
}

TEST(Tape, GivesZerosForWhatDoesNotMatter) {
  const Parameter w("w", ones({2, 3}, f32));
  Tape tape;
  const Tensor x = tape.watch(tensor({1, 2}));
  const Tensor idle = tape.watch(ones({3, 1}));
  const Gradients g = tape.gradient(sum(x));
  EXPECT_TRUE(g.contains(x));
  EXPECT_FALSE(g.contains(idle));
  EXPECT_FALSE(g.contains(w));
  EXPECT_EQ(to_vector(g[idle]), Numbers(3, 0));
  EXPECT_EQ(g[idle].shape(), Shape({3, 1}));
  EXPECT_EQ(g[w].dtype(), f32);
  EXPECT_EQ(g[w].shape(), Shape({2, 3}));
}

TEST(Tape, AddsUpTheWaysThatLeadToAnInput) {
  Tape tape;
  const Tensor x = tape.watch(3);
  const Tensor y = x * x + x * 5 + exp(x) - exp(x);
  EXPECT_EQ(tape.gradient(y)[x].item(), 11);
}

TEST(Tape, CanBeAskedAgainAndForOtherScalars) {
  Tape tape;
  const Tensor x = tape.watch(tensor({1, 2}));
  const Tensor square = sum(x * x), cube = sum(x * x * x);
  EXPECT_EQ(to_vector(tape.gradient(square)[x]), (Numbers{2, 4}));
  EXPECT_EQ(to_vector(tape.gradient(cube)[x]), (Numbers{3, 12}));
  EXPECT_EQ(to_vector(tape.gradient(square)[x]), (Numbers{2, 4}));
  EXPECT_EQ(to_vector(tape.gradient(sum(square * x))[x]), (Numbers{11, 17}));
}

TEST(Tape, TakesACotangentForAnyShape) {
  Tape tape;
  const Tensor x = tape.watch(tensor({1, 2, 3}));
  const Tensor y = x * x;
  EXPECT_EQ(to_vector(tape.gradient(y, tensor({1, 10, 100}))[x]), (Numbers{2, 40, 600}));
  EXPECT_EQ(to_vector(tape.gradient(y, 1)[x]), (Numbers{2, 4, 6}));
  EXPECT_EQ(to_vector(tape.gradient(x, tensor({4, 5, 6}))[x]), (Numbers{4, 5, 6}));
}

TEST(Tape, TakesACotangentThatHoldsNotANumber) {
  Tape tape;
  const Tensor x = tape.watch(tensor({1, 2}));
  const Numbers g =
      to_vector(tape.gradient(2 * x, tensor({1, std::numeric_limits<double>::quiet_NaN()}))[x]);
  EXPECT_EQ(g[0], 2);
  EXPECT_TRUE(std::isnan(g[1]));
}

TEST(Tape, LeavesTheCotangentThatItWasGivenAlone) {
  Tape tape;
  const Tensor x = tape.watch(tensor({1, 2}));
  const Tensor dy = tensor({1, 1});
  const Gradients g = tape.gradient(x + x + x, dy);
  EXPECT_EQ(to_vector(g[x]), (Numbers{3, 3}));
  EXPECT_EQ(to_vector(dy), (Numbers{1, 1}));
}

TEST(Tape, WatchesAnIntermediateResult) {
  Tape tape;
  const Tensor x = tape.watch(2);
  const Tensor h = tape.watch(x * x);
  const Gradients g = tape.gradient(h * x * 3);
  EXPECT_EQ(g[h].item(), 6);
  EXPECT_EQ(g[x].item(), 36);
}

TEST(Tape, WatchesTheSameTensorTwiceAsTwo) {
  Tape tape;
  const Tensor x = tensor({2, 3});
  const Tensor u = tape.watch(x), v = tape.watch(x);
  const Gradients g = tape.gradient(sum(u * v * v));
  EXPECT_EQ(to_vector(g[u]), (Numbers{4, 9}));
  EXPECT_EQ(to_vector(g[v]), (Numbers{8, 18}));
}

TEST(Tape, StopsAndGoesOn) {
  Tape tape;
  const Tensor x = tape.watch(3);
  EXPECT_TRUE(tape.is_recording());
  tape.stop();
  EXPECT_FALSE(tape.is_recording());
  const Tensor constant = x * x;  // 9, for the tape no function of x
  tape.resume();
  const Tensor y = constant * x;
  EXPECT_EQ(tape.gradient(y)[x].item(), 9);
  tape.stop();
  EXPECT_EQ(tape.gradient(y)[x].item(), 9);
}

TEST(Tape, TakesAResultOfAnEndedTapeAsAConstant) {
  Tensor old, old_input;
  {
    Tape tape;
    old_input = tape.watch(2);
    old = old_input * old_input;
  }
  Tape tape;
  const Tensor x = tape.watch(3);
  EXPECT_EQ(tape.gradient(old * x)[x].item(), 4);
  EXPECT_FALSE(tape.gradient(old).contains(x));
  EXPECT_EQ(tape.gradient(old_input * x * x)[x].item(), 12);
}

TEST(Tape, LeavesAnAdjointToWhomeverAskedForItWhenItEnds) {
  Tensor g;
  {
    Tape tape;
    const Tensor x = tape.watch(tensor({1, 2}));
    g = tape.gradient(sum(x * x))[x];
  }
  EXPECT_EQ(to_vector(g), (Numbers{2, 4}));
}

TEST(Tape, FreesItsMemoryWhenItEnds) {
  const auto live = [] { return memory::usage().live_bytes; };
  const Tensor x = ones({100, 100});
  const Parameter w("w", ones({100, 100}));
  const auto before = live();
  {
    Tape tape;
    const Tensor u = tape.watch(x);
    Tensor y = u;
    for (int i = 0; i < 20; ++i) y = tanh(matmul(y, w));
    const Gradients g = tape.gradient(sum(y));
    EXPECT_GT(live(), before + 20 * 100 * 100 * 8);
  }
  EXPECT_EQ(live(), before);
}

TEST(Tape, FreesItsMemoryWhenAnErrorLeavesIt) {
  const auto before = memory::usage().live_bytes;
  try {
    Tape tape;
    const Tensor x = tape.watch(ones({100}));
    matmul(exp(x), ones({3, 3}));
  } catch (const std::exception&) {
  }
  EXPECT_EQ(memory::usage().live_bytes, before);
  Tape tape;
  const Tensor x = tape.watch(2);
  EXPECT_EQ(tape.gradient(x * x)[x].item(), 4);
}

TEST(Tape, KeepsNoValueThatNoPullbackLooksAt) {
  Tape tape;
  const Tensor x = tape.watch(ones({1000}));
  const auto before = memory::usage().live_bytes;
  Tensor y = x;
  for (int i = 0; i < 50; ++i) y = negate(y) + y;
  EXPECT_LT(memory::usage().live_bytes, before + 3 * 8 * 1000);
  for (int i = 0; i < 50; ++i) y = sin(y);
  EXPECT_GT(memory::usage().live_bytes, before + 45 * 8 * 1000);
}

TEST(Tape, KeepsAnOperandOnlyIfTheOtherOneMatters) {
  Tape tape;
  const Tensor x = tape.watch(tensor({1, 2}));
  const Tensor h = negate(x);
  const Tensor y = h * tensor({3, 4});
  EXPECT_NE(tape.table().find("negate     0       f64 [2]  16     no"), std::string::npos)
      << tape.table();
  const Tensor z = h * y;
  EXPECT_NE(tape.table().find("negate     0       f64 [2]  16     yes"), std::string::npos)
      << tape.table();
  EXPECT_EQ(to_vector(tape.gradient(sum(z))[x]), (Numbers{6, 16}));
}

TEST(Tape, AsksTheSystemForNoMemoryAfterTheFirstStepOfTraining) {
  Random random(1);
  Parameter w1("w1", random.normal({16, 20}, 0, 0.3)), b1("b1", zeros({16}));
  Parameter w2("w2", random.normal({5, 16}, 0, 0.3)), b2("b2", zeros({5}));
  const Tensor x = random.normal({32, 20}), labels = random.integers({32}, 0, 5);
  const auto step = [&] {
    Tape tape;
    const Tensor loss = cross_entropy(linear(relu(linear(x, w1, b1)), w2, b2), labels);
    const Gradients g = tape.gradient(loss);
    for (Parameter* p : {&w1, &b1, &w2, &b2}) p->set(p->value() - 0.1 * g[*p]);
    return loss.item();
  };
  const double first = step();
  const auto requests = memory::usage().system_requests;
  double last = 0;
  for (int i = 0; i < 30; ++i) last = step();
  EXPECT_EQ(memory::usage().system_requests, requests);
  EXPECT_LT(last, 0.7 * first);
}

TEST(Tape, UndoesBroadcastingInEveryDirection) {
  Tape tape;
  const Tensor bias = tape.watch(tensor({1, 2, 3})), column = tape.watch(ones({2, 1})),
               number = tape.watch(scalar(2));
  const Gradients g = tape.gradient(sum((ones({2, 3}) + bias) * column * number));
  EXPECT_EQ(to_vector(g[bias]), (Numbers{4, 4, 4}));
  EXPECT_EQ(to_vector(g[column]), (Numbers{18, 18}));
  EXPECT_EQ(g[column].shape(), Shape({2, 1}));
  EXPECT_EQ(g[number].item(), 18);
}

TEST(Tape, DifferentiatesASumOfManySharesOfOneInput) {
  Tape tape;
  const Tensor x = tape.watch(tensor({1, 2}));
  Tensor y = x;
  for (int i = 0; i < 1000; ++i) y = y + x;
  const Gradients g = tape.gradient(sum(y));
  EXPECT_EQ(to_vector(g[x]), (Numbers{1001, 1001}));
}

TEST(Tape, LetsNoAdjointFlowThroughADetachedTensor) {
  Tape tape;
  const Tensor x = tape.watch(3);
  EXPECT_EQ(tape.gradient(detach(x) * x)[x].item(), 3);
}

TEST(Tape, FindsTheFirstOperationThatGivesNotANumber) {
  Tape tape;
  const Tensor x = tape.watch(tensor({1, -1}));
  const Tensor y = sum(sqrt(x + 0.5) * 2);
  EXPECT_EQ(tape.first_not_finite(y), "sqrt, node 3, f64 [2]");
  EXPECT_EQ(tape.first_not_finite(sum(x)), "");
  const Tensor overflow = exp(x * 1000);
  EXPECT_EQ(tape.first_not_finite(overflow).substr(0, 4), "exp,");
  const Tensor bad = tape.watch(tensor({std::numeric_limits<double>::infinity()}));
  EXPECT_EQ(tape.first_not_finite(bad + 1).substr(0, 16), "a watched tensor");
}

TEST(Tape, AsItsLastActGivesTheSameGradientAndForgetsEverything) {
  Parameter w("w", tensor({0.5, -2.0, 3.0}));
  const auto loss = [&] { return sum(exp(w) * square(w)); };
  Tape kept;
  const Tensor expected = kept.gradient(loss())[w];
  {
    Tape tape;
    const Tensor y = loss();
    const Gradients g = std::move(tape).gradient(y);
    EXPECT_EQ(to_vector(g[w]), to_vector(expected));
    EXPECT_THROW(tape.gradient(y), Error);  // NOLINT(bugprone-use-after-move): what is tested
  }
}

TEST(Tape, AloneGivesUpTheParametersWithItsLastGradient) {
  Parameter w("w", tensor({0.5, -2.0, 3.0}));
  Tape tape;
  const Tensor y = sum(w * square(w));
  EXPECT_EQ(w.own_numbers(), nullptr);  // the tape holds them
  const Gradients g = std::move(tape).gradient(y);
  EXPECT_NE(w.own_numbers(), nullptr);
  EXPECT_EQ(message_of([&] { tape.watch(y); }),  // NOLINT(bugprone-use-after-move)
            "watch: the tape has given up what it recorded with its last gradient; open another");
  // What was recorded is a constant from now on.
  Tape next;
  EXPECT_EQ(to_vector(next.gradient(y * sum(w))[w]), (std::vector<double>(3, y.item())));
}

TEST(Tape, InsideAnotherKeepsWhatTheOtherNeedsAfterItsLastGradient) {
  Tape outer;
  const Tensor x = outer.watch(2.0);
  Tape inner;
  const Tensor u = inner.watch(x);
  const Tensor cube = u * u * u;
  const Tensor slope = std::move(inner).gradient(cube)[u];
  EXPECT_EQ(slope.item(), 12);
  EXPECT_EQ(outer.gradient(slope)[x].item(), 12);
  EXPECT_EQ(outer.gradient(cube)[x].item(), 12);
}

}  // namespace
}  // namespace autograd
