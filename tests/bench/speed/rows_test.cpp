#include "bench/speed/rows.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "bench/speed/contenders.h"
#include "bench/work/numbers.h"
#include "bench/work/perceptron.h"

namespace bench {
namespace {

TEST(Rows, EveryBarOnAContenderNamesOneThatThereIs) {
  const auto all = entries("workers", "scripts", "python3");
  for (const Row& row : rows()) {
    for (const Bar& bar : row.bars) {
      if (bar.of != Bar::Of::peer_over_ours && bar.of != Bar::Of::ours_over_peer) continue;
      EXPECT_TRUE(
          std::any_of(all.begin(), all.end(),
                      [&](const Entry& entry) { return entry.name.rfind(bar.name, 0) == 0; }))
          << row.work << ": " << bar.name;
    }
  }
}

TEST(Rows, NoWorkComesTwice) {
  std::vector<std::string> names;
  for (const Row& row : rows()) names.push_back(row.work + " " + row.dtype);
  std::sort(names.begin(), names.end());
  EXPECT_EQ(std::adjacent_find(names.begin(), names.end()), names.end());
}

TEST(Rows, OperationsOfProductsAndSteps) {
  EXPECT_EQ(flops_of({"matmul 2 3 5 nn", "f32", {}}), 60);
  // The value, the weights' adjoints and, in the second layer alone, the input's.
  EXPECT_EQ(flops_of({"step 4-3-2 b5", "f32", {}}), 2 * 5 * (2 * 12 + 3 * 6));
  EXPECT_EQ(flops_of({"descent 20000", "f32", {}}), 0);
}

TEST(Numbers, AreTheOnesThatThePeersInPythonDraw) {
  // Of worker.py: uniform(3, 2), uniform(1, 1, -2, 2).
  EXPECT_EQ(uniform(3, 0), 0.7582691844997209);
  EXPECT_EQ(uniform(3, 1), 0.6846946298290858);
  EXPECT_EQ(uniform<double>(1, 1, -2, 2)[0], -0.9056861460917567);
}

TEST(Numbers, LabelsLieBelowTheirBound) {
  const auto drawn = labels(2, 1000, 10);
  EXPECT_EQ(*std::min_element(drawn.begin(), drawn.end()), 0);
  EXPECT_EQ(*std::max_element(drawn.begin(), drawn.end()), 9);
}

TEST(Perceptrons, AreReadFromTheirWidthsAndBatch) {
  const Perceptron shape = parse_perceptron("784-50-10", "b32");
  EXPECT_EQ(shape.widths, (std::vector<std::size_t>{784, 50, 10}));
  EXPECT_EQ(shape.batch, 32U);
  for (const char* widths : {"784", "", "784-", "-10", "784-0-10", "784-x", "1e3-10"}) {
    EXPECT_THROW(parse_perceptron(widths, "b1"), std::invalid_argument) << widths;
  }
  EXPECT_THROW(parse_perceptron("784-10", "32"), std::invalid_argument);
  EXPECT_THROW(parse_perceptron("784-10", "b0"), std::invalid_argument);
}

}  // namespace
}  // namespace bench
