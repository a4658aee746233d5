#include "autograd/tape/checkpoint.h"

#include <gtest/gtest.h>

#include <vector>

#include "autograd/ops/arithmetic.h"
#include "autograd/ops/elementwise.h"
#include "autograd/ops/index.h"
#include "autograd/ops/linalg.h"
#include "autograd/ops/reduce.h"
#include "autograd/tape/tape.h"
#include "autograd/tensor/factories.h"
#include "autograd/tensor/memory.h"
#include "tests/support/message.h"

namespace autograd {
namespace {

using Inputs = std::span<const Tensor>;

Tensor sine_of_square(Inputs x) { return sin(x[0] * x[0]); }

TEST(Checkpoint, IsOneNodeThatKeepsOnlyItsInputs) {
  Tape tape;
  const Tensor x = tape.watch(tensor({1, 2}));
  const Tensor y = checkpoint(sine_of_square, {x});
  EXPECT_EQ(tape.size(), 2U);
  EXPECT_EQ(to_vector(y), to_vector(sin(square(tensor({1, 2})))));
}

TEST(Checkpoint, HasTheGradientOfWhatItRuns) {
  Tape tape;
  const Tensor x = tape.watch(tensor({1, 2}));
  const auto with = to_vector(tape.gradient(sum(checkpoint(sine_of_square, {x})))[x]);
  const std::vector<Tensor> inputs{x};
  EXPECT_EQ(with, to_vector(tape.gradient(sum(sine_of_square(inputs)))[x]));
}

TEST(Checkpoint, RunsOnceMoreForAllInputsAndParameters) {
  const Parameter w("w", tensor({3, 4})), b("b", tensor({0.5}));
  int runs = 0;
  const auto f = [&](Inputs x) {
    ++runs;
    return x[0] * w * x[1] + b * w;
  };
  Tape tape;
  const Tensor x = tape.watch(tensor({1, 2})), v = tape.watch(tensor({5, 6}));
  const Tensor y = checkpoint(f, {x, v});
  EXPECT_EQ(runs, 1);
  const Gradients g = tape.gradient(sum(y));
  EXPECT_EQ(runs, 2);
  EXPECT_EQ(to_vector(g[x]), (std::vector<double>{15, 24}));
  EXPECT_EQ(to_vector(g[v]), (std::vector<double>{3, 8}));
  EXPECT_EQ(to_vector(g[w]), (std::vector<double>{5.5, 12.5}));
  EXPECT_EQ(to_vector(g[b]), (std::vector<double>{7}));
}

TEST(Checkpoint, AddsToWhatAParameterGetsElsewhere) {
  const Parameter w("w", tensor({3, 4}));
  Tape tape;
  const Tensor y = checkpoint([&](Inputs x) { return x[0] * w; }, {Tensor(w)}) + w;
  EXPECT_EQ(to_vector(tape.gradient(sum(y))[w]), (std::vector<double>{7, 9}));
}

TEST(Checkpoint, OfAConstantDifferentiatesItsParameters) {
  const Parameter w("w", tensor({3, 4}));
  Tape tape;
  const Tensor y = checkpoint([&](Inputs x) { return x[0] * w; }, {tensor({1, 2})});
  EXPECT_EQ(to_vector(tape.gradient(sum(y))[w]), (std::vector<double>{1, 2}));
}

TEST(Checkpoint, TakesIndicesAmongItsInputs) {
  Tape tape;
  const Tensor x = tape.watch(tensor({{1, 2}, {3, 4}}));
  const Tensor y = checkpoint([](Inputs in) { return pick(in[0], in[1]) * 2; },
                              {x, tensor(std::vector<Index>{1, 0})});
  EXPECT_EQ(to_vector(tape.gradient(sum(y))[x]), (std::vector<double>{0, 2, 2, 0}));
}

TEST(Checkpoint, MayBeAskedAgain) {
  Tape tape;
  const Tensor x = tape.watch(tensor({1, 2}));
  const Tensor y = checkpoint(sine_of_square, {x});
  const Tensor first = sum(y), second = sum(2 * y);
  const auto once = to_vector(tape.gradient(first)[x]);
  EXPECT_EQ(to_vector(tape.gradient(second)[x]), to_vector(2 * tensor(once)));
  EXPECT_EQ(to_vector(tape.gradient(first)[x]), once);
}

TEST(Checkpoint, HasSecondDerivativesOfInputsAndParameters) {
  const Parameter w("w", scalar(3));
  Tape outer;
  const Tensor x = outer.watch(2);
  Tensor slope;
  {
    Tape inner;
    const Tensor u = inner.watch(x);
    const Tensor y = checkpoint([&](Inputs in) { return in[0] * in[0] * in[0] * w; }, {u});
    slope = inner.gradient(y)[u];
  }
  EXPECT_EQ(slope.item(), 36);  // 3x²w
  const Gradients g = outer.gradient(slope);
  EXPECT_EQ(g[x].item(), 36);  // 6xw
  EXPECT_EQ(g[w].item(), 12);  // 3x²
}

TEST(Checkpoint, StandsInsideAnother) {
  const Parameter w("w", tensor({3, 4}));
  const auto inner = [&](Inputs x) { return sin(x[0] * w); };
  const auto outer = [&](Inputs x) { return checkpoint(inner, {checkpoint(inner, {x[0]})}); };
  Tape tape;
  const Tensor x = tape.watch(tensor({1, 2}));
  const Gradients g = tape.gradient(sum(checkpoint(outer, {x})));
  const Gradients plain = tape.gradient(sum(sin(sin(x * w) * w)));
  EXPECT_EQ(to_vector(g[x]), to_vector(plain[x]));
  EXPECT_EQ(to_vector(g[w]), to_vector(plain[w]));
}

// Sixteen layers of a megabyte each: the tape holds what lies between the blocks of four, and one
// block at a time while it is pulled back.
TEST(Checkpoint, HoldsLessAtATimeThanTheTapeWithoutIt) {
  const Tensor start = ones({1 << 17});
  const auto block = [](Inputs x) {
    Tensor y = x[0];
    for (int i = 0; i < 4; ++i) y = sin(y);
    return y;
  };
  const auto peak = [&](bool checkpointed) {
    memory::reset_peak();
    Tape tape;
    const Tensor x = tape.watch(start);
    Tensor y = x;
    for (int i = 0; i < 4; ++i) {
      const std::vector<Tensor> in{y};
      y = checkpointed ? checkpoint(block, in) : block(in);
    }
    tape.gradient(sum(y));
    return memory::usage().peak_bytes;
  };
  const auto without = peak(false);
  EXPECT_LT(peak(true), without * 3 / 4);
}

TEST(Checkpoint, IsJustFWithoutATape) {
  EXPECT_EQ(to_vector(checkpoint(sine_of_square, {tensor({0})})), (std::vector<double>{0}));
}

TEST(Checkpoint, RefusesARecordedTensorThatIsNotAnInput) {
  Tape tape;
  const Tensor x = tape.watch(tensor({1, 2})), w = 2 * x;
  const std::string message =
      "checkpoint: f uses a recorded tensor of shape [2] that is not among its inputs; hand it "
      "over as an input";
  EXPECT_EQ(message_of([&] { checkpoint([&](Inputs in) { return in[0] * w; }, {x}); }), message);
  EXPECT_EQ(message_of([&] { checkpoint([&](Inputs) { return w; }, {x}); }), message);
  // The tape goes on as if nothing had happened.
  EXPECT_EQ(to_vector(tape.gradient(sum(w))[x]), (std::vector<double>{2, 2}));
}

TEST(Checkpoint, RefusesAParameterThatHasBeenSetSince) {
  Parameter w("w", tensor({3, 4}));
  Tape tape;
  const Tensor y = sum(checkpoint([&](Inputs x) { return x[0] * w; }, {ones({2})}));
  w.set(tensor({5, 6}));
  EXPECT_EQ(message_of([&] { tape.gradient(y); }),
            "checkpoint: the parameter w has been set since f was computed with it; take the "
            "gradient before");
}

TEST(Checkpoint, RefusesMoreThanThirtyInputs) {
  Tape tape;
  const std::vector<Tensor> many(31, tape.watch(1));
  EXPECT_EQ(message_of([&] { checkpoint([](Inputs x) { return x[0]; }, many); }),
            "checkpoint: expected at most 30 inputs; got 31; join some of them with concatenate or "
            "stack");
  EXPECT_EQ(message_of([&] { checkpoint([](Inputs) { return Tensor(); }, {many[0]}); }),
            "checkpoint: f gave no tensor; expected one");
}

}  // namespace
}  // namespace autograd
