#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "autograd/ops/arithmetic.h"
#include "autograd/ops/elementwise.h"
#include "autograd/ops/linalg.h"
#include "autograd/ops/reduce.h"
#include "autograd/tape/tape.h"
#include "autograd/tensor/factories.h"
#include "autograd/tensor/memory.h"

// Tapes inside tapes.

namespace autograd {
namespace {

using Numbers = std::vector<double>;
using F = std::function<Tensor(const Tensor&)>;

// The derivative of that order at x, by as many tapes.
Tensor derivative(const F& f, const Tensor& x, int order) {
  if (order == 0) return f(x);
  Tape tape;
  const Tensor u = tape.watch(x);
  return tape.gradient(derivative(f, u, order - 1))[u];
}

TEST(NestedTapes, DifferentiateTheFifthPowerFiveTimesOver) {
  const F fifth = [](const Tensor& x) { return x * x * x * x * x; };
  const double x = 1.5;
  const double expected[] = {
      std::pow(x, 5), 5 * std::pow(x, 4), 20 * std::pow(x, 3), 60 * x * x, 120 * x, 120};
  for (int order = 0; order <= 5; ++order) {
    EXPECT_NEAR(derivative(fifth, x, order).item(), expected[order], 1e-12) << order;
  }
}

TEST(NestedTapes, DifferentiateTanhFourTimesOver) {
  const double t = std::tanh(0.3);
  const double d1 = 1 - t * t, d2 = -2 * t * d1, d3 = -2 * d1 * d1 - 2 * t * d2,
               d4 = -6 * d1 * d2 - 2 * t * d3;
  const F f = [](const Tensor& x) { return tanh(x); };
  const double expected[] = {t, d1, d2, d3, d4};
  for (int order = 0; order <= 4; ++order) {
    EXPECT_NEAR(derivative(f, 0.3, order).item(), expected[order], 1e-13) << order;
  }
}

TEST(NestedTapes, GiveTheExampleOfTheHeader) {
  Tape outer;
  const Tensor x = outer.watch(2.0);
  Tape inner;
  const Tensor u = inner.watch(x);
  const Tensor slope = inner.gradient(u * u * u)[u];
  EXPECT_EQ(slope.item(), 12);
  EXPECT_EQ(outer.gradient(slope)[x].item(), 12);
}

TEST(NestedTapes, GiveAHessianVectorProduct) {
  const Tensor a = tensor({{2, 1}, {1, 3}}), v = tensor({1, -2});
  Tape outer;
  const Tensor x = outer.watch(tensor({0.5, 0.25}));
  Tape inner;
  const Tensor u = inner.watch(x);
  const Tensor quadratic = sum(u * matmul(a, u)) * 0.5;
  const Tensor along = sum(inner.gradient(quadratic)[u] * v);
  EXPECT_EQ(to_vector(outer.gradient(along)[x]), (Numbers{0, -5}));
}

TEST(NestedTapes, OuterDifferentiatesWhatAnEndedInnerTapeComputed) {
  Tape outer;
  const Tensor x = outer.watch(3);
  Tensor product;
  {
    Tape inner;
    const Tensor v = inner.watch(5);
    const Tensor own = v * v;  // nothing to the outer tape
    product = x * own;
    EXPECT_EQ(inner.gradient(product)[v].item(), 30);
  }
  EXPECT_EQ(outer.gradient(product)[x].item(), 25);
  EXPECT_EQ(outer.gradient(product * x)[x].item(), 150);
}

TEST(NestedTapes, AValueOfAnEndedInnerTapeIsAConstantToTheNextOne) {
  Tape outer;
  const Tensor x = outer.watch(3);
  Tensor old;
  {
    Tape inner;
    const Tensor v = inner.watch(5);
    old = v * x;
  }
  Tape inner;
  const Tensor v = inner.watch(2);
  const Tensor y = old * v;
  const Gradients g = inner.gradient(y);
  EXPECT_EQ(g[v].item(), 15);
  EXPECT_EQ(outer.gradient(y)[x].item(), 10);
  EXPECT_EQ(outer.gradient(g[v])[x].item(), 5);
}

TEST(NestedTapes, SeeOnlyTheirOwnWatchedTensors) {
  Tape outer;
  const Tensor x = outer.watch(3);
  Tape inner;
  const Tensor v = inner.watch(4);
  const Tensor y = x * x * v;
  EXPECT_EQ(inner.gradient(y)[v].item(), 9);
  EXPECT_FALSE(inner.gradient(y).contains(x));
  EXPECT_EQ(outer.gradient(y)[x].item(), 24);
  EXPECT_FALSE(outer.gradient(y).contains(v));
}

TEST(NestedTapes, CountAParameterOnceEach) {
  const Parameter w("w", scalar(3));
  Tape outer;
  const Tensor before = w * w;
  Tape inner;
  const Tensor cube = w * w * w;
  const Tensor slope = inner.gradient(cube)[w];
  EXPECT_EQ(slope.item(), 27);
  EXPECT_EQ(outer.gradient(cube)[w].item(), 27);
  EXPECT_EQ(outer.gradient(slope)[w].item(), 18);
  // What was computed before the inner tape began is a constant to it, not to the outer one.
  const Tensor mixed = before * w;
  const Tensor part = inner.gradient(mixed)[w];
  EXPECT_EQ(part.item(), 9);
  EXPECT_EQ(outer.gradient(part)[w].item(), 6);
  EXPECT_EQ(outer.gradient(mixed)[w].item(), 27);
}

TEST(NestedTapes, CountAParameterThatTheInnerTapeSawFirst) {
  const Parameter w("w", scalar(3));
  Tape outer;
  outer.stop();
  Tape inner;
  const Tensor inside = w * 2;
  outer.resume();
  const Tensor y = w * w + inside;
  EXPECT_EQ(inner.gradient(y)[w].item(), 8);
  EXPECT_EQ(outer.gradient(y)[w].item(), 6);
}

TEST(NestedTapes, CountAParameterOnceThroughOneInnerTapeAfterAnother) {
  const Parameter w("w", scalar(2));
  Tape outer;
  Tensor total = scalar(0);
  for (int i = 0; i < 5; ++i) {
    Tape inner;
    total = total + inner.gradient(w * w * w)[w];
  }
  EXPECT_EQ(total.item(), 60);
  EXPECT_EQ(outer.gradient(total)[w].item(), 60);
}

TEST(NestedTapes, TrainOnAGradientPenalty) {
  // f = |∇L|² for L = Σ w²x: ∇L = 2wx, f = Σ 4w²x², ∂f/∂w = 8wx².
  const Parameter w("w", tensor({1, 2}));
  const Tensor x = tensor({3, 5});
  Tape outer;
  Tensor penalty;
  {
    Tape inner;
    const Tensor g = inner.gradient(sum(w * w * x))[w];
    penalty = sum(g * g);
  }
  EXPECT_EQ(to_vector(outer.gradient(penalty)[w]), (Numbers{72, 400}));
}

TEST(NestedTapes, AnOuterTapeThatIsStoppedRecordsNoGradient) {
  Tape outer;
  const Tensor x = outer.watch(2);
  Tape inner;
  const Tensor u = inner.watch(x);
  const Tensor y = u * u * u;
  outer.stop();
  const Tensor slope = inner.gradient(y)[u];
  outer.resume();
  EXPECT_EQ(slope.item(), 12);
  EXPECT_FALSE(outer.gradient(slope).contains(x));
}

TEST(NestedTapes, MayEndInAnyOrder) {
  auto first = std::make_unique<Tape>();
  auto second = std::make_unique<Tape>();
  const Tensor x = second->watch(2);
  first.reset();
  Tape inner;
  const Tensor u = inner.watch(x);
  const Tensor slope = inner.gradient(u * u * u)[u];
  EXPECT_EQ(second->gradient(slope)[x].item(), 12);
  EXPECT_FALSE(inner.gradient(second->gradient(u * u)[x]).contains(u));
}

TEST(NestedTapes, UpToSixteenAreOpenAtATime) {
  std::vector<std::unique_ptr<Tape>> tapes;
  for (int i = 0; i < 16; ++i) tapes.push_back(std::make_unique<Tape>());
  const Tensor x = tapes.front()->watch(2);
  const Tensor u = tapes.back()->watch(x);
  const Tensor slope = tapes.back()->gradient(u * u)[u];
  EXPECT_EQ(tapes.front()->gradient(slope)[x].item(), 2);
}

TEST(NestedTapes, FreeTheirMemoryTogether) {
  const auto before = memory::usage().live_bytes;
  derivative([](const Tensor& x) { return sum(tanh(x)); }, ones({10}), 1);
  {
    Tape outer;
    const Tensor x = outer.watch(ones({1000}));
    for (int i = 0; i < 3; ++i) {
      Tape inner;
      const Tensor u = inner.watch(x);
      inner.gradient(sum(exp(u) * u));
    }
  }
  EXPECT_EQ(memory::usage().live_bytes, before);
}

}  // namespace
}  // namespace autograd
