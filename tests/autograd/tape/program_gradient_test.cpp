#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "autograd/ops/linalg.h"
#include "autograd/tape/tape.h"
#include "autograd/tape/transform.h"
#include "autograd/tape/user_operation.h"
#include "tests/autograd/tape/random_program.h"
#include "tests/autograd/tape/step_by_step.h"
#include "tests/support/message.h"

namespace autograd {
namespace {

using Numbers = std::vector<double>;

// The mean tanh of all outputs: something to differentiate.
Program loss_of(RandomProgram& random) {
  return Program::record(
      [&](Inputs x) {
        Tensor loss = 0 * sum(x[0]);
        for (const Tensor& y : random(x)) {
          if (y.size() > 0) loss = loss + mean(tanh(y));
        }
        return Outputs{loss};
      },
      random.inputs());
}

TEST(ProgramGradient, HasTheBitsOfATape) {
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    for (const Dtype dtype : {f32, f64}) {
      RandomProgram random(seed, dtype, 25);
      const Program f = loss_of(random);
      const Program g = f.with_gradient(random.inputs());
      const Outputs x = random.inputs(), y = g(x), dx = f.vjp(x, Outputs{1});
      const std::string where = "seed " + std::to_string(seed) + ", " + std::string(name(dtype));
      EXPECT_TRUE(same_bits(y[0], f(x)[0])) << where;
      expect_same_bits({y.begin() + 1, y.end()}, dx, where);
      expect_same_bits(y, step_by_step(g, x), where);
    }
  }
}

TEST(ProgramGradient, IsByTheInputsAndThenByTheParameters) {
  Parameter w("w", tensor({2, 3})), unused("unused", tensor({1}));
  const Program f = Program::record(
      [&](Inputs x) {
        return Outputs{sum(x[0] * w * x[3]), x[2], unused};
      },
      {ones({2}), ones({4}), labels({1}), ones({})});
  const Program g = f.with_gradient({ones({2}), ones({4}), labels({1}), ones({})});
  w.set(tensor({5, 7}));
  const Outputs y = g({tensor({1, 10}), ones({4}), labels({3}), 2});
  ASSERT_EQ(y.size(), 3U + 3U + 2U);
  EXPECT_EQ(y[0].item(), 150);
  EXPECT_EQ(to_vector(y[1]), (Numbers{3}));
  EXPECT_EQ(to_vector(y[3]), (Numbers{10, 14}));
  EXPECT_EQ(to_vector(y[4]), (Numbers{0, 0, 0, 0}));
  EXPECT_EQ(to_vector(y[5]), (Numbers{75}));
  EXPECT_EQ(to_vector(y[6]), (Numbers{2, 20}));
  EXPECT_EQ(to_vector(y[7]), (Numbers{0}));
}

TEST(ProgramGradient, RecordsAPullbackAsOneStep) {
  const Program f =
      Program::record([](Inputs x) { return Outputs{sum(sigmoid(x[0]))}; }, {tensor({1, 2})});
  EXPECT_EQ(f.with_gradient({tensor({1, 2})}).table(),
            "step  operation     inputs  type     bytes  kept  last read by  chain\n"
            "0     input 0               f64 [2]  16     no    1\n"
            "1     watch         0       f64 [2]  16     yes   5\n"
            "2     sigmoid       1       f64 [2]  16     no    3             1\n"
            "3     sum (axes 0)  2       f64 []   8      no    output        1\n"
            "4     constant              f64 [2]  16     yes   5\n"
            "5     sigmoid dx    4, 1    f64 [2]  16     no    output        1\n");
}

TEST(ProgramGradient, IsDifferentiatedAgain) {
  const auto cube = [](const Tensor& x) { return sum(tanh(x) * x / (1 + exp(x))); };
  const Program f = Program::record([&](Inputs x) { return Outputs{cube(x[0])}; }, {ones({3})});
  const Program g = f.with_gradient({ones({3})});
  const Tensor x = tensor({0.5, -1, 2}), v = tensor({1, 2, -1});
  const Tensor expected = hessian_vector_product(cube, x, v);
  const Tensor by_sweep = g.vjp({&x, 1}, Outputs{{}, v})[0];
  const Tensor by_duals = g.jvp({&x, 1}, {&v, 1}).dy[1];
  for (Index i = 0; i < 3; ++i) {
    EXPECT_NEAR(by_sweep.at({i}), expected.at({i}), 1e-14);
    EXPECT_NEAR(by_duals.at({i}), expected.at({i}), 1e-14);
  }
}

TEST(ProgramGradient, LeavesTheTapesOfAPullbackTheirDerivatives) {
  // dx = dy·d²/dx² sigmoid(x), by two tapes of the pullback's own
  const UserOperation odd(
      "odd", [](std::span<const Tensor> x) { return x[0] * 1; },
      {[](const Tensor& dy, std::span<const Tensor> x, const Tensor&) {
        const TensorFunction once = [](const Tensor& at) { return sum(sigmoid(at)); };
        const TensorFunction slope = [&](const Tensor& at) { return sum(gradient(once, at)); };
        return dy * gradient(slope, x[0]);
      }});
  const Program f =
      Program::record([&](Inputs x) { return Outputs{sum(odd({x[0]}))}; }, {ones({2})});
  const Tensor x = tensor({0.5, -1});
  const Tensor s = sigmoid(x), expected = s * (1 - s) * (1 - 2 * s);
  const Tensor got = f.with_gradient({ones({2})})({x})[1];
  for (Index i = 0; i < 2; ++i) EXPECT_NEAR(got.at({i}), expected.at({i}), 1e-15);
}

TEST(ProgramGradient, RefusesWhatIsNoSingleNumber) {
  const std::string expected =
      "with_gradient: expected a program whose first output is a single number, f32 or f64; got ";
  EXPECT_EQ(message_of([] {
              product().with_gradient({ones({2}), ones({2})});
            }),
            expected + "f64 [2]");
  const Program none = Program::record([](Inputs) { return Outputs{}; }, {});
  EXPECT_EQ(message_of([&] { none.with_gradient({}); }), expected + "no output");
  EXPECT_EQ(message_of([] { product().with_gradient({ones({2})}); }),
            "with_gradient: expected 2 inputs; got 1");
}

}  // namespace
}  // namespace autograd
