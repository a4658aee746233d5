#include "autograd/tape/replay.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "autograd/ops/arithmetic.h"
#include "autograd/ops/elementwise.h"
#include "autograd/ops/exponential.h"
#include "autograd/ops/index.h"
#include "autograd/ops/reduce.h"
#include "autograd/tape/checkpoint.h"
#include "autograd/tape/parameter.h"
#include "autograd/tensor/error.h"
#include "autograd/tensor/factories.h"

namespace autograd {
namespace {

using kernels::Complex;
using kernels::DoubleDouble;
using kernels::Dual;

template <class S>
std::vector<std::vector<S>> run(const Program& program, const std::vector<std::vector<S>>& x) {
  return replay<S>(program, x);
}

template <class F>
std::string message(const F& f) {
  try {
    f();
  } catch (const Error& error) {
    return error.what();
  }
  return "nothing was thrown";
}

Program product() {
  return Program::record([](std::span<const Tensor> x) { return std::vector{x[0] * x[1]}; },
                         {tensor({1, 2}), tensor({3, 4})});
}

TEST(Replay, RunsAProgramOnEachOfTheScalars) {
  EXPECT_EQ(run<Dual>(product(), {{{2, 1}, 3}, {5, 7}})[0][0].d, 5);
  EXPECT_EQ(run<Complex>(product(), {{{2, 1e-100}, 3}, {5, 7}})[0][0].im, 5e-100);
  const DoubleDouble fine =
      run<DoubleDouble>(product(), {{DoubleDouble(1) + 0x1p-80, 3}, {3, 7}})[0][0];
  EXPECT_EQ(static_cast<double>(fine - 3), 3 * 0x1p-80);
}

TEST(Replay, TakesParametersAndConstantsAtTheirExactValues) {
  Parameter weight("weight", tensor({0.1F}, f32));
  const Tensor constant = tensor({0.3});
  const Program program = Program::record(
      [&](std::span<const Tensor> x) { return std::vector{to(weight, f64) + x[0] * constant}; },
      {tensor({1})});
  const DoubleDouble y = run<DoubleDouble>(program, {{DoubleDouble(2)}})[0][0];
  EXPECT_EQ(y, DoubleDouble(static_cast<double>(0.1F)) + DoubleDouble(0.3) * 2);
}

TEST(Replay, TakesAndGivesIndicesAsIntegers) {
  const Program program = Program::record(
      [](std::span<const Tensor> x) {
        return std::vector{index_rows(x[0], x[1]), argmax(x[0], 0), x[1]};
      },
      {tensor({1, 2, 3}), zeros({2}, i64)});
  const auto y = run<Complex>(program, {{{4, 1}, {9, 2}, {5, 3}}, {2, 0}});
  EXPECT_EQ(y[0][0].re, 5);
  EXPECT_EQ(y[0][0].im, 3);
  EXPECT_EQ(y[0][1].im, 1);
  EXPECT_EQ(y[1][0].re, 1);
  EXPECT_EQ(y[2][0].re, 2);
}

TEST(Replay, SaysWhichInputDoesNotFit) {
  EXPECT_EQ(message([] { run<Dual>(product(), {{1, 2}}); }), "replay: expected 2 inputs; got 1");
  EXPECT_EQ(message([] {
              run<DoubleDouble>(product(), {{1, 2}, {3}});
            }),
            "replay: input 1 was recorded as [2]; expected 2 numbers, got 1");
}

TEST(Replay, NamesTheOperationThatIsKnownForTensorsAlone) {
  const Program program = Program::record(
      [](std::span<const Tensor> x) {
        return std::vector{checkpoint([](std::span<const Tensor> in) { return exp(in[0]); }, x)};
      },
      {tensor({1})});
  EXPECT_FALSE(can_replay<Complex>(program));
  EXPECT_FALSE(can_replay<DoubleDouble>(program));
  EXPECT_EQ(message([&] { run<Complex>(program, {{1}}); }),
            "replay: checkpoint is known for tensors alone, not for complex numbers; record the "
            "program without it");
  EXPECT_EQ(message([&] { run<DoubleDouble>(program, {{1}}); }),
            "replay: checkpoint is known for tensors alone, not for numbers of twice the digits; "
            "record the program without it");
}

}  // namespace
}  // namespace autograd
