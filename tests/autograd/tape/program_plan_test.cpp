#include <gtest/gtest.h>

#include <array>
#include <string>
#include <thread>
#include <vector>

#include "autograd/ops/linalg.h"
#include "autograd/ops/softmax.h"
#include "autograd/tape/tape.h"
#include "autograd/tape/user_operation.h"
#include "autograd/tensor/memory.h"
#include "tests/autograd/tape/heap_requests.h"
#include "tests/autograd/tape/random_program.h"
#include "tests/autograd/tape/step_by_step.h"
#include "tests/support/message.h"

namespace autograd {
namespace {

using Numbers = std::vector<double>;

TEST(ProgramPlan, FusedChainsGiveTheSameBits) {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    for (const Dtype dtype : {f32, f64}) {
      RandomProgram random(seed, dtype);
      const Program f = Program::record(std::ref(random), random.inputs());
      for (const int threads : {1, 2}) {
        const Threads some(threads);
        const Outputs x = random.inputs();
        expect_same_bits(f(x), step_by_step(f, x),
                         "seed " + std::to_string(seed) + ", " + std::string(name(dtype)));
      }
    }
  }
}

TEST(ProgramPlan, BlocksEndWhereTheyMay) {
  for (const Index n : {1, 2, 1023, 1024, 1025, 4096, 16384, 16385, 40000}) {
    RandomProgram random(7, f64);
    const Outputs x{random.uniform({n}), random.uniform({3, n}), random.uniform({3, 1})};
    const Program f = Program::record(
        [](Inputs in) {
          const Tensor y = tanh(in[0] * in[1]) - in[2];
          return Outputs{exp(y) + in[0], sum(square(y), 1), y * 2};
        },
        x);
    expect_same_bits(f(x), step_by_step(f, x), std::to_string(n));
  }
}

// What a stack of matrices goes through in a mixture of Gaussians: broadcast, multiplied, reduced.
Program stacks(Inputs at, const Tensor& x) {
  return Program::record(
      [&](Inputs in) {
        const Tensor far = matmul(x - unsqueeze(in[0], 1), in[1]);
        const Tensor turned = tanh(matmul(far, in[1], {.b = true})) + sum(far, 1, KeepAxes::yes);
        const Tensor logs = in[2] - 0.5 * sum(square(far), -1);
        return Outputs{sum(exp(logs)) + sum(turned * far), logs};
      },
      {at.begin(), at.end()});
}

TEST(ProgramPlan, SlicesOfStacksGiveTheSameBits) {
  for (const Dtype dtype : {f32, f64}) {
    for (const auto& [k, n, d] : {std::array<Index, 3>{8, 500, 10}, {9, 333, 17}, {30, 60, 40}}) {
      RandomProgram random(1, dtype);
      const Outputs at{random.uniform({k, d}), random.uniform({k, d, d}), random.uniform({k, n})};
      const Program f = stacks(at, random.uniform({n, d})), g = f.with_gradient(at);
      const auto whole = static_cast<std::size_t>(k * n * d) * size_of(dtype);
      EXPECT_LT(f.memory().workspace, 2 * whole);  // most of them exist for a slice at a time
      for (const int threads : {1, 2}) {
        const Threads some(threads);
        expect_same_bits(f(at), step_by_step(f, at), std::to_string(k));
        expect_same_bits(g(at), step_by_step(g, at), "the gradient, " + std::to_string(k));
      }
    }
  }
}

TEST(ProgramPlan, SlicesThatReadOneAnotherAreNotRunOneByOne) {
  RandomProgram random(2, f64);
  const Outputs at{random.uniform({8, 1000}), random.uniform({8, 1})};
  const auto each_with_all = [](const Tensor& column, const Tensor& x) {
    return sum(exp(column * reshape(x, {8000})), 1, KeepAxes::yes);  // [8, 1]
  };
  const Program f = Program::record(
      [&](Inputs in) {
        const Tensor x = softmax(in[0], 0), all = each_with_all(in[1], x);
        const Tensor y = x + all;  // must not stand where another slice still reads x
        const Tensor again = each_with_all(all, tanh(y) - all);
        return Outputs{softmax(y, 0), again};
      },
      at);
  const Threads one(1);
  expect_same_bits(f(at), step_by_step(f, at), "the outputs");
}

TEST(ProgramPlan, TakesIndicesAndConditions) {
  const Program f = Program::record(
      [](Inputs x) {
        const Tensor larger = x[0] > x[1], both = logical_and(larger, x[2]);
        return Outputs{where(both, x[0], x[1] * 2), larger, both, to(both, f32)};
      },
      {tensor({1, 2, 3}, f32), tensor({3, 2, 1}, f32), labels({1, 1, 0})});
  const Outputs y = f({tensor({5, 6, 7}, f32), tensor({6, 5, 4}, f32), labels({1, 1, 0})});
  EXPECT_EQ(to_vector(y[0]), (Numbers{12, 6, 8}));
  EXPECT_EQ(to_vector(y[1]), (Numbers{0, 1, 1}));
  EXPECT_EQ(to_vector(y[2]), (Numbers{0, 1, 0}));
  EXPECT_EQ(to_vector(y[3]), (Numbers{0, 1, 0}));
}

TEST(ProgramPlan, ReshapesAndLeadingSlicesOfOutputsShareStorage) {
  const Program f = Program::record(
      [](Inputs x) {
        const Tensor y = exp(x[0]), flat = reshape(y, {6}), later = slice(flat, 0, 2, 5);
        return Outputs{later, flat, reshape(x[0], {3, 2}), sum(later * 2)};
      },
      {zeros({2, 3})});
  const Tensor x = reshape(tensor({1, 2, 3, 4, 5, 6}), {2, 3});
  const Outputs y = f({x});
  expect_same_bits(y, step_by_step(f, {&x, 1}), "the outputs");
  EXPECT_TRUE(y[0].same_storage(slice(y[1], 0, 2, 5)));
  EXPECT_TRUE(y[2].same_storage(x));
}

TEST(ProgramPlan, OutputsOutliveTheNextRun) {
  const Program f = Program::record([](Inputs x) { return Outputs{exp(x[0]) + 1}; }, {zeros({3})});
  const Tensor first = f({tensor({1, 2, 3})})[0];
  const Numbers before = to_vector(first);
  f({tensor({4, 5, 6})});
  EXPECT_EQ(to_vector(first), before);
}

TEST(ProgramPlan, MayWriteItsOutputsOverTheHandlesOfItsInputs) {
  const Program f = product();
  Outputs x{tensor({1, 2}), tensor({3, 4})};
  f.run(x, std::span(x).first(1));
  EXPECT_EQ(to_vector(x[0]), (Numbers{3, 8}));
  EXPECT_EQ(message_of([&] { f.run(x, x); }), "Program: expected room for 1 outputs; got 2");
}

TEST(ProgramPlan, ReadsParametersThatChangeBetweenRuns) {
  Parameter w("w", full({2000}, 2.0));
  const Program f = Program::record(
      [&](Inputs x) {
        return Outputs{sum(tanh(x[0]) * w), w};
      },
      {ones({2000})});
  const Tensor x = ones({2000});
  f({x});
  w.set(full({2000}, 3.0));
  expect_same_bits(f({x}), step_by_step(f, {&x, 1}), "the new value");
  EXPECT_EQ(f({x})[1].at({1999}), 3);
}

TEST(ProgramPlan, RunsOperationsOfUsersOnTensorsOfTheirOwn) {
  std::vector<Tensor> kept;
  const UserOperation twice(
      "twice",
      [&](std::span<const Tensor> x) {
        kept.push_back(x[0]);
        return x[0] * 2;
      },
      {[](const Tensor& dy, std::span<const Tensor>, const Tensor&) { return dy * 2; }});
  const Program f = Program::record(
      [&](Inputs x) {
        return Outputs{exp(twice({exp(x[0])})), exp(exp(exp(x[0])))};
      },
      {tensor({0, 0.5})});
  const Tensor x = tensor({0.25, -1});
  f({x});
  EXPECT_TRUE(same_bits(kept.back(), exp(x)));  // the workspace has been written over since
  expect_same_bits(f({x}), step_by_step(f, {&x, 1}), "the outputs");
}

TEST(ProgramPlan, SaysWhichOperationOfAUserGaveAnotherShape) {
  Index extent = 2;
  const UserOperation odd("odd", [&](std::span<const Tensor>) { return ones({extent}); }, {{}});
  const Program f =
      Program::record([&](Inputs x) { return Outputs{odd({x[0]}) * x[0]}; }, {ones({2})});
  extent = 3;
  EXPECT_EQ(message_of([&] { f({ones({2})}); }),
            "Program: the value of odd was recorded as f64 [2]; got f64 [3]");
}

TEST(ProgramPlan, SeveralThreadsRunOneProgramAtATime) {
  RandomProgram random(3, f64);
  const Program f = Program::record(std::ref(random), random.inputs());
  std::vector<Outputs> at, expected;
  for (int k = 0; k < 8; ++k) {
    at.push_back(random.inputs());
    expected.push_back(step_by_step(f, at.back()));
  }
  const Program unplanned = Program::record([&](Inputs x) { return f(x); }, at[0]);
  std::vector<std::thread> threads;
  for (std::size_t k = 0; k < at.size(); ++k) {
    threads.emplace_back([&, k] {
      for (int run = 0; run < 20; ++run) {
        expect_same_bits(unplanned(at[k]), expected[k], "thread " + std::to_string(k));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

TEST(ProgramPlan, ASecondRunAsksTheHeapForNothing) {
  const Threads one(1);
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    RandomProgram random(seed, f32);
    const Program f = Program::record(std::ref(random), random.inputs());
    const Outputs x = random.inputs();
    Outputs y(f.outputs());
    f.run(x, y);
    f.run(x, y);  // its outputs come while those of the first are there
    const long before = heap_requests();
    f.run(x, y);
    EXPECT_EQ(heap_requests(), before) << "seed " << seed;
  }
}

TEST(ProgramPlan, ChainsHoldNothingButTheirResults) {
  const Index n = 100000;
  const Program f = Program::record(
      [](Inputs x) {
        const Tensor a = tanh(x[0]) * 2, b = exp(a) + a;
        return Outputs{sum(square(b) * x[0], -1, KeepAxes::yes)};
      },
      {ones({n / 10, 10})});
  const ProgramMemory memory = f.memory();
  EXPECT_EQ(memory.workspace, 0U);  // not even the squares, which are summed block by block
  EXPECT_EQ(memory.without_reuse, 6U * 8 * n);
  EXPECT_EQ(memory.outputs, 8U * n / 10);
}

TEST(ProgramPlan, ValuesThatAreNeverNeededAtATimeShareRoom) {
  const Index n = 256;
  const std::size_t bytes = 8 * n * n;
  const Program f = Program::record(
      [](Inputs x) {
        Tensor y = x[0];
        for (int i = 0; i < 10; ++i) y = tanh(matmul(y, x[0]));
        return Outputs{sum(y)};
      },
      {ones({n, n})});
  EXPECT_EQ(f.memory().without_reuse, 20 * bytes);
  EXPECT_EQ(f.memory().workspace, 2 * bytes);  // the product and, over it, its tanh; its operand
  EXPECT_EQ(f.memory().outputs, 64U);
  const Tensor x = ones({n, n});
  f({x});
  memory::reset_peak();
  const auto before = memory::usage().live_bytes;
  f({x});
  EXPECT_LT(memory::usage().peak_bytes - before, static_cast<std::int64_t>(3 * bytes));
}

}  // namespace
}  // namespace autograd
