#include "bench/speed/statistics.h"

#include <gtest/gtest.h>

#include <cmath>

namespace bench {
namespace {

using Numbers = std::vector<double>;

TEST(Statistics, TheMedianOfAnOddAndOfAnEvenNumber) {
  EXPECT_EQ(spread_of(Numbers{3, 1, 2}).median, 2);
  EXPECT_EQ(spread_of(Numbers{4, 1, 3, 2}).median, 2.5);
  EXPECT_EQ(spread_of(Numbers{7}).median, 7);
}

TEST(Statistics, QuartilesLieBetweenNeighbours) {
  const Spread spread = spread_of(Numbers{5, 1, 4, 2, 3});
  EXPECT_EQ(spread.low, 2);
  EXPECT_EQ(spread.high, 4);
  EXPECT_EQ(spread_of(Numbers{1, 2}).low, 1.25);
}

TEST(Statistics, OneSlowRoundDoesNotMoveTheMedian) {
  EXPECT_EQ(spread_of(Numbers{1, 1, 1, 1, 100}).median, 1);
}

TEST(Statistics, NothingHasNoMedian) { EXPECT_TRUE(std::isnan(spread_of({}).median)); }

TEST(Statistics, RatiosCompareWhatWasMeasuredInTheSameRound) {
  EXPECT_EQ(ratios(Numbers{2, 9, 4}, Numbers{1, 3, 8}), (Numbers{2, 3, 0.5}));
  EXPECT_EQ(ratios(Numbers{2, 9}, Numbers{1}), (Numbers{2}));
}

TEST(Statistics, CostsThatGrowAsExpectedDoNotDeviate) {
  EXPECT_EQ(deviation(Numbers{2, 20, 200}, Numbers{1, 10, 100}), 0);
  // A unit costs 0.9 here and 1.1 there: the best line is off by a tenth at both.
  EXPECT_NEAR(deviation(Numbers{0.9, 11}, Numbers{1, 10}), 0.1, 1e-15);
  EXPECT_EQ(deviation({}, {}), 0);
}

}  // namespace
}  // namespace bench
