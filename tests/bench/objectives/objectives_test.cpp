#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "bench/objectives/problem.h"

namespace bench {
namespace {

using namespace autograd;

const std::filesystem::path data = BENCH_DATA;

class Objective : public testing::TestWithParam<std::string> {};

Errors errors_of(const std::string& name, Dtype dtype) {
  const Problem problem = read_problem(data / (name + ".txt"), dtype);
  const Reference reference = read_reference(data / (name + ".ref"), problem);
  const ValueAndGradients found = value_and_gradients(problem.objective, problem.inputs);
  EXPECT_EQ(found.value.dtype(), dtype);
  return errors(found, reference);
}

TEST_P(Objective, AndItsGradientMeetTheReferenceInF64) {
  const Errors found = errors_of(GetParam(), f64);
  EXPECT_LE(found.value, 1e-12);
  EXPECT_LE(found.gradient, 1e-11);
}

TEST_P(Objective, AndItsGradientMeetTheReferenceInF32) {
  const Errors found = errors_of(GetParam(), f32);
  EXPECT_LE(found.value, 1e-6);
  EXPECT_LE(found.gradient, 1e-5);
}

TEST_P(Objective, AndItsGradientHaveTheSameBitsReplayed) {
  for (const Dtype dtype : {f32, f64}) {
    const Problem problem = read_problem(data / (GetParam() + ".txt"), dtype);
    const Program program = Program::record(
        [&](std::span<const Tensor> x) {
          return std::vector{problem.objective({x.begin(), x.end()})};
        },
        problem.inputs);
    const std::vector<Tensor> replayed = program.with_gradient(problem.inputs)(problem.inputs);
    const ValueAndGradients found = value_and_gradients(problem.objective, problem.inputs);
    EXPECT_EQ(replayed[0].item(), found.value.item());
    for (std::size_t k = 0; k < found.gradients.size(); ++k) {
      EXPECT_EQ(to_vector(replayed[k + 1]), to_vector(found.gradients[k])) << k;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Of, Objective, testing::ValuesIn(problem_names),
                         [](const auto& test) { return test.param; });

TEST(Errors, AreRelative) {
  const ValueAndGradients found{3, {tensor({3, 0}), tensor({5})}};
  const Errors e = errors(found, {2, {3, 4, 5}});
  EXPECT_DOUBLE_EQ(e.value, 0.5);
  EXPECT_DOUBLE_EQ(e.gradient, 4 / std::sqrt(50.0));
}

}  // namespace
}  // namespace bench
