#include "autograd/tensor/random.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <string>

#include "autograd/tensor/factories.h"
#include "tests/support/message.h"

namespace autograd {
namespace {

TEST(Random, PhiloxGivesTheKnownAnswersOfItsAuthors) {
  using Words = std::array<std::uint32_t, 4>;
  EXPECT_EQ(philox({0, 0, 0, 0}, {0, 0}), (Words{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
  EXPECT_EQ(philox({0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff}, {0xffffffff, 0xffffffff}),
            (Words{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
  EXPECT_EQ(philox({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}),
            (Words{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
}

TEST(Random, ASeedGivesTheSameStreamOnEveryMachine) {
  Random random(0);
  EXPECT_EQ(random.bits(), 0xe169c58d6627e8d5U);
  EXPECT_EQ(random.bits(), 0x9b00dbd8bc57ac4cU);
  Random first(5);
  Random again(5);
  EXPECT_EQ(to_vector(first.normal({100})), to_vector(again.normal({100})));
  EXPECT_NE(Random(5).bits(), Random(6).bits());
  EXPECT_NE(Random(5).bits(), Random(5).split(1).bits());
  EXPECT_EQ(Random(5).split(7).bits(), Random(5, 7).bits());
  // A stream of a stream is one of its own.
  EXPECT_NE(Random(5).split(7).split(3).bits(), Random(5).split(3).bits());
  EXPECT_NE(Random(5).split(7).split(3).bits(), Random(5).split(3).split(7).bits());
  EXPECT_EQ(Random(5).split(7).split(3).bits(), Random(5).split(7).split(3).bits());
}

TEST(Random, FloatsAreTheDoublesRounded) {
  const auto wide = to_vector(Random(1).normal({50}, 2, 3));
  const Tensor narrow = Random(1).normal({50}, 2, 3, f32);
  for (std::size_t i = 0; i < wide.size(); ++i) {
    EXPECT_EQ(narrow.values<float>()[i], static_cast<float>(wide[i]));
  }
}

TEST(Random, TheQuantileInvertsTheNormalDistribution) {
  for (const double p : {1e-300, 1e-100, 1e-16, 1e-6, 0.01, 0.0749, 0.0751, 0.3, 0.5, 0.7, 0.999}) {
    const double z = normal_quantile(p);
    const double back = 0.5 * std::erfc(-z / std::sqrt(2.0));
    EXPECT_NEAR(back / p, 1, 1e-15 * (10 + 2 * z * z)) << p;  // the tail magnifies z's last bit
  }
  EXPECT_EQ(normal_quantile(0.5), 0);
  EXPECT_NEAR(normal_quantile(0.975), 1.959963984540054, 1e-15);
  EXPECT_EQ(normal_quantile(0.25), -normal_quantile(0.75));
}

TEST(Random, MomentsAreThoseOfTheDistribution) {
  constexpr int count = 200000;
  Random random(3);
  double sum = 0;
  double squares = 0;
  double fourths = 0;
  double uniforms = 0;
  for (int i = 0; i < count; ++i) {
    const double z = random.normal();
    sum += z;
    squares += z * z;
    fourths += z * z * z * z;
    uniforms += random.uniform();
  }
  EXPECT_NEAR(sum / count, 0, 0.01);
  EXPECT_NEAR(squares / count, 1, 0.015);
  EXPECT_NEAR(fourths / count, 3, 0.15);
  EXPECT_NEAR(uniforms / count, 0.5, 0.003);
}

TEST(Random, IntegersReachEveryValueAndPermutationsHoldEachOnce) {
  Random random(4);
  std::array<int, 6> seen{};
  const Tensor drawn = random.integers({6000}, -2, 4);
  for (const Index number : drawn.values<Index>()) {
    ++seen.at(static_cast<std::size_t>(number + 2));
  }
  for (const int times : seen) EXPECT_NEAR(times, 1000, 150);
  auto order = random.permutation(100);
  EXPECT_FALSE(std::is_sorted(order.begin(), order.end()));
  std::sort(order.begin(), order.end());
  for (Index i = 0; i < 100; ++i) EXPECT_EQ(order[static_cast<std::size_t>(i)], i);
  EXPECT_TRUE(random.permutation(0).empty());
}

TEST(Random, EveryMistakeSaysWhatWasExpected) {
  Random random(1);
  const struct {
    std::string expected;
    std::function<void()> mistake;
  } table[] = {
      {"below: the bound must be positive; got 0", [&] { random.below(0); }},
      {"uniform: low must not exceed high; got 2.000000 and 1.000000",
       [&] { random.uniform({1}, 2, 1); }},
      {"uniform: the dtype must be f32 or f64; got i64; use integers()",
       [&] { random.uniform({1}, 0, 1, i64); }},
      {"normal: the deviation must not be negative; got -1.000000",
       [&] { random.normal({1}, 0, -1); }},
      {"integers: low must be below high; got 3 and 3", [&] { random.integers({1}, 3, 3); }},
      {"permutation: n must not be negative; got -1", [&] { random.permutation(-1); }},
  };
  for (const auto& row : table) EXPECT_EQ(message_of(row.mistake), row.expected);
}

TEST(Random, SkippingIsDrawingUnseen) {
  for (const std::uint64_t before : {0U, 1U, 2U}) {
    for (const std::uint64_t count : {0U, 1U, 2U, 3U, 10U}) {
      Random drawing(5), skipping(5);
      for (std::uint64_t i = 0; i < before; ++i) EXPECT_EQ(drawing.bits(), skipping.bits());
      for (std::uint64_t i = 0; i < count; ++i) drawing.bits();
      skipping.skip(count);
      for (int i = 0; i < 3; ++i) EXPECT_EQ(drawing.bits(), skipping.bits());
    }
  }
}

}  // namespace
}  // namespace autograd
