#include "autograd/witness/check.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "autograd/ops/elementwise.h"
#include "autograd/ops/matrix.h"
#include "autograd/ops/reduce.h"
#include "autograd/tape/user_operation.h"
#include "autograd/tensor/random.h"
#include "tests/autograd/witness/perceptron.h"

namespace autograd::check {
namespace {

TEST(Check, ClearsARightGradientAndTellsItsResolution) {
  const Report report = Perceptron().check();
  EXPECT_EQ(report.verdict, Verdict::agree);
  for (const BlockReport& b : report.blocks) {
    EXPECT_GT(b.resolution, 0);
    EXPECT_LT(b.resolution, 1e-12);
  }
  EXPECT_EQ(
      report.reference,
      "the tape, verified along random directions by dual numbers and by differences of 106 bits");
  EXPECT_TRUE(report.findings.empty());
}

TEST(Check, IsTheSameForAFunctionOfTensors) {
  const Perceptron p;
  const auto f = [&](std::span<const Tensor> x) { return p.loss(x); };
  const Report report = check(TensorFunction(f), p.parameters, p.claim);
  EXPECT_EQ(report.verdict, Verdict::agree);
  EXPECT_EQ(report.loss, p.check().loss);
}

TEST(Check, IsTheSameForABlackBox) {
  Perceptron p;
  const Function f = [&](std::span<const double> flat) {
    return (*p.program)(cut(flat, p.claim.blocks))[0].item();
  };
  const std::vector<double> point = flatten(p.parameters);
  EXPECT_EQ(check(f, point, p.claim).verdict, Verdict::agree);
  for (double& g : p.claim.values) g *= 5;
  const Report wrong = check(f, point, p.claim, {.sizes = {5, {}}});
  EXPECT_EQ(wrong.verdict, Verdict::disagree);
  EXPECT_EQ(wrong.diagnoses[0].cause, "summed");
}

TEST(Check, SeesAnEntryThatIsWrongByTwiceTheResolution) {
  Perceptron p;
  const double resolution = p.check().blocks[0].resolution;
  p.claim.values[3] += 2 * resolution;
  const Report report = p.check();
  EXPECT_EQ(report.verdict, Verdict::disagree);
  EXPECT_EQ(report.blocks[0].count(Verdict::disagree), 1);
  EXPECT_EQ(report.entries[3].verdict, Verdict::disagree);
}

TEST(Check, GivesAFloat32ClaimTheRoundingOfFloat32) {
  Perceptron p;
  for (double& g : p.claim.values) g = static_cast<double>(static_cast<float>(g));
  EXPECT_EQ(p.check().verdict, Verdict::disagree);
  const Report report = p.check({.dtype = f32});
  EXPECT_EQ(report.verdict, Verdict::agree);
  EXPECT_GT(report.blocks[0].resolution, 1e-9);
  p.claim.values[3] *= 1.001;
  EXPECT_EQ(p.check({.dtype = f32}).verdict, Verdict::disagree);
}

TEST(Check, TakesAnAllowanceInPlaceOfTheSampledRounding) {
  Perceptron p;
  p.claim.values[3] += 1e-6;
  EXPECT_EQ(p.check().verdict, Verdict::disagree);
  p.claim.allowance.assign(p.claim.values.size(), 1e-5);
  EXPECT_NE(p.check().entries[3].verdict, Verdict::disagree);
}

TEST(Check, CallsANotANumberAFinding) {
  Perceptron p;
  p.claim.values[5] = std::numeric_limits<double>::quiet_NaN();
  const Report report = p.check();
  EXPECT_EQ(report.verdict, Verdict::disagree);
  EXPECT_EQ(report.blocks[0].not_finite, 1);
  EXPECT_EQ(report.diagnoses[0].cause, "not_finite");
}

TEST(Check, ComparesTheClaimedLoss) {
  Perceptron p;
  const double loss = p.check().loss;
  p.claim.loss = loss;
  EXPECT_EQ(p.check().verdict, Verdict::agree);
  p.claim.loss = 5 * loss;
  const Report report = p.check();
  EXPECT_EQ(report.verdict, Verdict::disagree);
  ASSERT_EQ(report.findings.size(), 1U);
  EXPECT_NE(report.findings[0].find("5 times as large, summed over the batch"), std::string::npos);
}

TEST(Check, AsksTheClaimTwice) {
  Perceptron p;
  double noise = 0;
  p.claim.gradient = [&](std::span<const double>) {
    std::vector<double> g = p.claim.values;
    g[0] += noise;
    noise += 1;
    return g;
  };
  const Report report = p.check();
  EXPECT_FALSE(report.repeatable);
  EXPECT_EQ(report.verdict, Verdict::disagree);
  EXPECT_NE(report.findings.at(0).find("another answer when asked a second time"),
            std::string::npos);
}

TEST(Check, SaysWhenTheLossDoesNotDependOnAParameter) {
  const Tensor a = tensor({1.0, 2.0}), b = tensor({3.0});
  const auto f = [](std::span<const Tensor> x) { return sum(square(x[0])) + 0 * sum(x[1]); };
  const Claim claim = claim_of(std::vector{a, b}, std::vector<std::string>{"a", "b"},
                               std::vector{2 * a, zeros_like(b)});
  const Report report = check(TensorFunction(f), std::vector{a, b}, claim);
  EXPECT_EQ(report.verdict, Verdict::agree);
  ASSERT_EQ(report.findings.size(), 1U);
  EXPECT_NE(report.findings[0].find("does not depend on b"), std::string::npos);
}

TEST(Check, AcceptsEverySlopeAtAKinkAndNoneBeyond) {
  const Tensor x = tensor({0.0, 1.0, -2.0});
  const auto f = [](std::span<const Tensor> p) { return sum(relu(p[0])); };
  for (const auto& [slope, verdict] : {std::pair{0.0, Verdict::kink},
                                       {0.5, Verdict::kink},
                                       {1.0, Verdict::kink},
                                       {1.5, Verdict::disagree},
                                       {-0.5, Verdict::disagree}}) {
    const Claim claim = claim_of(std::vector{x}, std::vector<std::string>{"x"},
                                 std::vector{tensor({slope, 1.0, 0.0})});
    EXPECT_EQ(check(TensorFunction(f), std::vector{x}, claim).entries[0].verdict, verdict) << slope;
  }
}

TEST(Check, DoesNotBelieveATapeThatIsWrong) {
  // A user's operation y = 3x whose pullback says 2.
  const Tensor x = tensor({0.5, -1.0});
  const UserOperation triple(
      "triple", [](std::span<const Tensor> in) { return 3 * in[0]; },
      {[](const Tensor& dy, std::span<const Tensor>, const Tensor&) { return 2 * dy; }});
  const auto f = [&](std::span<const Tensor> p) { return sum(triple({square(p[0])})); };
  const std::vector<std::string> names{"x"};
  const Claim right = claim_of(std::vector{x}, names, std::vector{6 * x});
  const Report report = check(TensorFunction(f), std::vector{x}, right);
  EXPECT_EQ(report.verdict, Verdict::agree);
  EXPECT_EQ(report.reference, "differences of the function with error bars");
  EXPECT_NE(report.findings.at(0).find("the tape's own gradient of x does not stand"),
            std::string::npos);
  const Claim same = claim_of(std::vector{x}, names, std::vector{4 * x});
  EXPECT_EQ(check(TensorFunction(f), std::vector{x}, same).verdict, Verdict::disagree);
  const Program program =
      Program::record([&](std::span<const Tensor> p) { return std::vector{f(p)}; }, {x});
  EXPECT_EQ(check_tape(program, std::vector{x}, names).verdict, Verdict::disagree);
}

TEST(Check, OfTheTapeItselfIsAgainstDualNumbers) {
  const Perceptron p;
  const Report report = check_tape(*p.program, p.parameters, p.names);
  EXPECT_EQ(report.verdict, Verdict::agree);
  EXPECT_EQ(report.reference, "dual numbers, entry by entry");
}

TEST(Check, JudgesAHessianVectorProduct) {
  // f = Σ w³ + (Σ w)²: H·v = 6w·v + 2 Σ v
  const std::vector<Tensor> w{tensor({0.5, -1.0, 2.0})}, v{tensor({1.0, 2.0, -0.5})};
  const auto f = [](std::span<const Tensor> x) {
    return sum(x[0] * x[0] * x[0]) + square(sum(x[0]));
  };
  const std::vector<std::string> names{"w"};
  const Tensor right = 6 * w[0] * v[0] + 2 * sum(v[0]);
  const Report report =
      check_hessian_vector_product(f, w, v, claim_of(w, names, std::vector{right}));
  EXPECT_EQ(report.verdict, Verdict::agree);
  EXPECT_LT(report.blocks[0].resolution, 1e-12);
  const Report wrong =
      check_hessian_vector_product(f, w, v, claim_of(w, names, std::vector{6 * w[0] * v[0]}));
  EXPECT_EQ(wrong.verdict, Verdict::disagree);
  const Report doubled =
      check_hessian_vector_product(f, w, v, claim_of(w, names, std::vector{2 * right}));
  EXPECT_EQ(doubled.diagnoses[0].cause, "doubled");
}

TEST(Check, JudgesAHessianVectorProductOfANetwork) {
  const Perceptron p;
  const std::size_t n = p.claim.values.size();
  std::vector<double> direction, product;
  for (std::size_t i = 0; i < n; ++i) direction.push_back(std::sin(static_cast<double>(i)));
  const std::vector<Tensor> v = cut(direction, p.claim.blocks);
  // By differences of the gradient.
  const auto gradient_at = [&](double step) {
    std::vector<Tensor> there;
    for (std::size_t k = 0; k < v.size(); ++k) there.push_back(p.parameters[k] + step * v[k]);
    return flatten(p.program->vjp(there, std::vector{Tensor(1.0)}));
  };
  const std::vector<double> up = gradient_at(1e-5), down = gradient_at(-1e-5);
  for (std::size_t i = 0; i < n; ++i) product.push_back((up[i] - down[i]) / 2e-5);
  Claim claim = p.claim;
  claim.values = product;
  claim.allowance.assign(n, 1e-8);
  const auto f = [&](std::span<const Tensor> x) { return p.loss(x); };
  EXPECT_NE(check_hessian_vector_product(f, p.parameters, v, claim).verdict, Verdict::disagree);
  claim.values[4] += 1e-4;
  EXPECT_EQ(check_hessian_vector_product(f, p.parameters, v, claim).verdict, Verdict::disagree);
}

TEST(Check, DrawsDifferenceQuotientsThatFallAndRise) {
  const Report report = Perceptron().check({.curve = true});
  ASSERT_GT(report.curve.size(), 20U);
  double best = report.curve.front().central;
  for (const CurvePoint& point : report.curve) best = std::min(best, point.central);
  EXPECT_LT(best, 1e-7 * report.curve.front().central);
  EXPECT_LT(best, 1e-4 * report.curve.back().central);
}

// The loss of a little network whose data and parameters are f32.
struct Single {
  Tensor x = to(Random(3).normal({4, 5}), f32);
  std::vector<Tensor> w{to(Random(4).normal({3, 5}), f32), to(Random(5).normal({3}), f32)};
  std::vector<std::string> names{"W", "b"};
  Tensor loss(std::span<const Tensor> p) const {
    return mean(square(tanh(linear(x, p[0], p[1])))) + to(sum(to(p[1], f64)), f32) * 0.1;
  }
};

TEST(Check, JudgesAFunctionInFloat32ByWhatItWouldBeInFloat64) {
  const Single s;
  const auto f = [&](std::span<const Tensor> p) { return s.loss(p); };
  const auto program =
      Program::record([&](std::span<const Tensor> p) { return std::vector{s.loss(p)}; }, s.w);
  const std::vector<Tensor> gradient = program.vjp(s.w, std::vector{Tensor(1.0)});
  Claim claim = claim_of(s.w, s.names, gradient);
  const Report report = check(TensorFunction(f), s.w, claim);
  EXPECT_EQ(report.verdict, Verdict::agree) << describe(report);
  EXPECT_LT(report.blocks[0].resolution, 1e-4);
  EXPECT_EQ(report.blocks[0].largest_difference > 0, true);  // the reference is not f32
  // In f64 the rounding of f32 is not forgiven.
  EXPECT_EQ(check(TensorFunction(f), s.w, claim, {.dtype = f64}).verdict, Verdict::disagree);
  claim.values[2] *= 1.001;
  EXPECT_EQ(check(TensorFunction(f), s.w, claim).verdict, Verdict::disagree);
}

TEST(Check, OfATapeInFloat32IsAgainstDualNumbersInFloat64) {
  const Single s;
  const auto program =
      Program::record([&](std::span<const Tensor> p) { return std::vector{s.loss(p)}; }, s.w);
  const Report report = check_tape(program, s.w, s.names);
  EXPECT_EQ(report.verdict, Verdict::agree) << describe(report);
  EXPECT_GT(report.blocks[0].largest_difference, 1e-12);
  CheckOptions none;
  none.spending.budget = 0;
  const Report quick = check_tape(program, s.w, s.names, none);
  EXPECT_EQ(quick.left_out.at(0).substr(0, 28), "dual numbers, entry by entry");
}

std::string message_of(const std::function<void()>& f) {
  try {
    f();
  } catch (const Error& error) {
    return error.what();
  }
  return "nothing was thrown";
}

TEST(Check, RefusesWhatDoesNotFitInOneLine) {
  Perceptron p;
  Claim cut_off = p.claim;
  cut_off.values.pop_back();
  EXPECT_EQ(message_of([&] { check(*p.program, p.parameters, cut_off); }),
            "compare: the claim has 42 entries; expected the 43 of the point");
  std::vector<Tensor> single = p.parameters;
  single[0] = to(single[0], f32);
  EXPECT_EQ(message_of([&] { check(*p.program, single, p.claim); }),
            "in_f64: input 0 was recorded as f64 [4, 6]; got f32 [4, 6]");
  single[0] = to(single[0], i64);
  EXPECT_EQ(message_of([&] { check(*p.program, single, p.claim); }),
            "check: the parameters must be f32 or f64; got i64; let the function keep what has no "
            "gradient");
  EXPECT_EQ(message_of([&] { claim_of(p.parameters, p.names, std::vector{p.gradient[0]}); }),
            "check: the claim has 1 arrays; expected one for each of 4 parameters");
  EXPECT_EQ(message_of([&] {
              claim_of(std::vector{tensor({1.0})}, std::vector<std::string>{"a"},
                       std::vector{tensor({1.0, 2.0})});
            }),
            "check: the claim for a has shape [2]; expected [1]");
  EXPECT_EQ(message_of([&] { blocks_of(p.parameters, std::vector<std::string>{"a"}); }),
            "check: got 1 names; expected one for each of 4 parameters");
  EXPECT_EQ(message_of([&] {
              const auto f = [&](std::span<const Tensor> x) { return p.loss(x); };
              check_hessian_vector_product(f, p.parameters, std::vector{p.gradient[0]}, p.claim);
            }),
            "check: the direction has 1 tensors; expected one for each of 4 parameters");
  const auto vector = [](std::span<const Tensor> x) { return 2 * x[0]; };
  const std::vector<Tensor> two{tensor({1.0, 2.0})};
  const Claim claim = claim_of(two, std::vector<std::string>{"a"}, two);
  EXPECT_EQ(message_of([&] { check(TensorFunction(vector), two, claim); }),
            "check: the function's value must be a scalar; got [2]");
  const auto infinite = [](std::span<const Tensor> x) { return sum(x[0] / 0); };
  EXPECT_EQ(message_of([&] { check(TensorFunction(infinite), two, claim); }),
            "check: the function is inf at the point; expected a finite number");
}

}  // namespace
}  // namespace autograd::check
