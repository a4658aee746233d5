#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "autograd/tensor/parallel.h"
#include "tests/autograd/ops/problem.h"

// What every row of the table promises.

namespace autograd {
namespace {

class EveryOperation : public testing::TestWithParam<Row> {};

INSTANTIATE_TEST_SUITE_P(Of, EveryOperation, testing::ValuesIn(table()),
                         [](const auto& row) { return row.param.name(); });

TEST_P(EveryOperation, HasTheJacobianThatDifferencesFind) {
  for (const Shapes& shapes : GetParam().small) {
    const Problem problem(GetParam(), shapes);
    const Index outputs = problem.cotangent().size();
    for (Index i = 0; i < outputs; ++i) {
      const Tensor w = one_at(problem.cotangent().shape(), i);
      const auto f = [&](std::span<const double> point) {
        return weighted_sum(w, problem.value(problem.at(point)));
      };
      EXPECT_EQ(objection(f, problem, problem.gradient(problem.inputs(), w)), "")
          << "output " << i << " of " << in_words(shapes);
    }
  }
}

TEST_P(EveryOperation, GivesEveryInputAnAdjointOfItsShapeAndDtype) {
  for (const Dtype dtype : {f32, f64}) {
    for (const Shapes& shapes : GetParam().small) {
      const Problem problem(GetParam(), shapes, dtype);
      const auto check = [&](const std::vector<Tensor>& adjoints) {
        for (std::size_t k = 0; k < adjoints.size(); ++k) {
          if (!adjoints[k].defined()) continue;
          EXPECT_EQ(adjoints[k].shape(), problem.inputs()[k].shape()) << in_words(shapes);
          EXPECT_EQ(adjoints[k].dtype(), dtype) << in_words(shapes);
        }
      };
      check(problem.pulled(problem.inputs(), problem.cotangent()));
      check(problem.second(problem.inputs()));
    }
  }
}

TEST_P(EveryOperation, HasTheGradientThatDifferencesFindAlongARandomCotangent) {
  const Problem problem(GetParam(), GetParam().medium);
  const auto f = [&](std::span<const double> point) {
    return weighted_sum(problem.cotangent(), problem.value(problem.at(point)));
  };
  EXPECT_EQ(objection(f, problem, problem.gradient(problem.inputs(), problem.cotangent())), "");
}

TEST_P(EveryOperation, HasTheSecondDerivativeThatDifferencesFind) {
  for (const Shapes& shapes : GetParam().small) {
    const Problem problem(GetParam(), shapes);
    const auto f = [&](std::span<const double> point) {
      return problem.slope_along_v(problem.at(point));
    };
    EXPECT_EQ(objection(f, problem, Problem::flat(problem.second(problem.inputs()))), "")
        << in_words(shapes);
  }
}

TEST_P(EveryOperation, AddsTheAdjointsOfAnOperandThatIsUsedTwice) {
  if (!GetParam().same_operand) return;
  Row twice = GetParam();
  twice.y = [y = GetParam().y](std::span<const Tensor> x) {
    const std::vector<Tensor> both{x[0], x[0]};
    return y(both);
  };
  twice.draws = {GetParam().draws[1]};
  const Problem problem(twice, {{2, 3}});
  const auto f = [&](std::span<const double> point) {
    return weighted_sum(problem.cotangent(), problem.value(problem.at(point)));
  };
  EXPECT_EQ(objection(f, problem, problem.gradient(problem.inputs(), problem.cotangent())), "");
}

TEST_P(EveryOperation, GivesAnInputTheSameAdjointWhetherOthersAreWatchedOrNot) {
  const Problem problem(GetParam(), GetParam().medium);
  const std::vector<Tensor> all = problem.pulled(problem.inputs(), problem.cotangent());
  for (std::size_t k = 0; k < all.size(); ++k) {
    if (!all[k].defined()) continue;
    Tape tape;
    std::vector<Tensor> inputs = problem.inputs();
    inputs[k] = tape.watch(inputs[k]);
    const Gradients g = tape.gradient(problem.value(inputs), problem.cotangent());
    EXPECT_TRUE(same_bits(g[inputs[k]], all[k])) << "input " << k;
  }
}

// f32 against f64 of the same inputs, which f32 holds exactly. The bound is for sums of some
// hundred terms of size 1 to 20.
void expect_near_double(const std::vector<Tensor>& single, const std::vector<Tensor>& exact) {
  ASSERT_EQ(single.size(), exact.size());
  for (std::size_t k = 0; k < single.size(); ++k) {
    if (!single[k].defined()) continue;
    ASSERT_EQ(single[k].dtype(), f32);
    const std::vector<double> a = to_vector(single[k]), b = to_vector(exact[k]);
    double largest = 1;
    for (const double number : b) largest = std::max(largest, std::abs(number));
    for (std::size_t i = 0; i < a.size(); ++i) {
      ASSERT_NEAR(a[i], b[i], 32 * 0x1p-24 * largest) << "tensor " << k << " at " << i;
    }
  }
}

TEST_P(EveryOperation, OfFloat32IsThatOfFloat64ButForRounding) {
  const Problem single(GetParam(), GetParam().medium, f32);
  const Problem exact = single.converted(f64);
  expect_near_double({single.value(single.inputs())}, {exact.value(exact.inputs())});
  expect_near_double(single.pulled(single.inputs(), single.cotangent()),
                     exact.pulled(exact.inputs(), exact.cotangent()));
  expect_near_double(single.second(single.inputs()), exact.second(exact.inputs()));
}

// The value, the adjoints and the second derivatives.
std::vector<Tensor> everything(const Problem& problem) {
  std::vector<Tensor> all = problem.pulled(problem.inputs(), problem.cotangent());
  const std::vector<Tensor> second = problem.second(problem.inputs());
  all.insert(all.end(), second.begin(), second.end());
  all.push_back(problem.value(problem.inputs()));
  return all;
}

TEST_P(EveryOperation, GivesTheSameBitsOnAnyNumberOfThreadsAndFromRunToRun) {
  const int before = thread_count();
  for (const Dtype dtype : {f32, f64}) {
    const Problem problem(GetParam(), GetParam().large, dtype);
    set_thread_count(1);
    const std::vector<Tensor> once = everything(problem);
    for (const int threads : {2, 2, 64}) {
      set_thread_count(threads);
      const std::vector<Tensor> again = everything(problem);
      for (std::size_t i = 0; i < once.size(); ++i) {
        EXPECT_TRUE(same_bits(once[i], again[i])) << threads << " threads, result " << i;
      }
    }
  }
  set_thread_count(before);
}

}  // namespace
}  // namespace autograd
