#include "autograd/tape/user_operation.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "autograd/ops/arithmetic.h"
#include "autograd/ops/elementwise.h"
#include "autograd/ops/index.h"
#include "autograd/ops/reduce.h"
#include "autograd/ops/shape.h"
#include "autograd/tape/tape.h"
#include "autograd/tensor/factories.h"
#include "autograd/tensor/memory.h"
#include "tests/support/message.h"

namespace autograd {
namespace {

using Numbers = std::vector<double>;
using Inputs = std::span<const Tensor>;

UserOperation cube() {
  return {"cube",
          [](Inputs x) { return x[0] * x[0] * x[0]; },
          {[](const Tensor& dy, Inputs x, const Tensor&) { return dy * 3 * x[0] * x[0]; }}};
}

TEST(UserOperation, IsOneNodeWithTheDerivativeItBrings) {
  Tape tape;
  const Tensor x = tape.watch(tensor({1, 2}));
  const Tensor y = cube()({x});
  EXPECT_EQ(tape.size(), 2U);
  EXPECT_EQ(to_vector(y), (Numbers{1, 8}));
  EXPECT_EQ(to_vector(tape.gradient(sum(y))[x]), (Numbers{3, 12}));
}

TEST(UserOperation, HasASecondDerivative) {
  Tape outer;
  const Tensor x = outer.watch(2);
  Tape inner;
  const Tensor u = inner.watch(x);
  const Tensor slope = inner.gradient(cube()({u}))[u];
  EXPECT_EQ(slope.item(), 12);
  EXPECT_EQ(outer.gradient(slope)[x].item(), 12);
}

TEST(UserOperation, MayLookAtItsOutput) {
  const UserOperation e("e", [](Inputs x) { return exp(x[0]); },
                        {[](const Tensor& dy, Inputs, const Tensor& y) { return dy * y; }});
  Tape tape;
  const Tensor x = tape.watch(tensor({0, 1}));
  const Tensor y = e({x});
  EXPECT_EQ(to_vector(tape.gradient(sum(y))[x]), to_vector(y));
}

TEST(UserOperation, IsJustItsValueWithoutATape) {
  const Tensor y = cube()({tensor({1, 2})});
  EXPECT_EQ(to_vector(y), (Numbers{1, 8}));
  EXPECT_EQ(y.trace().key, 0U);
}

TEST(UserOperation, OutlivesItsObjectOnTheTape) {
  Tape tape;
  const Tensor x = tape.watch(2);
  Tensor y;
  {
    const UserOperation mine = cube();
    y = mine({x});
  }
  EXPECT_EQ(tape.gradient(y)[x].item(), 12);
}

TEST(UserOperation, RunsOnlyThePullbacksOfWhatIsWatched) {
  std::vector<int> runs(2);
  const UserOperation product("product", [](Inputs x) { return x[0] * x[1]; },
                              {[&](const Tensor& dy, Inputs x, const Tensor&) {
                                 ++runs[0];
                                 return dy * x[1];
                               },
                               [&](const Tensor& dy, Inputs x, const Tensor&) {
                                 ++runs[1];
                                 return dy * x[0];
                               }});
  Tape tape;
  const Tensor x = tape.watch(2);
  EXPECT_EQ(tape.gradient(product({x, 5}))[x].item(), 5);
  EXPECT_EQ(runs, (std::vector<int>{1, 0}));
  EXPECT_EQ(tape.gradient(product({3, x}))[x].item(), 3);
  EXPECT_EQ(runs, (std::vector<int>{1, 1}));
}

TEST(UserOperation, TakesLabelsWithoutADerivative) {
  const UserOperation chosen("chosen", [](Inputs x) { return pick(x[0], x[1]); },
                             {[](const Tensor& dy, Inputs x, const Tensor&) {
                                return one_hot(x[1], x[0].extent(-1)) * reshape(dy, {-1, 1});
                              },
                              {}});
  Tape tape;
  const Tensor x = tape.watch(tensor({{1, 2}, {3, 4}}));
  const Tensor y = chosen({x, tensor(std::vector<std::int64_t>{1, 0})});
  EXPECT_EQ(to_vector(y), (Numbers{2, 3}));
  EXPECT_EQ(to_vector(tape.gradient(sum(y))[x]), (Numbers{0, 1, 1, 0}));
}

TEST(UserOperation, MayTakeAGradientToComputeItsValue) {
  // y = d(x³)/dx, by a tape of its own, with the derivative 6x by hand.
  const UserOperation slope(
      "slope",
      [](Inputs x) {
        Tape tape;
        const Tensor u = tape.watch(x[0]);
        return tape.gradient(u * u * u)[u];
      },
      {[](const Tensor& dy, Inputs x, const Tensor&) { return dy * 6 * x[0]; }});
  EXPECT_EQ(slope({2}).item(), 12);
  Tape tape;
  const Tensor x = tape.watch(2);
  const Tensor y = slope({x});
  EXPECT_EQ(y.item(), 12);
  EXPECT_EQ(tape.gradient(y)[x].item(), 12);
}

TEST(UserOperation, MayGiveItsAdjointAsAPlainNumber) {
  const UserOperation twice(
      "twice", [](Inputs x) { return x[0] * 2; },
      {[](const Tensor& dy, Inputs, const Tensor&) { return Tensor(2 * dy.item()); }});
  Tape tape;
  const Tensor x = tape.watch(scalar(3, f32));
  const Tensor g = tape.gradient(twice({x}) * x)[x];
  EXPECT_EQ(g.item(), 12);
  EXPECT_EQ(g.dtype(), f32);
}

TEST(UserOperation, SaysWhatIsWrongWithItsDefinition) {
  EXPECT_EQ(message_of([] { UserOperation("f", {}, {}); }), "f: it has no value function");
  EXPECT_EQ(message_of([] {
              UserOperation(
                  "f", [](Inputs x) { return x[0]; }, std::vector<UserOperation::Pullback>(31));
            }),
            "f: expected at most 30 inputs");
  EXPECT_EQ(message_of([] { cube()({1, 2}); }), "cube: expected 1 inputs, one a pullback; got 2");
  const UserOperation nothing("nothing", [](Inputs) { return Tensor(); }, {});
  EXPECT_EQ(message_of([&] { nothing({}); }), "nothing: its value is no tensor; expected one");
}

TEST(UserOperation, SaysWhenAPullbackGivesTheWrongShapeOrDtype) {
  const auto with = [](UserOperation::Pullback pullback) {
    return message_of([&] {
      const UserOperation f("f", [](Inputs x) { return x[0] * 1; }, {pullback});
      Tape tape;
      const Tensor x = tape.watch(tensor({1, 2}));
      static_cast<void>(tape.gradient(sum(f({x}))));
    });
  };
  EXPECT_EQ(with([](const Tensor& dy, Inputs, const Tensor&) { return sum(dy); }),
            "f: the pullback of input 0 gave shape []; expected the input's, [2]");
  EXPECT_EQ(with([](const Tensor& dy, Inputs, const Tensor&) { return to(dy, f32); }),
            "f: the pullback of input 0 gave f32; expected the input's dtype, f64");
}

TEST(UserOperation, AnErrorInItsValueLeavesTheTapeRecording) {
  const UserOperation fails("fails", [](Inputs) -> Tensor { throw Error("no value"); }, {{}});
  Tape tape;
  const Tensor x = tape.watch(2);
  EXPECT_EQ(message_of([&] { fails({x}); }), "no value");
  EXPECT_EQ(tape.gradient(x * x)[x].item(), 4);
}

TEST(UserOperation, ReplacesTheDerivativeOfABlock) {
  const Parameter w("w", tensor({2, 3}));
  const UserOperation clipped(
      "clipped",
      [](Inputs x) {
        const Tensor y = x[0] * x[1];
        return sin(y) + y * y;
      },
      {[](const Tensor& dy, Inputs x, const Tensor&) { return minimum(dy * x[1], 2.5); },
       [](const Tensor& dy, Inputs x, const Tensor&) { return dy * x[0]; }});
  Tape tape;
  const Tensor x = tape.watch(tensor({1, 10}));
  const Tensor y = clipped({x, w});
  EXPECT_EQ(to_vector(y), to_vector(sin(tensor({2, 30})) + square(tensor({2, 30}))));
  const Gradients g = tape.gradient(sum(y));
  EXPECT_EQ(to_vector(g[x]), (Numbers{2, 2.5}));
  EXPECT_EQ(to_vector(g[w]), (Numbers{1, 10}));
}

TEST(UserOperation, CanRoundWithTheDerivativeOfTheIdentity) {
  const UserOperation rounded(
      "rounded", [](Inputs x) { return to(to(x[0], i64), f64); },
      {[](const Tensor& dy, Inputs, const Tensor&) { return maximum(minimum(dy, 1), -1); }});
  Tape tape;
  const Tensor x = tape.watch(tensor({1.7, -2.2}));
  const Tensor y = rounded({x});
  EXPECT_EQ(to_vector(y), (Numbers{1, -2}));
  EXPECT_EQ(to_vector(tape.gradient(y, tensor({0.5, 7}))[x]), (Numbers{0.5, 1}));
}

}  // namespace
}  // namespace autograd
