#include "autograd/tape/program.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "autograd/ops/arithmetic.h"
#include "autograd/ops/elementwise.h"
#include "autograd/ops/index.h"
#include "autograd/ops/reduce.h"
#include "autograd/tensor/factories.h"
#include "autograd/tensor/memory.h"
#include "tests/autograd/tape/programs.h"
#include "tests/support/message.h"

namespace autograd {
namespace {

using Numbers = std::vector<double>;

TEST(Program, IsAFunctionOfNewInputs) {
  const Program f = product();
  EXPECT_EQ(to_vector(f({tensor({5, 6}), tensor({7, 8})})[0]), (Numbers{35, 48}));
  EXPECT_EQ(to_vector(f({tensor({1, 0}), tensor({2, 9})})[0]), (Numbers{2, 0}));
  EXPECT_EQ(f.size(), 3U);
  EXPECT_EQ(f.inputs(), 2U);
  EXPECT_EQ(f.outputs(), 1U);
}

TEST(Program, RecordsInEitherDtype) {
  const Program f =
      Program::record([](Inputs x) { return Outputs{exp(x[0])}; }, {tensor({1}, f32)});
  const Tensor y = f({tensor({2}, f32)})[0];
  EXPECT_EQ(y.dtype(), f32);
  EXPECT_EQ(y.item(), exp(tensor({2}, f32)).item());
}

TEST(Program, KeepsOnlyWhatTheOutputsDependOn) {
  const Program f = Program::record(
      [](Inputs x) {
        exp(x[0]);
        return Outputs{sin(x[0])};
      },
      {1});
  EXPECT_EQ(f.size(), 2U);
}

TEST(Program, TakesTheBranchesThatWereTakenWhileRecording) {
  const auto f = [](Inputs x) { return Outputs{x[0].item() > 0 ? 2 * x[0] : 3 * x[0]}; };
  EXPECT_EQ(Program::record(f, {1})({-1})[0].item(), -2);
}

TEST(Program, ReadsParametersAtTheTimeOfTheRun) {
  Parameter w("w", tensor({1, 2}));
  const Program f = Program::record([&](Inputs x) { return Outputs{x[0] * w}; }, {tensor({1, 1})});
  w.set(tensor({10, 20}));
  EXPECT_EQ(to_vector(f({tensor({1, 2})})[0]), (Numbers{10, 40}));
  const Tensor one = tensor({1, 1});
  EXPECT_EQ(to_vector(f.jvp({&one, 1}, {&one, 1}).dy[0]), (Numbers{10, 20}));
  EXPECT_EQ(to_vector(f.vjp({&one, 1}, {&one, 1})[0]), (Numbers{10, 20}));
}

TEST(Program, MayReturnAParameter) {
  Parameter w("w", tensor({1, 2}));
  const Program f = Program::record([&](Inputs) { return Outputs{w}; }, {1});
  w.set(tensor({3, 4}));
  EXPECT_EQ(to_vector(f({1})[0]), (Numbers{3, 4}));
}

TEST(Program, KeepsOtherTensorsAsConstants) {
  Tensor c = tensor({2, 3});
  const Program f = Program::record([&](Inputs x) { return Outputs{x[0] * c}; }, {ones({2})});
  c = zeros({2});
  EXPECT_EQ(to_vector(f({ones({2})})[0]), (Numbers{2, 3}));
}

TEST(Program, TakesIndices) {
  const Program f = Program::record([](Inputs x) { return Outputs{gather(x[0], x[1])}; },
                                    {tensor({1, 2, 3}), labels({0, 1})});
  const Outputs x{tensor({5, 6, 7}), labels({2, 2})};
  EXPECT_EQ(to_vector(f(x)[0]), (Numbers{7, 7}));
  const Outputs v{tensor({1, 10, 100}), {}};
  EXPECT_EQ(to_vector(f.jvp(x, v).dy[0]), (Numbers{100, 100}));
  const Outputs dx = f.vjp(x, Outputs{tensor({1, 2})});
  EXPECT_EQ(to_vector(dx[0]), (Numbers{0, 0, 3}));
  EXPECT_FALSE(dx[1].defined());
}

TEST(Program, GivesIndicesWithoutADerivative) {
  const Program f = Program::record(
      [](Inputs x) {
        return Outputs{argmax(x[0]), x[0] * 2, to(x[0], i64)};
      },
      {tensor({1, 2, 3})});
  const Tensor x = tensor({5, 9, 7}), v = ones({3});
  EXPECT_EQ(f({x})[0].item(), 1);
  const Program::Pushed pushed = f.jvp({&x, 1}, {&v, 1});
  EXPECT_EQ(pushed.y[0].dtype(), i64);
  EXPECT_EQ(pushed.y[0].item(), 1);
  EXPECT_EQ(to_vector(pushed.y[2]), (Numbers{5, 9, 7}));
  EXPECT_FALSE(pushed.dy[0].defined());
  EXPECT_EQ(to_vector(pushed.dy[1]), (Numbers{2, 2, 2}));
  EXPECT_EQ(to_vector(f.vjp({&x, 1}, Outputs{{}, v, {}})[0]), (Numbers{2, 2, 2}));
}

TEST(Program, GivesOutputsThatDependOnNothing) {
  const Program f = Program::record([](Inputs x) { return Outputs{3, ones({2}, f32), x[0]}; }, {1});
  const Outputs y = f({7});
  EXPECT_EQ(y[0].item(), 3);
  EXPECT_EQ(y[0].dtype(), f64);
  EXPECT_EQ(y[1].dtype(), f32);
  EXPECT_EQ(y[2].item(), 7);
  const Tensor x = 7;
  const Program::Pushed pushed = f.jvp({&x, 1}, {&x, 1});
  EXPECT_EQ(pushed.dy[0].item(), 0);
  EXPECT_EQ(to_vector(pushed.dy[1]), (Numbers{0, 0}));
  EXPECT_EQ(f.vjp({&x, 1}, Outputs{1, {}, {}})[0].item(), 0);
}

TEST(Program, TakesAnUndefinedAdjointOrDirectionForZeros) {
  const Program f = product();
  const Outputs x{tensor({1, 2}), tensor({3, 4})};
  EXPECT_EQ(to_vector(f.jvp(x, Outputs{{}, ones({2})}).dy[0]), (Numbers{1, 2}));
  EXPECT_EQ(to_vector(f.jvp(x, Outputs{{}, {}}).dy[0]), (Numbers{0, 0}));
  EXPECT_EQ(to_vector(f.vjp(x, Outputs{{}})[1]), (Numbers{0, 0}));
}

TEST(Program, MayReturnItsInputAndTheSameTwice) {
  const Program f = Program::record(
      [](Inputs x) {
        const Tensor y = exp(x[0]);
        return Outputs{x[0], y, y, sum(y), x[0]};
      },
      {tensor({1, 2})});
  const Tensor x = tensor({0, 1});
  const Outputs y = f({x});
  EXPECT_TRUE(y[0].same_storage(x));
  EXPECT_EQ(to_vector(y[4]), (Numbers{0, 1}));
  EXPECT_EQ(to_vector(y[1]), to_vector(exp(x)));
  EXPECT_EQ(to_vector(y[2]), to_vector(exp(x)));
  const Tensor dy = ones({2});
  EXPECT_EQ(to_vector(f.vjp({&x, 1}, Outputs{dy, {}, {}, {}, dy})[0]), (Numbers{2, 2}));
  EXPECT_EQ(to_vector(f.vjp({&x, 1}, Outputs{{}, dy, dy, {}, {}})[0]), to_vector(2 * exp(x)));
}

TEST(Program, OfNoOutputsOrInputsIsOneToo) {
  EXPECT_TRUE(Program::record([](Inputs) { return Outputs{}; }, {1})({2}).empty());
  const Program f = Program::record([](Inputs) { return Outputs{2}; }, {});
  EXPECT_EQ(f(std::span<const Tensor>{})[0].item(), 2);
}

TEST(Program, KnowsAnInputThatIsGivenTwiceAsTwo) {
  const Tensor x = tensor({1, 2});
  const Program f = Program::record([](Inputs in) { return Outputs{in[0] - in[1]}; }, {x, x});
  EXPECT_EQ(to_vector(f({tensor({5, 5}), tensor({1, 2})})[0]), (Numbers{4, 3}));
}

TEST(Program, GivesUpAValueAfterItsLastReader) {
  const auto chain = [](Inputs x) {
    Tensor y = x[0];
    for (int i = 0; i < 50; ++i) y = y + 1;
    return Outputs{y};
  };
  const Index size = 10000;
  const Program f = Program::record(chain, {zeros({size})});
  const Tensor x = ones({size});
  memory::reset_peak();
  const auto before = memory::usage().live_bytes;
  const Tensor y = f({x})[0];
  EXPECT_EQ(y.at({size - 1}), 51);
  EXPECT_LT(memory::usage().peak_bytes, before + 4 * 8 * size);
}

TEST(Program, OfManyStepsNeedsNoStack) {
  const int steps = 100000;
  const Program f = Program::record(
      [](Inputs x) {
        Tensor y = x[0];
        for (int i = 0; i < steps; ++i) y = sin(y);
        return Outputs{y};
      },
      {0});
  EXPECT_EQ(f.size(), steps + 1U);
  const Tensor x = 0, one = 1;
  EXPECT_EQ(f.jvp({&x, 1}, {&one, 1}).dy[0].item(), 1);
  EXPECT_EQ(f.vjp({&x, 1}, {&one, 1})[0].item(), 1);
}

TEST(Program, SaysWhichInputIsNotAsRecorded) {
  const Program f = product();
  const Tensor x = tensor({1, 2});
  const auto both = [](const std::string& rest) { return "input 1 was recorded as " + rest; };
  EXPECT_EQ(message_of([&] { f({x}); }), "Program: expected 2 inputs; got 1");
  EXPECT_EQ(message_of([&] { f({x, ones({3})}); }), "Program: " + both("f64 [2]; got f64 [3]"));
  EXPECT_EQ(message_of([&] {
              f({x, tensor({1, 2}, f32)});
            }),
            "Program: " + both("f64 [2]; got f32 [2]"));
  EXPECT_EQ(message_of([&] {
              f({x, labels({1, 2})});
            }),
            "Program: " + both("f64 [2]; got i64 [2]"));
  const Outputs wrong{x, ones({3})}, v{x, x};
  EXPECT_EQ(message_of([&] { f.jvp(wrong, v); }), "jvp: " + both("f64 [2]; got f64 [3]"));
  EXPECT_EQ(message_of([&] { f.vjp(wrong, {&x, 1}); }), "vjp: " + both("f64 [2]; got f64 [3]"));
  EXPECT_EQ(message_of([&] { f.vjp({&x, 1}, {&x, 1}); }), "vjp: expected 2 inputs; got 1");
  EXPECT_EQ(message_of([&] { f.profile(wrong); }), "profile: " + both("f64 [2]; got f64 [3]"));
  EXPECT_EQ(message_of([&] {
              f({x, Tensor()});
            }),
            "tensor: used before it was given a value; assign it a tensor first");
}

TEST(Program, SaysWhichDirectionOrAdjointIsWrong) {
  const Program f = Program::record(
      [](Inputs x) {
        return Outputs{gather(x[0], x[1]), x[1]};
      },
      {tensor({1, 2, 3}), labels({0, 1})});
  const Outputs x{tensor({1, 2, 3}), labels({0, 1})};
  const Tensor two = tensor({1, 2}), three = tensor({1, 2, 3});
  EXPECT_EQ(message_of([&] {
              f.jvp(x, {&three, 1});
            }),
            "jvp: expected a direction for each of 2 inputs; got 1");
  EXPECT_EQ(message_of([&] {
              f.jvp(x, Outputs{two, {}});
            }),
            "jvp: the direction of input 0 must be f64 [3]; got f64 [2]");
  EXPECT_EQ(message_of([&] {
              f.jvp(x, Outputs{three, x[1]});
            }),
            "jvp: the direction of input 1 must be undefined, for it is i64; got i64 [2]");
  EXPECT_EQ(message_of([&] {
              f.vjp(x, {&two, 1});
            }),
            "vjp: expected an adjoint for each of 2 outputs; got 1");
  EXPECT_EQ(message_of([&] {
              f.vjp(x, Outputs{three, {}});
            }),
            "vjp: the adjoint of output 0 must be f64 [2]; got f64 [3]");
  EXPECT_EQ(message_of([&] {
              f.vjp(x, Outputs{tensor({1, 2}, f32), {}});
            }),
            "vjp: the adjoint of output 0 must be f64 [2]; got f32 [2]");
  EXPECT_EQ(message_of([&] {
              f.vjp(x, Outputs{two, two});
            }),
            "vjp: the adjoint of output 1 must be undefined, for it is i64; got f64 [2]");
}

TEST(Program, InF64ComputesWithoutTheRoundingOfF32) {
  const Tensor third = tensor({1.0 / 3}, f32), x = tensor({0.1}, f32);
  Parameter w("w", tensor({0.7}, f32));
  const Program f = Program::record(
      [&](Inputs in) {
        const Tensor rounded = to(to(in[0], f64) * to(third, f64), f32);
        return Outputs{rounded * w, to(in[1], f32)};
      },
      {x, labels({3})});
  const Program wide = f.in_f64(Outputs{x, labels({3})});
  const Outputs y = wide({to(x, f64), labels({3})});
  EXPECT_EQ(y[0].dtype(), f64);
  EXPECT_EQ(y[0].item(),
            double{0.1F} * static_cast<double>(static_cast<float>(1.0 / 3)) * double{0.7F});
  EXPECT_EQ(y[1].dtype(), f64);
  EXPECT_EQ(to_vector(y[1]), (Numbers{3}));
  EXPECT_EQ(message_of([&] {
              f.in_f64(Outputs{to(x, f64), labels({3})});
            }),
            "in_f64: input 0 was recorded as f32 [1]; got f64 [1]");
}

TEST(Program, ChecksIndicesAnewInEveryRun) {
  const Program f = Program::record([](Inputs x) { return Outputs{gather(x[0], x[1])}; },
                                    {tensor({1, 2, 3}), labels({0})});
  EXPECT_NE(message_of([&] { f({tensor({1, 2, 3}), labels({3})}); }), "nothing was thrown");
}

}  // namespace
}  // namespace autograd
