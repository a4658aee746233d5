#include "autograd/check/diagnosis.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "autograd/check/random.h"
#include "tests/autograd/check/planted.h"

namespace autograd::check {
namespace {

TEST(Diagnosis, SumInsteadOfMeanIsNamedAndTheRestIsCleared) {
  Case c(1);
  scale_block(c.claim, 0, 3);
  scale_block(c.claim, 2, 3);
  const auto d = c.diagnoses({3, {{"the width of layer 1", 5}}});
  EXPECT_EQ(d[0].cause, "summed");
  EXPECT_NEAR(d[0].alpha, 3, 1e-6);
  EXPECT_EQ(describe(d),
            "W1: 3 times too large: summed over the batch of 3 instead of averaged\n"
            "b1: cleared\n"
            "W2: 3 times too large: summed over the batch of 3 instead of averaged\n"
            "b2: cleared\n");
}

TEST(Diagnosis, EveryFactorOfTheDictionaryIsNamed) {
  const struct {
    double factor;
    std::string cause;
    const char* text;
  } rows[] = {
      {-1, "sign", "the sign is wrong"},
      {2, "doubled", "2 times too large: a factor of 2 too many"},
      {0.5, "halved", "2 times too small: a factor of 2 is missing"},
      {1.0 / 3, "averaged_twice", "3 times too small: averaged over the batch of 3 once too often"},
      {1.5, "unbiased", "1.5 times too large: divided by 2 instead of by the batch of 3"},
      {7, "factor", "7 times too large: multiplied by the width of layer 1 (7)"},
      {1.0 / 7, "factor", "7 times too small: divided by the width of layer 1 (7)"},
      {0, "zero", "the claim is zero in the whole block"},
  };
  for (const auto& row : rows) {
    Case c(2);
    scale_block(c.claim, 2, row.factor);
    const auto d = c.diagnoses({3, {{"the width of layer 1", 7}}});
    EXPECT_EQ(d[2].cause, row.cause) << row.factor;
    EXPECT_EQ(d[2].text, row.text);
    EXPECT_EQ(d[0].cause, "");
  }
}

TEST(Diagnosis, TiesAreSaidToBeTies) {
  Case c(2);
  scale_block(c.claim, 0, 3);
  const auto d = c.diagnoses({3, {{"the number of classes", 3}}});
  EXPECT_EQ(d[0].cause, "ambiguous");
  EXPECT_EQ(d[0].text,
            "3 times too large: summed over the batch of 3 instead of averaged, or multiplied by "
            "the number of classes (3); these cannot be told apart here");
}

TEST(Diagnosis, ATransposedBlockIsNamed) {
  Case c(3);
  const std::vector<double> right = c.claim.values;
  for (std::size_t j = 0; j < 5; ++j) {
    for (std::size_t i = 0; i < 4; ++i) c.claim.values[i * 5 + j] = right[j * 4 + i];
  }
  const auto d = c.diagnoses({3, {}});
  EXPECT_EQ(d[0].cause, "transposed");
  EXPECT_EQ(d[0].text, "transposed: the values are right, rows and columns are exchanged");
}

TEST(Diagnosis, TheGradientOfAnotherBlockIsNamed) {
  const Function f = [](std::span<const double> x) {
    return std::exp(x[0]) + x[1] * x[0] + std::sin(x[2]) + x[3] * x[2];
  };
  Claim claim;
  claim.blocks = {{"a", {2}, 0}, {"b", {2}, 2}};
  const std::vector<double> point{0.5, 0.3, 0.7, 0.2};
  claim.values = {std::exp(0.5) + 0.3, 0.5, std::exp(0.5) + 0.3, 0.5};
  const auto d = diagnose(compare(f, point, claim));
  EXPECT_EQ(d[0].text, "cleared");
  EXPECT_EQ(d[1].cause, "other_block");
  EXPECT_EQ(d[1].text, "this is the gradient of a");
}

TEST(Diagnosis, NoCauseIsInvented) {
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    Case c(seed);
    Random random(seed);
    const double base = seed % 2 == 0 ? 3 : 1.2;  // close to a known factor, but not it
    for (std::size_t i = 0; i < 20; ++i) {
      c.claim.values[i] *= base * (1 + 1e-3 * (random.uniform() - 0.5));
    }
    const auto d = c.diagnoses({3, {{"the width of layer 1", 5}}});
    EXPECT_EQ(d[0].cause, "unknown") << d[0].text;
    EXPECT_EQ(d[0].text.find("wrong, no known cause: α = "), 0U) << d[0].text;
    EXPECT_NE(d[0].text.find("largest difference at W1["), std::string::npos) << d[0].text;
  }
}

TEST(Diagnosis, AFactorOutsideTheDictionaryIsGivenButNotExplained) {
  Case c(2);
  scale_block(c.claim, 0, 1.7);
  const auto d = c.diagnoses({3, {}});
  EXPECT_EQ(d[0].cause, "unknown");
  EXPECT_NE(d[0].text.find("α = 1.7,"), std::string::npos);
}

TEST(Diagnosis, AFewWrongEntriesAreSaidToBeFew) {
  Case c(2);
  c.claim.values[6] += 0.01;
  const auto d = c.diagnoses({3, {}});
  EXPECT_EQ(d[0].cause, "few_entries");
  EXPECT_EQ(d[0].text.find("wrong in 1 of 20 entries; largest difference at W1[1, 2]: claimed "),
            0U)
      << d[0].text;
}

}  // namespace
}  // namespace autograd::check
