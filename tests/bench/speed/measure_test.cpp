#include "bench/speed/measure.h"

#include <gtest/gtest.h>

#include <stdexcept>

namespace bench {
namespace {

// A contender that answers what it is told to.
std::unique_ptr<Worker> worker(const std::string& name, const std::string& setup,
                               const std::string& loss, const std::string& time,
                               bool everywhere = true) {
  const std::string script = "echo ready " + name +
                             "; while read command rest; do case $command in" + " setup) echo " +
                             setup + ";; loss) echo " + loss + ";; time) echo " + time +
                             ";; figure) echo value 7;; esac; done";
  return std::make_unique<Worker>(Entry{name, {"sh", "-c", script}, {}, everywhere, ""});
}

std::vector<std::unique_ptr<Worker>> ours_and(std::unique_ptr<Worker> other) {
  std::vector<std::unique_ptr<Worker>> workers;
  workers.push_back(worker("Plumb", "ok 1", "value 3", "value 0.25"));
  workers.push_back(std::move(other));
  return workers;
}

Result measured(std::unique_ptr<Worker> other, const Row& row = {"work", "f32", {}}) {
  auto workers = ours_and(std::move(other));
  return measure(row, workers, {3, 0.02}, [](const std::string&) {});
}

TEST(Measure, EveryRoundTimesEveryContenderAndScalesWhatItMeasured) {
  const Result result = measured(worker("Peer", "ok 10 a tenth", "value 3", "value 0.5"));
  EXPECT_EQ(result.ours().seconds, (std::vector{0.25, 0.25, 0.25}));
  EXPECT_EQ(result.find("Peer")->seconds, (std::vector{5.0, 5.0, 5.0}));
  EXPECT_EQ(result.find("Peer")->words, "a tenth");
  EXPECT_EQ(result.ours().words, "");
}

TEST(Measure, AnotherLossIsAnErrorBeyondTheToleranceOfTheDtype) {
  const auto peer = [](const char* loss) { return worker("Peer", "ok 1", loss, "value 0.5"); };
  EXPECT_EQ(measured(peer("value 3.00002")).find("Peer")->error, "");
  const Result other = measured(peer("value 3.00004"));
  EXPECT_NE(other.find("Peer")->error.find("where Plumb has 3"), std::string::npos);
  EXPECT_TRUE(other.find("Peer")->seconds.empty());
  EXPECT_NE(measured(peer("value 3.00002"), {"work", "f64", {}}).find("Peer")->error, "");
}

TEST(Measure, WhoDoesNotDoTheWorkDoesNotAppear) {
  EXPECT_EQ(measured(worker("Peer", "no", "value 3", "value 1")).find("Peer"), nullptr);
  EXPECT_EQ(measured(worker("Peer", "ok 1", "value 3", "value 1", false)).find("Peer"), nullptr);
  const Row row{"work", "f32", {}, {"Peer"}};
  EXPECT_NE(measured(worker("Peer", "ok 1", "value 3", "value 1", false), row).find("Peer"),
            nullptr);
}

TEST(Measure, AContenderThatFailsIsShownWithWhatItSays) {
  EXPECT_EQ(measured(worker("Peer", "ok 1", "error no memory", "value 1")).find("Peer")->error,
            "no memory");
}

TEST(Measure, FiguresAreTakenForTheBarsOnThem) {
  const Row row{"work", "f32", {{Bar::Of::figure, "allocations", Bar::Sense::at_most, 0}}};
  const Result result = measured(worker("Peer", "ok 1", "value 3", "value 1"), row);
  EXPECT_EQ(result.figures.at("allocations"), 7);
}

TEST(Measure, WhatIsMissingIsSaidByTheContender) {
  const Entry entry{"Peer", {"sh", "-c", "echo missing JAX: no module"}, {}, true, ""};
  try {
    const Worker made(entry);
    FAIL() << "nothing was thrown";
  } catch (const std::runtime_error& error) {
    EXPECT_STREQ(error.what(), "JAX: no module");
  }
}

TEST(Measure, GrowthTakesTheCostAtEverySize) {
  const auto ours = worker("Plumb", "ok 1", "value 3", "value 0.5");
  const Growth growth{"time", "chain", "f64", "", {10, 100}, 1, 0.1};
  EXPECT_EQ(measure(growth, *ours, 3, [](const std::string&) {}), (std::vector{0.5, 0.5}));
  Growth bytes = growth;
  bytes.figure = "bytes";
  EXPECT_EQ(measure(bytes, *ours, 3, [](const std::string&) {}), (std::vector{7.0, 7.0}));
}

}  // namespace
}  // namespace bench
