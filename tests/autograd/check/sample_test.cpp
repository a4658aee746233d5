#include "autograd/check/sample.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace autograd::check {
namespace {

TEST(Sample, SpreadsOverLargeBlocksAndTakesSmallOnesWhole) {
  const std::vector<Block> blocks{{"W", {100, 10}, 0}, {"b", {4}, 1000}};
  std::vector<double> claimed(1004, 0);
  claimed[777] = std::nan("");
  const Sample sample = draw_sample(blocks, 24, claimed);
  EXPECT_FALSE(sample.whole);
  EXPECT_EQ(sample.blocks[1].name, "b");
  EXPECT_EQ(sample.blocks[1].shape, (std::vector<std::int64_t>{4}));
  EXPECT_TRUE(std::binary_search(sample.chosen.begin(), sample.chosen.end(), 777));
  EXPECT_GE(sample.chosen.size(), 24U);
  EXPECT_LE(sample.chosen.size(), 25U);
  EXPECT_LT(sample.chosen.front(), 50);
  const std::vector<double> put = sample.put(sample.pick(claimed), claimed);
  EXPECT_EQ(put[0], claimed[0]);
  EXPECT_TRUE(draw_sample(blocks, 5000, claimed).whole);
}

}  // namespace
}  // namespace autograd::check
