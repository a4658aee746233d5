#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>

#include "apps/verify/studies/by_the_book.h"
#include "apps/verify/studies/flat_vector.h"
#include "apps/verify/studies/line_search.h"
#include "apps/verify/studies/six_weights.h"
#include "apps/verify/studies/three_ways.h"
#include "tests/support/message.h"

namespace verify {
namespace {

using autograd::check::Verdict;

Options with_seed(std::uint64_t seed) {
  Options options;
  options.seed = seed;
  return options;
}

void expect_every_entry_agrees(const Outcome& outcome) {
  EXPECT_EQ(verdict_of(outcome), Verdict::agree);
  for (const Comparison& comparison : outcome.comparisons) {
    for (const ClaimReport& claim : comparison.claims) {
      for (const auto& block : claim.report.blocks) {
        EXPECT_EQ(block.count(Verdict::disagree), 0) << comparison.question.what;
        EXPECT_EQ(block.count(Verdict::cannot_tell), 0) << comparison.question.what;
      }
    }
  }
}

// --- six-weights ---

TEST(SixWeights, SixEntriesPassTheRuleOfThumbAndTellSomething) {
  for (const std::uint64_t seed : {1U, 2U}) {
    const Outcome outcome = six_weights(with_seed(seed), {});
    expect_every_entry_agrees(outcome);
    const Json& six = outcome.numbers["six"][0];
    EXPECT_EQ(six["passed"], 6);
    ASSERT_EQ(six["rows"].size(), 6U);
    for (const Json& row : six["rows"]) {
      EXPECT_LT(row["difference"].get<double>(), 1e-4);
      EXPECT_GT(std::abs(row["actual gradient"].get<double>()), 5e-3);
    }
    EXPECT_GT(outcome.numbers["loss"].get<double>(), 1.8);
    EXPECT_LT(outcome.numbers["loss"].get<double>(), 2.8);
    EXPECT_EQ(outcome.comparisons[0].claims[0].report.entries.size(), 39760U);
  }
}

TEST(SixWeights, SetWideScalingIsAnotherPoint) {
  Options options;
  const Json own = six_weights(options, {}).numbers["loss"];
  options.variant = "set-wide";
  const Outcome outcome = six_weights(options, {});
  expect_every_entry_agrees(outcome);
  EXPECT_NE(outcome.numbers["loss"], own);
}

TEST(SixWeights, Float32IsClearedToo) {
  Options options;
  options.dtype = autograd::f32;
  EXPECT_EQ(verdict_of(six_weights(options, {})), Verdict::agree);
}

class SixWeightsConfig : public testing::Test {
 protected:
  SixWeightsConfig() { options.config = fs_path; }
  ~SixWeightsConfig() override { std::filesystem::remove(fs_path); }
  void write(const std::string& text) const { std::ofstream(fs_path) << text; }
  std::string message() const {
    return message_of([&] { six_weights(options, {}); });
  }

  const std::filesystem::path fs_path =
      std::filesystem::path(testing::TempDir()) /
      (std::string("plumb_six_") + testing::UnitTest::GetInstance()->current_test_info()->name() +
       ".yaml");
  Options options;
};

TEST_F(SixWeightsConfig, DecidesTheWidthAndTheRestIsSaidToBeUnused) {
  write("layers: [784, 7, 10]\nlearning_rate: 0.25\n");
  const Outcome outcome = six_weights(options, {});
  EXPECT_EQ(outcome.comparisons[0].claims[0].report.entries.size(), 784U * 7 + 7 + 70 + 10);
  EXPECT_NE(outcome.words.find("read but not used"), std::string::npos);
  EXPECT_NE(outcome.words.find("learning_rate 0.25"), std::string::npos);
}

TEST_F(SixWeightsConfig, OfAnotherNetworkIsRefused) {
  write("\nlayers: [784, 30, 20, 10]\n");
  EXPECT_EQ(message(), fs_path.string() +
                           ":2: layers: six-weights needs one hidden layer, [784, h, 10] with h "
                           "from 1 to 4096; got [784, 30, 20, 10]");
  write("activation: relu\n");
  EXPECT_EQ(message(), fs_path.string() +
                           ":1: activation: six-weights is a tanh network; expected tanh; got "
                           "relu");
}

// --- flat-vector ---

TEST(FlatVector, ClearsTheCorrectGradientInEveryEntry) {
  for (const std::uint64_t seed : {1U, 2U, 3U}) {
    const Outcome outcome = flat_vector(with_seed(seed), {});
    expect_every_entry_agrees(outcome);
    EXPECT_EQ(outcome.comparisons[0].claims[0].report.entries.size(), 31810U);
    const auto score = outcome.numbers["scores"]["by hand"].get<double>();
    EXPECT_GT(score, 1e-6);
    EXPECT_LT(score, 1e-5);
  }
}

TEST(FlatVector, NamesTheWeightsThatWereSummedAndClearsTheBiases) {
  for (const std::uint64_t seed : {1U, 2U, 3U}) {
    Options options = with_seed(seed);
    options.variant = "summed-weights";
    const Outcome outcome = flat_vector(options, {});
    EXPECT_EQ(verdict_of(outcome), Verdict::disagree);
    const auto score = outcome.numbers["scores"]["by hand"].get<double>();
    EXPECT_GT(score, 5);
    EXPECT_LT(score, 20);
    const auto& diagnoses = outcome.comparisons[0].claims[0].diagnoses;
    ASSERT_EQ(diagnoses.size(), 4U);
    for (const std::size_t block : {0U, 2U}) {
      EXPECT_EQ(diagnoses[block].text,
                "5 times too large: summed over the batch of 5 instead of averaged");
      EXPECT_NEAR(diagnoses[block].alpha, 5, 1e-6);
    }
    for (const std::size_t block : {1U, 3U}) EXPECT_EQ(diagnoses[block].text, "cleared");
    EXPECT_EQ(
        conclusion_of(outcome),
        "flat-vector: the gradient by hand is wrong in W1 and W2 and the gradients by hand and "
        "by tape differ");
  }
}

// --- line-search ---

TEST(LineSearch, DescendsAsTheReferenceDoesAndItsSumsAreSmall) {
  const Outcome outcome = line_search(Options(), {});
  expect_every_entry_agrees(outcome);
  const Json& losses = outcome.numbers["losses"];
  ASSERT_EQ(losses.size(), 101U);
  ASSERT_EQ(outcome.numbers["accuracies"].size(), 101U);
  EXPECT_NEAR(losses[0].get<double>(), 2.4, 0.15);
  EXPECT_NEAR(losses[10].get<double>(), 1.8, 0.2);
  EXPECT_LT(losses[100].get<double>(), 0.6);
  EXPECT_GT(outcome.numbers["accuracies"][100].get<double>(), 0.85);
  EXPECT_LT(outcome.numbers["evaluations"].get<int>(), 200);
  const auto total = outcome.numbers["sums"][0]["total"].get<double>();
  EXPECT_GT(total, 2e-9);
  EXPECT_LT(total, 5e-8);
  double sum = 0;
  for (const Json& block : outcome.numbers["sums"][0]["blocks"]) sum += block.get<double>();
  EXPECT_DOUBLE_EQ(sum, total);
}

TEST(LineSearch, DrawsAPictureWithEightImages) {
  Options options;
  options.picture = std::filesystem::path(testing::TempDir()) / "plumb_line_search.svg";
  line_search(options, {});
  std::ifstream in(options.picture);
  const std::string svg((std::istreambuf_iterator<char>(in)), {});
  std::size_t images = 0;
  for (auto at = svg.find(", predicted "); at != std::string::npos;
       at = svg.find(", predicted ", at + 1)) {
    ++images;
  }
  EXPECT_EQ(images, 8U);
  std::filesystem::remove(options.picture);
}

// --- three-ways ---

TEST(ThreeWays, WarmUpsAreExactAndEveryNetworkIsCleared) {
  const Outcome outcome = three_ways(Options(), {});
  expect_every_entry_agrees(outcome);
  EXPECT_EQ(outcome.comparisons.size(), 10U);  // two warm-ups and three networks, twice each
  EXPECT_EQ(outcome.numbers["warm_ups"]["f64"]["exact"]["by hand"], true);
  EXPECT_EQ(outcome.numbers["warm_ups"]["f32"]["exact"]["by hand"], true);
}

// The rows of one judge.
Json rows_of(const Json& all, const std::string& judge) {
  Json rows = Json::array();
  for (const Json& row : all) {
    if (row["claim"].get<std::string>().starts_with(judge)) rows.push_back(row);
  }
  return rows;
}

TEST(ThreeWays, TheFixedThresholdPassesWhereNothingSaturatesAndFailsWhereItsTrapIs) {
  const Outcome outcome = three_ways(Options(), {});
  for (const char* network : {"small-weights", "breast-cancer"}) {
    for (const char* judge : {"by hand", "by tape"}) {
      const Json rows = rows_of(outcome.numbers["fixed_threshold"][network], judge);
      ASSERT_EQ(rows.size(), 5U);
      EXPECT_EQ(rows[0]["failed"], 0) << network;             // float64, step 1e-3
      EXPECT_GT(rows[1]["failed"].get<int>(), 0) << network;  // step 1e-10
      EXPECT_GT(rows[2]["failed"].get<int>(), 0) << network;  // step 1
      EXPECT_GT(rows[4]["failed"].get<int>(), 0) << network;  // float32 losses
      for (const Json& row : rows) EXPECT_EQ(row["with_error_bars"], "agree") << network;
    }
  }
  const Json& nominal = outcome.numbers["fixed_threshold"]["nominal"];
  EXPECT_GT(nominal[0]["failed"].get<int>(), 0);  // saturated units
  EXPECT_NE(nominal[0]["worst"], "");
}

TEST(ThreeWays, AVariantPicksOneNetworkAndADtypeOnePrecision) {
  Options options = with_seed(2);
  options.variant = "small-weights";
  options.dtype = autograd::f32;
  const Outcome outcome = three_ways(options, {});
  ASSERT_EQ(outcome.comparisons.size(), 3U);
  EXPECT_EQ(outcome.comparisons[2].question.dtype, autograd::f32);
  EXPECT_EQ(outcome.numbers["fixed_threshold"].size(), 1U);
}

// --- by-the-book ---

TEST(ByTheBook, TheFourteenLossesComeOutForEverySeed) {
  const std::vector<double> expected{1000.00, 963.68, 940.46, 925.61, 916.12, 910.03, 906.13,
                                     903.63,  902.02, 900.98, 900.31, 899.88, 899.61, 899.43};
  for (const std::uint64_t seed : {1U, 7U}) {
    const Outcome outcome = by_the_book(with_seed(seed), {});
    expect_every_entry_agrees(outcome);
    const Json& epochs = outcome.numbers["epochs"];
    ASSERT_EQ(epochs.size(), expected.size());
    for (std::size_t k = 0; k < expected.size(); ++k) {
      EXPECT_NEAR(epochs[k]["acc_train_loss"].get<double>(), expected[k], 0.015) << k;
      if (k == 0) continue;
      EXPECT_NEAR(epochs[k]["acc_train_error"].get<double>(), 88.30, 1e-9) << k;
      EXPECT_NEAR(epochs[k]["test_error"].get<double>(), 90.10, 1e-9) << k;
    }
    EXPECT_NE(outcome.words.find("1 acc_train_loss 963.68 acc_train_error 88.30% test_error "
                                 "90.10%\n"),
              std::string::npos);
  }
}

TEST(ByTheBook, TrainsAsLongAsItIsAskedTo) {
  Options options;
  options.epochs = 3;
  const Outcome outcome = by_the_book(options, {});
  EXPECT_EQ(outcome.numbers["epochs"].size(), 3U);
  EXPECT_EQ(outcome.comparisons.size(), 2U);
}

// --- what they have in common ---

TEST(Studies, JsonHoldsWhatWasFound) {
  const Outcome outcome = flat_vector(Options(), {});
  const Json json = Json::parse(to_json(outcome).dump(2));
  EXPECT_EQ(json["study"], "flat-vector");
  EXPECT_EQ(json["verdict"], "agree");
  EXPECT_EQ(json["options"]["variant"], "correct");
  EXPECT_EQ(json["options"]["seed"], 1);
  const Json& claim = json["comparisons"][0]["claims"][0];
  EXPECT_EQ(claim["name"], "by hand");
  ASSERT_EQ(claim["blocks"].size(), 4U);
  EXPECT_EQ(claim["blocks"][0]["name"], "W1");
  EXPECT_EQ(claim["blocks"][0]["shape"], Json({40, 784}));
  EXPECT_EQ(claim["blocks"][0]["counts"]["agree"], 31360);
  EXPECT_NEAR(claim["blocks"][0]["alpha"].get<double>(), 1, 1e-9);
  EXPECT_EQ(claim["blocks"][0]["diagnosis"], "cleared");
}

TEST(Studies, OneThatStoppedCannotTell) {
  Outcome outcome;
  outcome.study = "line-search";
  outcome.stopped = "no step";
  EXPECT_EQ(verdict_of(outcome), Verdict::cannot_tell);
  EXPECT_EQ(conclusion_of(outcome), "line-search: cannot tell: no step");
}

TEST(Studies, EqualSeedsGiveEqualResults) {
  EXPECT_EQ(to_json(six_weights(with_seed(4), {})).dump(),
            to_json(six_weights(with_seed(4), {})).dump());
}

}  // namespace
}  // namespace verify
