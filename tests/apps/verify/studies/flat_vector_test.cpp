#include "apps/verify/studies/flat_vector.h"

#include <gtest/gtest.h>

namespace verify {
namespace {

using autograd::check::Cause;
using autograd::check::Verdict;

TEST(FlatVectorStudy, ClearsTheCorrectGradientInEveryEntry) {
  const FlatVector study = flat_vector(by_hand::Variant::correct, 1);
  EXPECT_EQ(study.report.verdict, Verdict::agree);
  EXPECT_EQ(study.report.entries.size(), 31810U);
  EXPECT_LT(study.score, 5e-6);
}

TEST(FlatVectorStudy, NamesTheWeightsThatWereSummedAndClearsTheBiases) {
  const FlatVector study = flat_vector(by_hand::Variant::summed_weights, 2);
  EXPECT_EQ(study.report.verdict, Verdict::disagree);
  EXPECT_GT(study.score, 5);
  ASSERT_EQ(study.diagnoses.size(), 4U);
  for (const std::size_t block : {0U, 2U}) {
    EXPECT_EQ(study.diagnoses[block].cause, Cause::summed);
    EXPECT_EQ(study.diagnoses[block].text,
              "5 times too large: summed over the batch of 5 instead of averaged");
  }
  for (const std::size_t block : {1U, 3U}) {
    EXPECT_EQ(study.diagnoses[block].verdict, Verdict::agree);
    EXPECT_EQ(study.diagnoses[block].text, "cleared");
  }
}

}  // namespace
}  // namespace verify
