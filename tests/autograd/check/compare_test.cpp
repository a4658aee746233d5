#include "autograd/check/compare.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>

#include "autograd/check/diagnosis.h"
#include "autograd/tensor/error.h"
#include "tests/autograd/check/planted.h"
#include "tests/autograd/check/small_network.h"
#include "tests/support/message.h"

namespace autograd::check {
namespace {

struct Regime {
  const char* name;
  double inputs, weights, scale, offset;
};

TEST(Compare, CorrectGradientsAreNeverCalledWrong) {
  const Regime regimes[] = {
      {"nominal", 1, 0.7, 1, 0},        {"tiny weights", 1, 1e-6, 1, 0},
      {"large inputs", 255, 0.7, 1, 0}, {"large loss", 1, 0.7, 1e6, 0},
      {"small loss", 1, 0.7, 1e-6, 0},  {"large offset", 1, 0.7, 1, 1e5},
  };
  for (const Regime& regime : regimes) {
    for (std::uint64_t seed = 1; seed <= 50; ++seed) {
      SmallNetwork network(seed, seed % 2 == 0, regime.inputs);
      network.scale = regime.scale;
      network.offset = regime.offset;
      const auto p = network.random_point(seed + 1000, regime.weights);
      Claim claim = claim_of(network, p);
      if (seed % 3 == 0) {
        claim.gradient = [&](std::span<const double> at) { return network.gradient(at); };
      }
      const Report report = compare(network, p, claim);
      EXPECT_NE(report.verdict, Verdict::disagree) << regime.name << ", seed " << seed << "\n"
                                                   << describe(report);
    }
  }
}

TEST(Compare, NominalNetworksAreClearedWithAStatedResolution) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const Case c(seed);
    const Report report = c.report();
    EXPECT_EQ(report.verdict, Verdict::agree) << describe(report);
    for (const BlockReport& block : report.blocks) EXPECT_LT(block.resolution, 1e-8);
    EXPECT_NE(describe(report).find("agree: an entry wrong by more than "), std::string::npos);
  }
}

TEST(Compare, UnitsBesideTheirKinkAreNotCalledWrong) {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    SmallNetwork network(seed, true);
    auto p = network.random_point(seed + 7);
    // Puts the first hidden unit a distance from its kink for sample 0.
    const double distance = seed % 6 == 0 ? 0 : std::pow(10.0, -3 - static_cast<int>(seed % 6));
    const double z = network.forward(p, 0).z1[0];
    p[network.h * network.d] += distance - z;
    Claim claim = claim_of(network, p);
    claim.gradient = [&](std::span<const double> at) { return network.gradient(at); };
    const Report report = compare(network, p, claim);
    EXPECT_NE(report.verdict, Verdict::disagree) << seed << "\n" << describe(report);
  }
}

TEST(Compare, AnExactKinkIsAKinkForAnySlopeInBetweenAndForNoOther) {
  const Function f = [](std::span<const double> x) { return std::abs(x[0]) + x[1] * x[1]; };
  const std::vector<double> point{0, 1};
  Claim claim;
  claim.blocks = {{"x", {2}, 0}};
  for (const double slope : {-1.0, 0.3, 1.0}) {
    claim.values = {slope, 2};
    const Report report = compare(f, point, claim);
    EXPECT_EQ(report.entries[0].verdict, Verdict::kink);
    EXPECT_EQ(report.verdict, Verdict::agree);
  }
  claim.values = {1.5, 2};
  EXPECT_EQ(compare(f, point, claim).entries[0].verdict, Verdict::disagree);
}

TEST(Compare, OnePlantedWrongEntryIsFound) {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    Case c(seed, seed % 2 == 0);
    Random random(seed);
    const auto at = static_cast<std::size_t>(random.below(static_cast<std::int64_t>(c.p.size())));
    const double off = std::max(1e-6, 1e-5 * std::abs(c.claim.values[at]));
    c.claim.values[at] += off;
    if (seed % 2 == 1) {
      c.claim.gradient = [&c, at, off](std::span<const double> p) {
        auto g = c.network.gradient(p);
        g[at] += off;
        return g;
      };
    }
    const Report report = c.report();
    EXPECT_EQ(report.verdict, Verdict::disagree) << seed << "\n" << describe(report);
    EXPECT_EQ(report.entries[at].verdict, Verdict::disagree) << seed;
    std::int64_t wrong = 0;
    for (const BlockReport& block : report.blocks) wrong += block.count(Verdict::disagree);
    EXPECT_EQ(wrong, 1) << seed;
  }
}

TEST(Compare, WhatIsNotSeenIsWithinTheResolutionReported) {
  int seen = 0;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    Case c(seed);
    const double off = 1.5 * c.report().blocks[0].resolution;
    const std::size_t at = 7;  // in W1
    c.claim.values[at] += off;
    const Report report = c.report();
    const bool found = report.entries[at].verdict == Verdict::disagree;
    EXPECT_TRUE(found || off <= report.blocks[0].resolution) << seed;
    if (found) ++seen;
  }
  EXPECT_GE(seen, 19);
}

TEST(Compare, WhatDrownsInNoiseIsCannotTell) {
  const Function f = [](std::span<const double> x) { return 1e12 + 1e-6 * x[0]; };
  Claim claim;
  claim.blocks = {{"x", {1}, 0}};
  claim.values = {1e-6};
  const Report report = compare(f, std::vector<double>{1}, claim);
  EXPECT_EQ(report.verdict, Verdict::cannot_tell);
  EXPECT_NE(diagnose(report)[0].text.find("cannot tell: 1 of 1 entries drown"), std::string::npos);
}

TEST(Compare, AClaimOfNothingWhereNothingMovesAgrees) {
  const Function f = [](std::span<const double> x) { return x[0] + 0 * x[1]; };
  Claim claim;
  claim.blocks = {{"a", {1}, 0}, {"dead", {1}, 1}};
  claim.values = {1, 0};
  EXPECT_EQ(compare(f, std::vector<double>{1, 1}, claim).verdict, Verdict::agree);
  claim.values = {1, 1e-3};
  EXPECT_EQ(compare(f, std::vector<double>{1, 1}, claim).verdict, Verdict::disagree);
}

TEST(Compare, NaNNeverPasses) {
  for (const double bad :
       {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()}) {
    Case c(3);
    c.claim.values[21] = bad;  // b1[1]
    const Report report = c.report();
    EXPECT_EQ(report.verdict, Verdict::disagree);
    EXPECT_EQ(report.blocks[1].not_finite, 1);
    const auto d = diagnose(report);
    EXPECT_EQ(d[1].cause, "not_finite");
    EXPECT_EQ(d[1].text, "1 of 5 claimed entries are not finite, the first at b1[1]");
    EXPECT_EQ(d[0].text, "cleared");
  }
}

TEST(Compare, AnAnswerThatChangesIsAFinding) {
  Case c(4);
  int calls = 0;
  c.claim.gradient = [&](std::span<const double> p) {
    auto g = c.network.gradient(p);
    g[0] += 1e-3 * ++calls;
    return g;
  };
  const Report report = c.report();
  EXPECT_FALSE(report.repeatable);
  EXPECT_EQ(report.verdict, Verdict::disagree);
  EXPECT_NE(describe(report).find("another answer when asked a second time"), std::string::npos);
}

TEST(Compare, AFloat32ClaimGetsFloat32Rounding) {
  Case c(5);
  for (double& v : c.claim.values) v = static_cast<double>(static_cast<float>(v));
  EXPECT_EQ(c.report().verdict, Verdict::disagree);
  const auto reference = estimate_gradient(c.network, c.p, c.claim.blocks);
  c.claim.allowance = rounding_allowance(reference, c.claim.blocks, 0x1p-23);
  EXPECT_NE(c.report().verdict, Verdict::disagree);
}

TEST(Compare, ALargeBlockThatIsAllWrongIsCalledWrongThroughout) {
  Case c(6);
  scale_block(c.claim, 0, 3);
  CompareOptions few;
  few.confirm = 4;
  const Report report = compare(c.network, c.p, c.claim, few);
  EXPECT_EQ(report.blocks[0].count(Verdict::disagree), report.blocks[0].block.count());
  EXPECT_EQ(report.blocks[0].worst.size(), 5U);
}

TEST(Compare, ClaimsMayShareOneEstimate) {
  const Function f = [](std::span<const double> w) { return w[0] * w[0] * w[1]; };
  const BlackBox at(f, std::vector<double>{2, 3});
  const Claim right{{Block{"w", {2}, 0}}, {12, 4}, {}, {}};
  Claim wrong = right;
  wrong.values[1] = 5;
  const std::vector<Estimate> estimate = estimate_gradient(at, right.blocks);
  EXPECT_EQ(describe(compare(at, right, estimate)), describe(compare(at, right)));
  EXPECT_EQ(describe(compare(at, wrong, estimate)), describe(compare(at, wrong)));
  EXPECT_EQ(message_of([&] { compare(at, right, std::span(estimate).first(1)); }),
            "compare: the estimate has 1 entries; expected the 2 of the point");
}

TEST(Compare, MistakesAreNamed) {
  Case c(1);
  c.claim.values.pop_back();
  EXPECT_EQ(message_of([&] { c.report(); }),
            "compare: the claim has 42 entries; expected the 43 of the point");
  Case allowance(1);
  allowance.claim.allowance = {1};
  EXPECT_EQ(message_of([&] { allowance.report(); }),
            "compare: the claim has 1 allowances; expected none or one for each of 43 entries");
  Case function(1);
  function.claim.gradient = [](std::span<const double>) { return std::vector<double>(2); };
  EXPECT_EQ(message_of([&] { function.report(); }),
            "compare: the claim's function gave 2 entries; expected the 43 of the point");
}

}  // namespace
}  // namespace autograd::check
