#include "bench/speed/picture.h"

#include <gtest/gtest.h>

#include <stdexcept>

namespace bench {
namespace {

const char* const written = R"({"benchmarks": [
  {"name": "products/square nn f32/32", "real_time": 2000, "time_unit": "ns"},
  {"name": "products/square nn f32/64", "real_time": 8, "time_unit": "us"},
  {"name": "studies/descent/200", "real_time": 3, "time_unit": "ms"},
  {"name": "no size", "real_time": 3, "time_unit": "ms"}]})";

TEST(Suites, AreReadFromWhatGoogleBenchmarkWrites) {
  const auto suites = suites_of(written);
  ASSERT_EQ(suites.size(), 2U);
  EXPECT_EQ(suites[0].name, "products");
  ASSERT_EQ(suites[0].series.size(), 1U);
  EXPECT_EQ(suites[0].series[0].name, "square nn f32");
  ASSERT_EQ(suites[0].series[0].points.size(), 2U);
  EXPECT_EQ(suites[0].series[0].points[0].first, 32);
  EXPECT_DOUBLE_EQ(suites[0].series[0].points[0].second, 2e-6);
  EXPECT_DOUBLE_EQ(suites[0].series[0].points[1].second, 8e-6);
}

TEST(Suites, OtherTextIsRefused) {
  EXPECT_THROW(suites_of("{}"), std::runtime_error);
  EXPECT_THROW(suites_of("no JSON"), std::runtime_error);
}

TEST(Picture, StandsAloneAndNamesItsSeries) {
  const std::vector<Series> series{{"a < b", {{10, 1e-6}, {100, 1e-5}}}, {"c", {{10, 1e-4}}}};
  const std::string svg = picture("Title", "size", "seconds", series);
  EXPECT_EQ(svg.rfind("<svg xmlns=\"http://www.w3.org/2000/svg\"", 0), 0U);
  EXPECT_NE(svg.find("a &lt; b"), std::string::npos);
  EXPECT_NE(svg.find(">Title</text>"), std::string::npos);
  EXPECT_EQ(svg.find("nan"), std::string::npos);
}

}  // namespace
}  // namespace bench
