#include "bench/checker/trials.h"

#include <gtest/gtest.h>

#include <set>

#include "apps/verify/by_hand/bugs.h"
#include "apps/verify/check/network_program.h"
#include "autograd/tensor/factories.h"
#include "bench/checker/unusual.h"

// The measurement of the checker in small; bench/checker measures more.

namespace bench {
namespace {

const Report quiet = [](double) {};

std::vector<double> by_tape(const Fresh& fresh) {
  const auto f = program_of(fresh.network, fresh.samples, fresh.point);
  std::vector<double> flat;
  for (const auto& g :
       f.vjp(verify::tensors_of(fresh.network, fresh.point), std::vector{autograd::Tensor(1.0)})) {
    const std::vector<double> numbers = to_vector(g);
    flat.insert(flat.end(), numbers.begin(), numbers.end());
  }
  return flat;
}

TEST(ByHand, HasTheTapesGradientAndLossOfFreshNetworks) {
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    const Fresh fresh = draw(Regime::nominal, seed, autograd::f64);
    const std::vector<double> tape = by_tape(fresh);
    const auto hand =
        by_hand::mlp<double>(fresh.network, fresh.samples, std::span<const double>(fresh.point));
    double largest = 0;
    for (const double g : tape) largest = std::max(largest, std::abs(g));
    for (std::size_t i = 0; i < tape.size(); ++i) {
      EXPECT_NEAR(hand.gradient[i], tape[i], 1e-12 * largest) << seed;
    }
    const double loss = loss_of(fresh.network, fresh.samples, fresh.point);
    EXPECT_NEAR(hand.loss, loss, 1e-13 * std::abs(loss)) << seed;
  }
}

TEST(Bugs, AreThirtyAndTenWithNamesAndCausesOfTheirOwn) {
  EXPECT_EQ(by_hand::listed_bugs().size(), 30U);
  EXPECT_EQ(by_hand::unlisted_bugs().size(), 10U);
  std::set<std::string> names;
  for (const auto& list : {by_hand::listed_bugs(), by_hand::unlisted_bugs()}) {
    for (const auto& bug : list) {
      names.insert(bug.name);
      EXPECT_FALSE(bug.explanation.empty());
      EXPECT_EQ(by_hand::find_bug(bug.name), &bug);
    }
  }
  EXPECT_EQ(names.size(), 40U);
  EXPECT_EQ(by_hand::find_bug("none"), nullptr);
}

TEST(Bugs, ChangeTheGradientAndNotTheLoss) {
  for (const auto& list : {by_hand::listed_bugs(), by_hand::unlisted_bugs()}) {
    for (const auto& bug : list) {
      int applied = 0;
      for (std::uint64_t seed = 0; seed < 40 && applied < 3; ++seed) {
        const Fresh fresh = draw(Regime::nominal, seed, autograd::f64);
        if (!bug.applies(fresh.network, fresh.samples)) continue;
        ++applied;
        const std::span<const double> at(fresh.point);
        const auto clean = by_hand::mlp<double>(fresh.network, fresh.samples, at);
        const auto wrong = by_hand::mlp_with<double>(bug, fresh.network, fresh.samples, at);
        EXPECT_EQ(wrong.loss, clean.loss) << bug.name;
        EXPECT_NE(wrong.gradient, clean.gradient) << bug.name;
      }
      EXPECT_GT(applied, 0) << bug.name;
    }
  }
}

TEST(Fresh, IsTheSameForTheSameSeedAndFloatWhereAsked) {
  for (const Regime regime : regimes()) {
    const Fresh a = draw(regime, 3, autograd::f32), b = draw(regime, 3, autograd::f32);
    EXPECT_EQ(a.point, b.point);
    EXPECT_EQ(a.samples.x, b.samples.x);
    for (const double x : a.point) EXPECT_EQ(x, static_cast<double>(static_cast<float>(x)));
    EXPECT_NE(draw(regime, 4, autograd::f32).point, a.point);
  }
}

TEST(Checker, RaisesNoFalseAlarmInAnyRegime) {
  EXPECT_EQ(count_alarms(160, autograd::f64, quiet).alarms, 0);
  const Alarms single = count_alarms(160, autograd::f32, quiet);
  EXPECT_EQ(single.alarms, 0);
  EXPECT_LE(single.cannot_tell, 16);
}

TEST(Checker, IsSureOfLayerNormAndOfALossPlusAHundredThousand) {
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    for (const auto dtype : {autograd::f64, autograd::f32}) {
      EXPECT_EQ(judge_layer_norm(seed, dtype).verdict, autograd::check::Verdict::agree) << seed;
      const auto shifted = judge_shifted_loss(seed, dtype);
      EXPECT_NE(shifted.verdict, autograd::check::Verdict::disagree) << seed;
      const bool recorded = seed % 2 == 0;  // then the constant costs nothing
      EXPECT_TRUE(!recorded || shifted.verdict == autograd::check::Verdict::agree) << seed;
    }
  }
}

TEST(Checker, FindsEveryBugAndNamesNearlyAll) {
  for (const auto dtype : {autograd::f64, autograd::f32}) {
    const Finds finds = count_finds(true, 4, dtype, quiet);
    EXPECT_GT(finds.trials, 120);
    EXPECT_EQ(finds.visible_found, finds.visible);
    // What is finer than the resolution of float32 may stay unseen.
    EXPECT_GE(finds.found, dtype == autograd::f64 ? finds.trials : finds.trials * 98 / 100);
    EXPECT_GE(finds.named, finds.found * 98 / 100 - 1);
    EXPECT_EQ(finds.misnamed, 0);
  }
}

TEST(Checker, NamesNoCauseForWhatIsNotListed) {
  const Finds finds = count_finds(false, 4, autograd::f64, quiet);
  EXPECT_GT(finds.trials, 40);
  EXPECT_EQ(finds.found, finds.trials);
  EXPECT_EQ(finds.misnamed, 0);
}

TEST(Checker, HasErrorBarsThatHold) {
  const Bars bars = count_bars(12, quiet);
  EXPECT_GT(bars.entries, 2000);
  EXPECT_LE(bars.over, bars.entries / 1000);
  EXPECT_EQ(bars.over_three, 0);
  EXPECT_LE(worst_double_double(12), 1e-19);
}

TEST(Checker, FindsOneEntryOffByAMillionthAmongAHundredThousand) {
  const Needle needle = find_needles(12);
  EXPECT_EQ(needle.found, needle.trials);
}

}  // namespace
}  // namespace bench
