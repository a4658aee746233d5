#include "bench/speed/findings.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "bench/speed/table.h"

namespace bench {
namespace {

Result a_result() {
  Result result{{"matmul 10 10 10 nn", "f64", {}}, {}, {4000, 4000, 4000}, {}};
  result.times.push_back({"Plumb", {1, 2, 4}, 3, "", ""});
  result.times.push_back({"Plumb again", {1, 2, 4}, 3, "", ""});
  result.times.push_back({"Slow", {10, 30, 80}, 3, "a tenth, scaled", ""});
  result.times.push_back({"Slow, helped", {4, 6, 16}, 3, "", ""});
  result.times.push_back({"Other", {}, 7, "", "loss 7 where Plumb has 3"});
  return result;
}

Finding judged(Bar::Of of, const std::string& name, Bar::Sense sense, double bound) {
  Result result = a_result();
  result.figures["nodes"] = 4;
  return judge({of, name, sense, bound}, result);
}

TEST(Findings, ABarIsOnTheMedianOfTheRatios) {
  const Finding finding = judged(Bar::Of::peer_over_ours, "Slow, helped", Bar::Sense::at_least, 4);
  EXPECT_EQ(finding.value, 4);
  EXPECT_EQ(finding.low, 3.5);
  EXPECT_EQ(finding.met, true);
  EXPECT_EQ(finding.bar, "≥ 4");
  EXPECT_EQ(judged(Bar::Of::peer_over_ours, "Slow, helped", Bar::Sense::at_least, 4.1).met, false);
}

TEST(Findings, OfSeveralContendersTheHardestCounts) {
  EXPECT_EQ(judged(Bar::Of::peer_over_ours, "Slow", Bar::Sense::at_least, 1).metric,
            "Slow, helped / ours");
  const Finding upside_down = judged(Bar::Of::ours_over_peer, "Slow", Bar::Sense::at_most, 0.2);
  EXPECT_EQ(upside_down.metric, "ours / Slow, helped");
  EXPECT_EQ(upside_down.value, 0.25);
  EXPECT_EQ(upside_down.met, false);
}

TEST(Findings, UnequalWorkIsAnErrorAndNotARatio) {
  const Finding finding = judged(Bar::Of::peer_over_ours, "Other", Bar::Sense::at_least, 1);
  EXPECT_FALSE(finding.value);
  EXPECT_FALSE(finding.met);
  EXPECT_EQ(finding.error, "loss 7 where Plumb has 3");
}

TEST(Findings, AContenderThatIsNotThereMeetsNoBar) {
  const Finding finding = judged(Bar::Of::peer_over_ours, "Nobody", Bar::Sense::at_least, 1);
  EXPECT_FALSE(finding.met);
  EXPECT_EQ(finding.error, "Nobody is not there");
}

TEST(Findings, TheShareOfThePeakIsThatOfTheSameRound) {
  // 2000 operations in 1, 2 and 4 seconds, where 4000 a second were possible.
  EXPECT_EQ(judged(Bar::Of::share_of_peak, "", Bar::Sense::at_least, 0.2).value, 0.25);
}

TEST(Findings, FiguresAndTimesAFigure) {
  EXPECT_EQ(judged(Bar::Of::figure, "nodes", Bar::Sense::at_most, 4).met, true);
  EXPECT_EQ(judged(Bar::Of::seconds_per_figure, "nodes", Bar::Sense::at_most, 1).value, 0.5);
  EXPECT_EQ(judged(Bar::Of::figure, "bytes", Bar::Sense::at_most, 4).error, "Plumb does not say");
}

TEST(Findings, ARowIsNoisyWherePlumbDiffersFromItself) {
  Result result = a_result();
  EXPECT_FALSE(result.noisy());
  result.times[1].seconds = {1.06, 2.12, 4.24};
  EXPECT_TRUE(result.noisy());
  result.times[1].seconds = {0.94, 1.88, 3.76};
  EXPECT_TRUE(result.noisy());
  EXPECT_TRUE(findings_of(result).front().noisy);
}

TEST(Findings, AGrowthIsJudgedByItsLargestDeviation) {
  const Growth growth{"time", "chain", "f64", "", {10, 100}, 2, 0.1};
  EXPECT_EQ(finding_of(growth, std::vector<double>{1, 100}).met, true);
  EXPECT_EQ(finding_of(growth, std::vector<double>{1, 150}).met, false);
}

TEST(Table, ShowsRatiosWithQuartilesBarsAndErrors) {
  Result result = a_result();
  result.row.bars = {{Bar::Of::peer_over_ours, "Slow", Bar::Sense::at_least, 3},
                     {Bar::Of::peer_over_ours, "Nobody", Bar::Sense::at_least, 3}};
  const std::string text = table(std::vector{result});
  EXPECT_NE(text.find("| matmul 10 10 10 nn | f64 | 2 s | 25 % |"), std::string::npos) << text;
  EXPECT_NE(text.find("| 15 (12.5–17.5); a tenth, scaled |"), std::string::npos) << text;
  EXPECT_NE(text.find("| error: loss 7 where Plumb has 3 |"), std::string::npos) << text;
  EXPECT_NE(text.find("| yes; not measured |"), std::string::npos) << text;
  EXPECT_EQ(text.find("noisy"), std::string::npos);
  result.times[1].seconds = {2, 4, 8};
  EXPECT_NE(table(std::vector{result}).find("**noisy** (A/A 2.00)"), std::string::npos);
}

TEST(Table, TimesHaveTheUnitThatAPersonWouldTake) {
  EXPECT_EQ(duration(2.5), "2.5 s");
  EXPECT_EQ(duration(0.0123), "12.3 ms");
  EXPECT_EQ(duration(4.56e-6), "4.56 µs");
  EXPECT_EQ(duration(7.8e-9), "7.8 ns");
}

TEST(Json, HoldsEveryFindingAndNullForWhatIsNotThere) {
  Result result = a_result();
  result.row.bars = {{Bar::Of::share_of_peak, "", Bar::Sense::at_least, 0.8}};
  const auto list = nlohmann::json::parse(json(findings_of(result)));
  ASSERT_TRUE(list.is_array());
  EXPECT_EQ(list[0]["work"], "matmul 10 10 10 nn f64");
  EXPECT_EQ(list[0]["metric"], "seconds");
  EXPECT_EQ(list[0]["value"], 2.0);
  EXPECT_EQ(list[0]["spread"], (std::vector{1.5, 3.0}));
  EXPECT_TRUE(list[0]["bar"].is_null() && list[0]["met"].is_null());
  EXPECT_EQ(list[1]["metric"], "share of the peak");
  EXPECT_EQ(list[1]["bar"], "≥ 0.8");
  EXPECT_EQ(list[1]["met"], false);
  EXPECT_TRUE(list.back()["value"].is_null());
  EXPECT_EQ(list.back()["error"], "loss 7 where Plumb has 3");
}

}  // namespace
}  // namespace bench
