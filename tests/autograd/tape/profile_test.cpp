#include <gtest/gtest.h>

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "autograd/ops/arithmetic.h"
#include "autograd/ops/elementwise.h"
#include "autograd/ops/index.h"
#include "autograd/ops/linalg.h"
#include "autograd/ops/reduce.h"
#include "autograd/tape/program.h"
#include "autograd/tape/tape.h"
#include "autograd/tape/user_operation.h"
#include "autograd/tensor/factories.h"
#include "tests/support/message.h"

namespace autograd {
namespace {

using Inputs = std::span<const Tensor>;
using Outputs = std::vector<Tensor>;
using Json = nlohmann::json;

Program layer() {
  const Parameter w("w", ones({20, 30}));
  return Program::record([&](Inputs x) { return Outputs{sum(exp(matmul(x[0], w)))}; },
                         {ones({10, 20})});
}

TEST(Profile, HasOneEntryAStep) {
  const Program f = layer();
  const Tensor x = ones({10, 20});
  const Profile profile = f.profile({&x, 1});
  ASSERT_EQ(profile.steps.size(), f.size());
  const Json steps = Json::parse(f.json())["steps"];
  double forward = 0, backward = 0;
  for (std::size_t i = 0; i < profile.steps.size(); ++i) {
    const StepProfile& step = profile.steps[i];
    EXPECT_EQ(step.step, i);
    EXPECT_EQ(step.operation, steps[i]["operation"]);
    EXPECT_EQ(step.bytes, steps[i]["bytes"]);
    EXPECT_EQ(step.kept_bytes, steps[i]["kept"] ? step.bytes : 0);
    EXPECT_GE(step.forward_seconds, 0);
    EXPECT_GE(step.backward_seconds, 0);
    forward += step.forward_seconds;
    backward += step.backward_seconds;
  }
  EXPECT_DOUBLE_EQ(profile.forward_seconds, forward);
  EXPECT_DOUBLE_EQ(profile.backward_seconds, backward);
  EXPECT_GT(forward, 0);
  EXPECT_GT(backward, 0);
}

TEST(Profile, RunsTheProgramAndItsPullbacksAsOftenAsTold) {
  int values = 0, pullbacks = 0;
  const UserOperation counted("counted",
                              [&](Inputs x) {
                                ++values;
                                return x[0] * 2;
                              },
                              {[&](const Tensor& dy, Inputs, const Tensor&) {
                                ++pullbacks;
                                return dy * 2;
                              }});
  const Tensor x = ones({3});
  const Program f = Program::record([&](Inputs in) { return Outputs{counted({in[0]})}; }, {x});
  values = 0;
  f.profile({&x, 1}, 4);
  EXPECT_EQ(values, 4);
  EXPECT_EQ(pullbacks, 4);
}

TEST(Profile, SpendsNoTimeOnPullbacksOfWhatTheFirstOutputDoesNotNeed) {
  const Program f = Program::record(
      [](Inputs x) {
        return Outputs{exp(x[0]), sin(x[0])};
      },
      {ones({1000})});
  const Tensor x = ones({1000});
  const Profile profile = f.profile({&x, 1});
  EXPECT_EQ(profile.steps[2].operation, "sin");
  EXPECT_EQ(profile.steps[2].backward_seconds, 0);
  EXPECT_GT(profile.steps[1].backward_seconds, 0);
}

TEST(Profile, TakesIndicesAndOutputsThatAreInputsOrConstants) {
  const Tensor labels = tensor(std::vector<std::int64_t>{1, 0});
  const Outputs x{tensor({1, 2}), labels};
  const auto profile = [&](const Program::Function& f) { return Program::record(f, x).profile(x); };
  EXPECT_EQ(profile([](Inputs in) { return Outputs{gather(in[0], in[1])}; }).steps.size(), 3U);
  EXPECT_EQ(profile([](Inputs in) { return Outputs{in[0]}; }).steps.size(), 2U);
  EXPECT_EQ(profile([](Inputs) { return Outputs{ones({2})}; }).steps.size(), 3U);
}

TEST(Profile, LeavesATapeOutsideAlone) {
  const Program f = layer();
  Tape tape;
  const Tensor x = tape.watch(ones({10, 20}));
  f.profile({&x, 1}, 1);
  EXPECT_EQ(tape.size(), 1U);
  EXPECT_TRUE(tape.is_recording());
}

Profile made_up() {
  Profile profile;
  profile.steps = {{0, "input 0", 0, 0, 8, 8},
                   {1, "ex\"p", 2.5e-6, 1e-6, 16, 0},
                   {2, "matmul", 3, 5e-7, 24, 24}};
  profile.forward_seconds = 3.0000025;
  profile.backward_seconds = 1.5e-6;
  return profile;
}

TEST(Profile, HasATableOfTheStepsTheMostExpensiveFirst) {
  EXPECT_EQ(made_up().table(),
            "step  operation  forward µs  backward µs  bytes  kept bytes\n"
            "2     matmul     3e+06       0.5          24     24\n"
            "1     ex\"p       2.5         1            16     0\n"
            "0     input 0    0           0            8      8\n"
            "      all        3e+06       1.5          48     32\n");
}

TEST(Profile, HasATraceWithOneCompleteEventAStepAndPass) {
  const Json trace = Json::parse(made_up().chrome_trace());
  const Json& events = trace["traceEvents"];
  ASSERT_EQ(events.size(), 6U);
  const std::vector<std::size_t> order{0, 1, 2, 2, 1, 0};
  double at = 0;
  for (std::size_t i = 0; i < 6; ++i) {
    SCOPED_TRACE(i);
    const Json& event = events[i];
    const StepProfile step = made_up().steps[order[i]];
    EXPECT_EQ(event["ph"], "X");
    EXPECT_EQ(event["name"], step.operation);
    EXPECT_EQ(event["cat"], i < 3 ? "forward" : "backward");
    EXPECT_EQ(event["args"]["step"], order[i]);
    EXPECT_EQ(event["args"]["bytes"], step.bytes);
    EXPECT_NEAR(event["ts"], at, 1e-3);  // a nanosecond, after three seconds too
    const double micros = 1e6 * (i < 3 ? step.forward_seconds : step.backward_seconds);
    EXPECT_NEAR(event["dur"], micros, 1e-3);
    at += micros;
  }
}

TEST(Profile, HasATraceOfWhatWasMeasured) {
  const Program f = layer();
  const Tensor x = ones({10, 20});
  const Json trace = Json::parse(f.profile({&x, 1}, 3).chrome_trace());
  EXPECT_EQ(trace["traceEvents"].size(), 2 * f.size());
}

TEST(Profile, SaysWhatItCannotMeasure) {
  const Tensor x = ones({2});
  const auto message = [&](const Program::Function& f, int runs) {
    return message_of([&] { Program::record(f, {x}).profile({&x, 1}, runs); });
  };
  const std::string output = "profile: expected a program whose first output is f32 or f64";
  EXPECT_EQ(message([](Inputs) { return Outputs{}; }, 1), output);
  EXPECT_EQ(message([](Inputs in) { return Outputs{argmax(in[0]), in[0]}; }, 1), output);
  EXPECT_EQ(message([](Inputs in) { return Outputs{in[0]}; }, 0),
            "profile: expected at least one run; got 0");
}

}  // namespace
}  // namespace autograd
