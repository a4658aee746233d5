#include "apps/verify/report/claims.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "apps/verify/report/describe.h"
#include "apps/verify/report/json.h"

namespace verify {
namespace {

namespace check = autograd::check;
using check::Verdict;

// f(w) = Σ wᵢ³ over two blocks; a judge whose gradient is changed by `tamper`.
const std::vector<double> point{1.5, -2, 0.5, 3};

double cubes(std::span<const double> w) {
  double sum = 0;
  for (const double v : w) sum += v * v * v;
  return sum;
}

Judge judge(const std::string& name, std::function<void(std::vector<double>&)> tamper = {}) {
  return {name, [tamper](std::span<const double> w) {
            LossAndGradient claim{cubes(w), {}};
            for (const double v : w) claim.gradient.push_back(3 * v * v);
            if (tamper) tamper(claim.gradient);
            return claim;
          }};
}

Comparison compare(const std::vector<Judge>& judges, autograd::Dtype dtype = autograd::f64,
                   const std::function<std::vector<double>()>& terms = {}) {
  const Question question{"cubes", dtype, {{"u", {2}, 0}, {"v", {2}, 2}}, {5, {}}, terms};
  return compare_claims(question, check::BlackBox(cubes, point), judges);
}

TEST(Claims, OneRightJudgeAgreesAndHasNobodyToBeComparedWith) {
  const Comparison c = compare({judge("by hand")});
  EXPECT_EQ(c.verdict, Verdict::agree);
  EXPECT_TRUE(c.pairs.empty());
  EXPECT_EQ(c.loss, cubes(point));
  EXPECT_EQ(conclude("study", std::vector{c}),
            "study: the gradient by hand agrees with the differences");
}

TEST(Claims, EveryTwoJudgesAreCompared) {
  const Comparison c = compare({judge("a"), judge("b"), judge("c")});
  ASSERT_EQ(c.pairs.size(), 3U);
  EXPECT_EQ(c.pairs[1].first + c.pairs[1].second, "ac");
  EXPECT_EQ(conclude("study", std::vector{c}),
            "study: the gradients a, b and c agree with the differences and each other");
}

TEST(Claims, AFactorIsNamedInItsBlockAndTheOtherIsCleared) {
  const auto summed = [](std::vector<double>& g) { g[0] *= 5, g[1] *= 5; };
  const Comparison c = compare({judge("by hand", summed), judge("by tape")});
  EXPECT_EQ(c.verdict, Verdict::disagree);
  EXPECT_EQ(c.claims[0].diagnoses[0].cause, "summed");
  EXPECT_EQ(c.claims[0].diagnoses[1].text, "cleared");
  EXPECT_EQ(c.claims[1].report.verdict, Verdict::agree);
  EXPECT_FALSE(c.pairs[0].blocks[0].agree);
  EXPECT_TRUE(c.pairs[0].blocks[1].agree);
  EXPECT_EQ(conclude("study", std::vector{c}),
            "study: the gradient by hand is wrong in u and the gradients by hand and by tape "
            "differ");
  EXPECT_NE(describe(c).find("u: 5 times too large"), std::string::npos);
}

TEST(Claims, TwoClaimsThatAreApartByMoreThanRoundingDifferThoughNoDifferenceSeesIt) {
  const auto off = [](std::vector<double>& g) { g[3] *= 1 + 1e-11; };
  const Comparison c = compare({judge("by hand"), judge("by tape", off)});
  const BlockAgreement& v = c.pairs[0].blocks[1];
  EXPECT_FALSE(v.agree);
  EXPECT_EQ(v.at, "v[1]");
  EXPECT_NEAR(v.absolute, 27e-11, 1e-13);
  EXPECT_NEAR(v.relative, 1e-11, 1e-14);
  EXPECT_TRUE(c.pairs[0].blocks[0].agree);
  EXPECT_EQ(c.pairs[0].blocks[0].relative, 0);
  EXPECT_EQ(c.verdict, Verdict::disagree);
}

TEST(Claims, Float32IsAllowedItsRoundingAndNoMore) {
  const auto by = [](double relative) {
    return [relative](std::vector<double>& g) { g[3] *= 1 + relative; };
  };
  EXPECT_EQ(compare({judge("a", by(1e-6))}, autograd::f32).verdict, Verdict::agree);
  EXPECT_EQ(compare({judge("a", by(1e-6))}, autograd::f64).verdict, Verdict::disagree);
  EXPECT_EQ(compare({judge("a", by(1e-3))}, autograd::f32).verdict, Verdict::disagree);
}

TEST(Claims, WhereLargeTermsCancelRoundingIsAllowedTheirSize) {
  const auto off = [](std::vector<double>& g) { g[3] *= 1 + 1e-4; };
  EXPECT_EQ(compare({judge("a", off)}, autograd::f32).verdict, Verdict::disagree);
  const auto terms = [] { return std::vector<double>{0, 0, 0, 1e4}; };
  EXPECT_EQ(compare({judge("a", off)}, autograd::f32, terms).claims[0].report.blocks[0].verdict,
            Verdict::agree);
  EXPECT_NE(compare({judge("a", off)}, autograd::f32, terms).verdict, Verdict::disagree);
  const auto both = [](std::vector<double>& g) { g[0] *= 2, g[3] *= 1 + 1e-4; };
  const Comparison c = compare({judge("a", both)}, autograd::f32, terms);
  EXPECT_EQ(c.verdict, Verdict::disagree);
  EXPECT_EQ(c.claims[0].report.blocks[0].verdict, Verdict::disagree);
  EXPECT_NE(c.claims[0].report.blocks[1].verdict, Verdict::disagree);
}

TEST(Claims, AClaimThatIsNotANumberIsWrongAndStaysReadableInJson) {
  const auto nan = [](std::vector<double>& g) { g[1] = std::numeric_limits<double>::quiet_NaN(); };
  const Comparison c = compare({judge("by hand", nan), judge("by tape")});
  EXPECT_EQ(c.verdict, Verdict::disagree);
  EXPECT_FALSE(c.pairs[0].agree);
  const Json json = Json::parse(to_json(c).dump());
  const Json& block = json["claims"][0]["blocks"][0];
  EXPECT_EQ(block["largest_difference"], "inf");
  EXPECT_EQ(block["not_finite"], 1);
  EXPECT_EQ(block["counts"]["disagree"], 1);
  EXPECT_EQ(json["verdict"], "disagree");
  EXPECT_EQ(json["pairs"][0]["blocks"][0]["agree"], false);
}

TEST(Claims, NumbersThatJsonDoesNotHaveBecomeWords) {
  const double inf = std::numeric_limits<double>::infinity();
  EXPECT_EQ(json_numbers(std::vector<double>{1.5, NAN, inf, -inf}).dump(),
            R"([1.5,"nan","inf","-inf"])");
}

TEST(Claims, TheGravestVerdictWins) {
  Comparison agree, cannot, wrong;
  cannot.verdict = Verdict::cannot_tell;
  wrong.verdict = Verdict::disagree;
  EXPECT_EQ(gravest(std::vector{agree, agree}), Verdict::agree);
  EXPECT_EQ(gravest(std::vector{agree, cannot}), Verdict::cannot_tell);
  EXPECT_EQ(gravest(std::vector{wrong, cannot}), Verdict::disagree);
}

}  // namespace
}  // namespace verify
