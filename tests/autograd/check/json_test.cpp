#include "autograd/check/json.h"

#include <gtest/gtest.h>

#include <limits>
#include <nlohmann/json.hpp>

#include "tests/autograd/check/reports.h"

namespace autograd::check {
namespace {

using Json = nlohmann::json;

TEST(JsonOfAReport, HoldsEveryNumberAsItWas) {
  const Report report = made_up(5);
  const Json json = Json::parse(to_json(report));
  EXPECT_EQ(json["verdict"], "disagree");
  EXPECT_EQ(json["claim"], "by hand");
  EXPECT_EQ(json["loss"], 2.5);
  EXPECT_TRUE(json["claimed_loss"].is_null());
  const Json& block = json["blocks"][0];
  EXPECT_EQ(block["name"], "W");
  EXPECT_EQ(block["cause"], "summed");
  EXPECT_EQ(block["alpha"], 5);
  EXPECT_EQ(block["counts"]["disagree"], 12);
  ASSERT_EQ(block["entries"].size(), 12U);
  for (std::size_t i = 0; i < 12; ++i) {
    EXPECT_EQ(block["entries"][i]["claimed"], report.entries[i].claimed);
    EXPECT_EQ(block["entries"][i]["reference"], report.entries[i].reference.value);
  }
  EXPECT_EQ(json["curve"].size(), report.curve.size());
}

TEST(JsonOfAReport, WritesWhatIsNoNumberAsText) {
  Report report = made_up(1);
  report.entries[0].claimed = std::numeric_limits<double>::quiet_NaN();
  report.entries[1].claimed = -std::numeric_limits<double>::infinity();
  report.findings = {"a \"quote\", a \\ and a \n line"};
  const Json json = Json::parse(to_json(report));
  EXPECT_EQ(json["blocks"][0]["entries"][0]["claimed"], "nan");
  EXPECT_EQ(json["blocks"][0]["entries"][1]["claimed"], "-inf");
  EXPECT_EQ(json["findings"][0], report.findings[0]);
}

TEST(JsonOfAReport, ShowsTheWorstOfALargeBlock) {
  const Json json = Json::parse(to_json(made_up(5, 40, 784)));
  EXPECT_EQ(json["blocks"][0]["entries_shown"], "worst");
  EXPECT_EQ(json["blocks"][0]["entries"].size(), 1U);
}

TEST(JsonOfAReport, IsWrittenForAnEmptyReportToo) {
  EXPECT_EQ(Json::parse(to_json(Report()))["verdict"], "agree");
}

}  // namespace
}  // namespace autograd::check
