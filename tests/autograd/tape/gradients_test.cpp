#include "autograd/tape/gradients.h"

#include <gtest/gtest.h>

#include <vector>

#include "autograd/ops/arithmetic.h"
#include "autograd/ops/reduce.h"
#include "autograd/tape/tape.h"
#include "autograd/tensor/factories.h"

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
