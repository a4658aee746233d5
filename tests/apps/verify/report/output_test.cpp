#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "apps/verify/report/file.h"
#include "apps/verify/report/picture.h"
#include "apps/verify/report/progress.h"
#include "apps/verify/report/table.h"
#include "tests/support/message.h"

namespace verify {
namespace {

namespace fs = std::filesystem;

TEST(Table, AlignsColumnsByCharactersNotBytes) {
  Table table({{"name", Table::Align::left}, {"Σ"}});
  table.add({"β", "1.5"});
  table.add({"long", "20"});
  EXPECT_EQ(table.text(),
            "name    Σ\n"
            "---------\n"
            "β     1.5\n"
            "long   20\n");
}

TEST(Table, GroupsDigitsByThree) {
  EXPECT_EQ(grouped(0), "0");
  EXPECT_EQ(grouped(999), "999");
  EXPECT_EQ(grouped(31810), "31,810");
  EXPECT_EQ(grouped(-1234567), "-1,234,567");
}

TEST(Progress, DrawsOnATerminalAndWipesItsLine) {
  std::ostringstream out;
  const Progress progress(out, true);
  progress.show("name", 10, 20, "loss 1");
  EXPECT_EQ(out.str(), "\r\033[Kname [###############...............] 10/20 loss 1");
  out.str("");
  progress.show("name", 20, 20, "");
  EXPECT_EQ(out.str(), "\r\033[K");
}

TEST(Progress, PrintsNothingElsewhere) {
  std::ostringstream out;
  const Progress progress(out, false);
  progress.show("name", 10, 20, "loss 1");
  progress.clear();
  EXPECT_EQ(out.str(), "");
}

TEST(File, ReplacesAWholeFileAndLeavesNothingElse) {
  const fs::path folder = fs::path(testing::TempDir()) / "plumb_file_test";
  fs::remove_all(folder);
  fs::create_directories(folder);
  write_whole(folder / "a", "one");
  write_whole(folder / "a", "two");
  std::string text;
  std::ifstream(folder / "a") >> text;
  EXPECT_EQ(text, "two");
  EXPECT_EQ(std::distance(fs::directory_iterator(folder), {}), 1);
  fs::remove_all(folder);
}

TEST(File, ALinkStaysAndItsTargetIsReplaced) {
  const fs::path folder = fs::path(testing::TempDir()) / "plumb_link_test";
  fs::remove_all(folder);
  fs::create_directories(folder);
  write_whole(folder / "target", "one");
  fs::create_symlink(folder / "target", folder / "link");
  write_whole(folder / "link", "two");
  EXPECT_TRUE(fs::is_symlink(folder / "link"));
  std::string text;
  std::ifstream(folder / "target") >> text;
  EXPECT_EQ(text, "two");
  fs::remove_all(folder);
}

TEST(File, WhatCannotBeWrittenIsSaid) {
  EXPECT_EQ(message_of([] { require_writable("/dev/null"); }),
            "/dev/null: it is a device or a pipe; expected the name of a file to write");
  EXPECT_EQ(message_of([] { require_writable(""); }),
            "expected the name of a file to write; got an empty one");
  EXPECT_EQ(message_of([] { write_whole("/no/such/file", ""); }),
            "/no/such/file: there is no folder /no/such to write it into");
  EXPECT_EQ(message_of([] { require_writable("/"); }),
            "/: it is a folder; expected the name of a file to write");
}

Training training() {
  Training t{"a < b & c", {2, 1, 0.5}, {0.1, 0.5, 1}, {}};
  Shown right{std::vector<double>(784, 0), 28, 1, {0.25, 0.75}};
  right.pixels[5] = 1;
  Shown wrong = right;
  wrong.label = 0;
  t.images = {right, wrong};
  return t;
}

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
  return found;
}

TEST(Picture, TitlesAreGreenWhereThePredictionIsRightAndRedWhereItIsWrong) {
  const std::string svg = draw(training());
  EXPECT_EQ(count(svg, R"(fill="green">1, predicted 1</text>)"), 1U);
  EXPECT_EQ(count(svg, R"(fill="red">0, predicted 1</text>)"), 1U);
  EXPECT_EQ(count(svg, "<polyline"), 2U);
  EXPECT_EQ(count(svg, R"(fill="#ffffff"/>)"), 3U);  // the page, and a pixel an image
}

TEST(Picture, IsOneClosedElementWithEverythingEscaped) {
  const std::string svg = draw(training());
  EXPECT_EQ(svg.find("<svg xmlns=\"http://www.w3.org/2000/svg\""), 0U);
  EXPECT_EQ(svg.substr(svg.size() - 7), "</svg>\n");
  EXPECT_NE(svg.find("a &lt; b &amp; c"), std::string::npos);
  EXPECT_EQ(count(svg, "<text"), count(svg, "</text>"));
  // Every other element closes itself.
  EXPECT_EQ(count(svg, "<") - 2 * count(svg, "<text") - 2, count(svg, "/>"));
  EXPECT_EQ(count(svg, "href"), 0U);
}

TEST(Picture, OneValueOnATickHasAScaleToo) {
  Training t;
  t.losses = {1, 1};
  t.accuracies = {0, 0};
  EXPECT_EQ(draw(t).find("nan"), std::string::npos);
}

TEST(Picture, SurvivesATrainingThatNeverBegan) {
  Training t;
  t.losses = {std::numeric_limits<double>::quiet_NaN()};
  t.accuracies = {0};
  EXPECT_NE(draw(t).find("</svg>"), std::string::npos);
  EXPECT_EQ(draw(t).find("nan"), std::string::npos);
}

}  // namespace
}  // namespace verify
