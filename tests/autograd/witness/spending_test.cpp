#include "autograd/check/spending.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "autograd/witness/check.h"
#include "tests/autograd/witness/perceptron.h"

namespace autograd::check {
namespace {

TEST(Check, LeavesOutWhatItsBudgetHasNoRoomForAndSaysSo) {
  Perceptron p;
  CheckOptions none;
  none.spending.budget = 0;
  std::string announced;
  none.spending.announce = [&](const std::string& text) { announced = text; };
  const Report report = p.check(none);
  EXPECT_EQ(report.verdict, Verdict::agree);
  EXPECT_EQ(report.reference, "the tape");  // nothing has verified it
  EXPECT_EQ(report.left_out.size(), p.names.size() + 2);
  EXPECT_EQ(report.left_out[0].substr(0, 37),
            "verifying the tape's gradient of " + p.names[0] + " (");
  EXPECT_TRUE(report.blind.empty());
  EXPECT_EQ(announced.substr(0, 6), "about ");
  EXPECT_NE(describe(report).find("Left out, for the budget of time had no room: "),
            std::string::npos);
  EXPECT_TRUE(p.check().left_out.empty());
  p.claim.values[2] += 1;
  EXPECT_EQ(p.check(none).verdict, Verdict::disagree);
}

TEST(Check, TellsHowFarItHasCome) {
  std::vector<std::int64_t> done, total;
  CheckOptions options;
  options.spending.progress = [&](std::int64_t d, std::int64_t t, const std::string&) {
    done.push_back(d);
    total.push_back(t);
  };
  Perceptron().check(options);
  ASSERT_GT(done.size(), 3U);
  EXPECT_EQ(done.back(), total.back());
  done.pop_back();
  EXPECT_TRUE(std::is_sorted(done.begin(), done.end()));
  EXPECT_LT(done.back(), total.front());
}

TEST(Check, SamplesTheDifferencesOfABlackBoxWithinItsBudget) {
  const std::vector<double> point(3000, 0.5);
  const Function f = [](std::span<const double> x) {
    double y = 0;
    for (const double v : x) y += std::sin(v);
    return y;
  };
  Claim claim{{{"W", {30, 100}, 0}}, std::vector<double>(3000, std::cos(0.5)), {}, {}, {}, "mine"};
  CheckOptions options;
  options.spending.budget = 1e-3;
  const Report report = check(f, point, claim, options);
  EXPECT_EQ(report.verdict, Verdict::agree);
  EXPECT_LT(report.entries.size(), 200U);
  ASSERT_EQ(report.left_out.size(), 1U);
  claim.values.assign(3000, 2.0);
  const Report wrong = check(f, point, claim, options);
  EXPECT_EQ(wrong.verdict, Verdict::disagree);
  // Each of the worst is found again in the whole block.
  ASSERT_FALSE(wrong.findings.empty());
  EXPECT_NE(wrong.findings[0].find(" is W["), std::string::npos);
}

}  // namespace
}  // namespace autograd::check
