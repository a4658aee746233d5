#include <gtest/gtest.h>

#include <limits>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "autograd/ops/arithmetic.h"
#include "autograd/ops/elementwise.h"
#include "autograd/ops/reduce.h"
#include "autograd/tape/tape.h"
#include "autograd/tensor/factories.h"
#include "tests/support/message.h"

// What the tape says when it is used in the wrong way.

namespace autograd {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

TEST(TapeMessages, OfAGradientOfNoScalar) {
  Tape tape;
  const Tensor x = tape.watch(ones({2, 3}));
  EXPECT_EQ(message_of([&] { static_cast<void>(tape.gradient(x * 2)); }),
            "gradient: expected a scalar; got shape [2, 3]; reduce it with sum or mean, or give "
            "its adjoint: gradient(y, dy)");
}

TEST(TapeMessages, OfAnAdjointThatDoesNotFit) {
  Tape tape;
  const Tensor x = tape.watch(ones({2, 3}));
  EXPECT_EQ(message_of([&] { static_cast<void>(tape.gradient(x, ones({3}))); }),
            "gradient: the adjoint must have the shape of y, [2, 3]; got [3]");
  EXPECT_EQ(message_of([&] {
              static_cast<void>(tape.gradient(x, ones({2, 3}, f32)));
            }),
            "gradient: the adjoint must have the dtype of y, f64; got f32");
}

TEST(TapeMessages, OfNotANumberNameTheOperationThatMadeIt) {
  Tape tape;
  const Tensor x = tape.watch(tensor({1, -1}));
  EXPECT_EQ(message_of([&] { static_cast<void>(tape.gradient(sum(log(x) * 2))); }),
            "gradient: the value to differentiate is NaN; the first operation to give NaN or "
            "infinity is log, node 1, f64 [2]");
}

TEST(TapeMessages, OfInfinityNameTheOperationThatMadeIt) {
  Tape tape;
  const Tensor x = tape.watch(1);
  EXPECT_EQ(message_of([&] { static_cast<void>(tape.gradient(-exp(x * 1000))); }),
            "gradient: the value to differentiate is -infinity; the first operation to give NaN "
            "or infinity is exp, node 3, f64 []");
}

TEST(TapeMessages, OfInfinityThatWasGiven) {
  Tape tape;
  const Tensor x = tape.watch(1);
  EXPECT_EQ(message_of([&] { static_cast<void>(tape.gradient(x * infinity)); }),
            "gradient: the value to differentiate is infinity; the first operation to give NaN or "
            "infinity is a constant, node 1, f64 []");
  EXPECT_EQ(message_of([&] { static_cast<void>(tape.gradient(scalar(infinity))); }),
            "gradient: the value to differentiate is infinity, from before the tape began");
  const Tensor bad = tape.watch(infinity);
  EXPECT_EQ(message_of([&] { static_cast<void>(tape.gradient(bad)); }),
            "gradient: the value to differentiate is infinity; the first operation to give NaN or "
            "infinity is a watched tensor, node 3, f64 []");
  const Parameter w("w", scalar(infinity));
  EXPECT_EQ(message_of([&] { static_cast<void>(tape.gradient(w)); }),
            "gradient: the value to differentiate is infinity; the first operation to give NaN or "
            "infinity is a parameter, node 4, f64 []");
}

TEST(TapeMessages, OfLabelsThatAreWatched) {
  Tape tape;
  EXPECT_EQ(message_of([&] { tape.watch(tensor(std::vector<std::int64_t>{1})); }),
            "watch: expected f32 or f64; got i64, which has no derivative");
}

TEST(TapeMessages, OfATensorThatWasNotWatched) {
  Tape tape;
  const Tensor x = tensor({1, 2});
  const Tensor u = tape.watch(x);
  const Gradients g = tape.gradient(sum(u));
  EXPECT_EQ(message_of([&] { static_cast<void>(g[x]); }),
            "Gradients: the tape did not watch this tensor of shape [2]; ask with what watch "
            "returned, before it is used: x = tape.watch(x)");
  const Tensor y = u * 2;
  EXPECT_EQ(message_of([&] { static_cast<void>(tape.gradient(sum(y))[y]); }),
            "Gradients: the tape did not watch this tensor of shape [2]; ask with what watch "
            "returned, before it is used: x = tape.watch(x)");
}

TEST(TapeMessages, OfTooManyTapes) {
  std::vector<std::unique_ptr<Tape>> tapes;
  for (int i = 0; i < 16; ++i) tapes.push_back(std::make_unique<Tape>());
  EXPECT_EQ(message_of([] { Tape one_more; }),
            "Tape: sixteen tapes are open on this thread; expected fewer, one inside another");
  tapes.pop_back();
  EXPECT_EQ(message_of([] { Tape fits; }), "nothing was thrown");
}

TEST(TapeMessages, OfAnotherThread) {
  Tape tape;
  const Tensor x = tape.watch(1);
  const auto there = [](const auto& call) {
    std::string message;
    std::thread([&] { message = message_of(call); }).join();
    return message;
  };
  const std::string rest = ": the tape belongs to another thread; use it where it was made";
  EXPECT_EQ(there([&] { static_cast<void>(tape.gradient(x)); }), "gradient" + rest);
  EXPECT_EQ(there([&] { static_cast<void>(tape.gradient(x, 1)); }), "gradient" + rest);
  EXPECT_EQ(there([&] { static_cast<void>(tape.first_not_finite(x)); }), "first_not_finite" + rest);
  EXPECT_EQ(there([&] { tape.watch(1); }), "watch" + rest);
  EXPECT_EQ(there([&] { tape.stop(); }), "stop" + rest);
  EXPECT_EQ(there([&] { tape.resume(); }), "resume" + rest);
}

TEST(TapeMessages, OfParameters) {
  EXPECT_EQ(message_of([] { Parameter("w", tensor(std::vector<std::int64_t>{1})); }),
            "Parameter: w is i64; expected f32 or f64; convert with to(x, f64)");
  Parameter w("w", ones({2, 3}));
  EXPECT_EQ(message_of([&] { w.set(ones({3, 2})); }), "Parameter: w is f64 [2, 3]; got f64 [3, 2]");
  EXPECT_EQ(message_of([&] {
              w.set(ones({2, 3}, f32));
            }),
            "Parameter: w is f64 [2, 3]; got f32 [2, 3]");
  EXPECT_EQ(to_vector(w.value()), std::vector<double>(6, 1));
}

}  // namespace
}  // namespace autograd
