#include <gtest/gtest.h>

#include <optional>
#include <vector>

#include "autograd/ops/arithmetic.h"
#include "autograd/ops/elementwise.h"
#include "autograd/ops/index.h"
#include "autograd/ops/reduce.h"
#include "autograd/tape/checkpoint.h"
#include "autograd/tape/program.h"
#include "autograd/tape/tape.h"
#include "autograd/tape/transform.h"
#include "autograd/tape/user_operation.h"
#include "autograd/tensor/factories.h"
#include "tests/autograd/tape/programs.h"
#include "tests/support/message.h"

// Programs under tapes, tapes in programs, and operations that bring their own derivative.

namespace autograd {
namespace {

using Numbers = std::vector<double>;

TEST(Program, IsRecordedByTheTapeThatItRunsUnder) {
  const Program f = product();
  Tape outer;
  const Tensor a = outer.watch(tensor({1, 2}));
  const Tensor y = f({a, a})[0];
  EXPECT_EQ(to_vector(outer.gradient(sum(y))[a]), (Numbers{2, 4}));
}

TEST(Program, CanBeDifferentiatedTwice) {
  const Program f =
      Program::record([](Inputs x) { return Outputs{sum(x[0] * x[0] * x[0])}; }, {ones({2})});
  Tape outer;
  const Tensor x = outer.watch(tensor({1, 2}));
  Tape inner;
  const Tensor u = inner.watch(x);
  const Tensor slope = inner.gradient(f({u})[0])[u];
  EXPECT_EQ(to_vector(slope), (Numbers{3, 12}));
  EXPECT_EQ(to_vector(outer.gradient(sum(slope))[x]), (Numbers{6, 12}));
}

TEST(Program, GivesParametersTheirDerivatives) {
  Parameter w("w", tensor({1, 2}));
  const Program f = Program::record([&](Inputs x) { return Outputs{sum(x[0] * w)}; }, {ones({2})});
  w.set(tensor({5, 6}));
  const Tape tape;
  EXPECT_EQ(to_vector(tape.gradient(f({tensor({3, 4})})[0])[w]), (Numbers{3, 4}));
}

TEST(Program, HasAPullbackThatATapeOutsideRecords) {
  const Program f =
      Program::record([](Inputs x) { return Outputs{x[0] * x[0] * x[0]}; }, {ones({2})});
  Tape outer;
  const Tensor x = outer.watch(tensor({1, 2}));
  const Tensor dx = f.vjp({&x, 1}, Outputs{1})[0];
  EXPECT_EQ(to_vector(dx), (Numbers{3, 12}));
  EXPECT_EQ(to_vector(outer.gradient(sum(dx))[x]), (Numbers{6, 12}));
}

TEST(Program, LeavesNothingOnATapeThatIsOpenWhileItIsRecorded) {
  Tape outer;
  const Tensor w = outer.watch(tensor({2, 3}));
  const Tensor c = exp(w) * 0 + 5;
  const std::size_t before = outer.size();
  const Program f = Program::record(
      [&](Inputs x) {
        return Outputs{x[0] * c, c};
      },
      {outer.watch(ones({2}))});
  EXPECT_EQ(outer.size(), before + 1);
  EXPECT_TRUE(outer.is_recording());
  EXPECT_EQ(f.size(), 4U) << f.table();
  EXPECT_EQ(to_vector(f({tensor({1, 2})})[0]), (Numbers{5, 10}));
  EXPECT_EQ(to_vector(f({tensor({1, 2})})[1]), (Numbers{5, 5}));
  EXPECT_EQ(to_vector(outer.gradient(sum(w * w))[w]), (Numbers{4, 6}));
}

TEST(Program, LeavesTheTapeOutsideRecordingWhenItsFunctionThrows) {
  Tape outer;
  const Tensor x = outer.watch(tensor({1, 2}));
  EXPECT_EQ(message_of([&] {
              Program::record([](Inputs in) { return Outputs{in[0] + ones({3})}; }, {x});
            }),
            "add: shapes [2] and [3] do not broadcast: axis -1 is 2 against 3; make them equal, or "
            "one of them 1");
  EXPECT_EQ(to_vector(outer.gradient(sum(x * x))[x]), (Numbers{2, 4}));
}

TEST(Program, RecordsGradients) {
  const Program f = Program::record(
      [](Inputs x) {
        return Outputs{gradient([](const Tensor& u) { return sum(u * u * u); }, x[0])};
      },
      {tensor({1, 2})});
  const Tensor x = tensor({3, 4}), v = tensor({1, 10});
  EXPECT_EQ(to_vector(f({x})[0]), (Numbers{27, 48}));
  EXPECT_EQ(to_vector(f.jvp({&x, 1}, {&v, 1}).dy[0]), (Numbers{18, 240}));
}

TEST(Program, HoldsTheGradientOfAParameter) {
  Parameter w("w", tensor({2, 3}));
  const Program f = Program::record(
      [&](Inputs x) {
        Tape tape;
        return Outputs{tape.gradient(sum(w * w * x[0]))[w]};
      },
      {tensor({1, 1})});
  w.set(tensor({5, 7}));
  EXPECT_EQ(to_vector(f({tensor({1, 2})})[0]), (Numbers{10, 28}));
}

UserOperation cube() {
  return {"cube",
          [](Inputs x) { return x[0] * x[0] * x[0]; },
          {[](const Tensor& dy, Inputs x, const Tensor&) { return dy * 3 * x[0] * x[0]; }}};
}

TEST(Program, HoldsOperationsOfUsersThatHaveGoneOutOfScope) {
  std::optional<Program> f;
  {
    const UserOperation mine = cube();
    Tape outer;
    Tensor x = outer.watch(tensor({1, 2}));
    f = Program::record([&](Inputs in) { return Outputs{mine({in[0]})}; }, {x});
  }
  const Tensor x = tensor({2, 3}), one = ones({2});
  EXPECT_EQ(to_vector((*f)({x})[0]), (Numbers{8, 27}));
  EXPECT_EQ(to_vector(f->vjp({&x, 1}, {&one, 1})[0]), (Numbers{12, 27}));
  EXPECT_FALSE(f->has_jvp());
  EXPECT_TRUE(product().has_jvp());
  EXPECT_EQ(message_of([&] {
              f->jvp({&x, 1}, {&one, 1});
            }),
            "jvp: cube is known for tensors alone, not for dual numbers; use vjp");
}

TEST(Program, RunsOperationsOfUsersOnIndicesAloneInAJvp) {
  const UserOperation next("next", [](Inputs x) { return to(to(x[0], f64) + 1, i64); }, {{}});
  const Program f = Program::record([&](Inputs x) { return Outputs{gather(x[0], next({x[1]}))}; },
                                    {tensor({1, 2, 3}), labels({0})});
  EXPECT_TRUE(f.has_jvp());
  const Outputs x{tensor({1, 2, 3}), labels({1})}, v{tensor({4, 5, 6}), {}};
  EXPECT_EQ(f.jvp(x, v).dy[0].item(), 6);
}

TEST(Program, HoldsCheckpoints) {
  Parameter w("w", tensor({2, 3}));
  const Program f = Program::record(
      [&](Inputs x) {
        return Outputs{checkpoint([&](Inputs in) { return sin(in[0]) * w; }, {x[0]})};
      },
      {ones({2})});
  w.set(tensor({5, 7}));
  const Tensor x = tensor({0, 1}), one = ones({2});
  EXPECT_EQ(to_vector(f({x})[0]), to_vector(sin(x) * w.value()));
  EXPECT_EQ(to_vector(f.vjp({&x, 1}, {&one, 1})[0]), to_vector(w.value() * cos(x)));
  EXPECT_EQ(message_of([&] {
              f.jvp({&x, 1}, {&one, 1});
            }),
            "jvp: checkpoint is known for tensors alone, not for dual numbers; use vjp");
}

TEST(Program, DoesNotMixUpTwoRunsOfACheckpoint) {
  const Program f = Program::record(
      [](Inputs x) { return Outputs{checkpoint([](Inputs in) { return in[0] * in[1]; }, x)}; },
      {ones({2}), ones({2})});
  const Tensor dy = ones({2});
  {
    Tape tape;
    const Tensor a = tape.watch(tensor({1, 2}));
    EXPECT_EQ(to_vector(tape.gradient(f({a, tensor({3, 4})})[0], dy)[a]), (Numbers{3, 4}));
  }
  Tape tape;
  const Tensor b = tape.watch(tensor({5, 6}));
  EXPECT_EQ(to_vector(tape.gradient(f({tensor({7, 8}), b})[0], dy)[b]), (Numbers{7, 8}));
}

}  // namespace
}  // namespace autograd
