#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <limits>
#include <string>
#include <thread>
#include <vector>

#include "autograd/tensor/factories.h"
#include "autograd/tensor/memory.h"
#include "autograd/tensor/parallel.h"
#include "autograd/tensor/print.h"
#include "autograd/tensor/random.h"
#include "tests/support/message.h"

namespace autograd {
namespace {

constexpr Index most = std::numeric_limits<Index>::max();
constexpr Index least = std::numeric_limits<Index>::min();

TEST(Limits, MistakesAtTheRimSayWhatWasExpected) {
  const struct {
    std::string expected;
    std::function<void()> mistake;
  } table[] = {
      {"linspace: the count must not be negative; got -2", [] { linspace(0, 1, -2); }},
      {"eye: the count must not be negative; got -3", [] { eye(-3); }},
      {"at: index -3 is out of range for axis 0 of shape [2]",
       [] {
         static_cast<void>(tensor({1, 2}).at({-3}));
       }},
      {"rows: [0, 0) does not lie within axis 0 of shape []",
       [] { static_cast<void>(scalar(1).rows(0, 0)); }},
      {"normal: the dtype must be f32 or f64; got i64; use integers()",
       [] { Random(1).normal({1}, 0, 1, i64); }},
      {"below: the bound must be positive; got -4", [] { Random(1).below(-4); }},
      {"integers: low must be below high; got 4 and 3", [] { Random(1).integers({1}, 4, 3); }},
  };
  for (const auto& row : table) EXPECT_EQ(message_of(row.mistake), row.expected);
}

TEST(Limits, AGrainBeyondTheCountIsOneRange) {
  for (const Index grain : {Index{7}, Index{8}, most - 1, most}) {
    std::vector<Index> cuts;
    parallel_for(7, grain, [&](Index begin, Index end) { cuts.insert(cuts.end(), {begin, end}); });
    EXPECT_EQ(cuts, (std::vector<Index>{0, 7})) << grain;
  }
}

TEST(Limits, IntegersSpanTheWholeRange) {
  bool negative = false;
  bool positive = false;
  const Tensor drawn = Random(1).integers({64}, least, most);
  for (const Index number : drawn.values<Index>()) {
    negative = negative || number < least / 2;
    positive = positive || number > most / 2;
  }
  EXPECT_TRUE(negative && positive);
}

TEST(Limits, TheFarTailOfTheNormalIsRightOnBothSides) {
  // Quantiles of 2⁻¹⁰, 2⁻³⁰ and 2⁻⁵³, from Φ⁻¹ evaluated with 50 digits.
  const struct {
    double p, z;
  } table[] = {
      {0x1p-10, -3.0972690781987844624},
      {0x1p-30, -6.0093535655307438932},
      {0x1p-53, -8.2095361516013868556},
  };
  for (const auto& row : table) {
    EXPECT_NEAR(normal_quantile(row.p) / row.z, 1, 4e-16);
    EXPECT_EQ(normal_quantile(1 - row.p), -normal_quantile(row.p));
  }
}

TEST(Limits, AThreadThatOnlyFreesGivesItsPoolBack) {
  const std::int64_t before = memory::usage().live_bytes;
  Tensor x = zeros({5000});
  std::int64_t freed = 0;
  std::thread([moved = std::move(x), &freed]() mutable {
    moved = Tensor();
    freed = memory::usage().live_bytes;  // this thread made nothing
  }).join();
  EXPECT_LT(freed, -5000 * 8);
  EXPECT_EQ(memory::usage().live_bytes, before - freed);
}

TEST(Limits, LongOuterAxesAreCutAndNestedBracketsIndent) {
  EXPECT_EQ(to_string(zeros({9, 1})), "[[0],\n [0],\n [0],\n …,\n [0],\n [0],\n [0]] f64 [9, 1]");
  EXPECT_EQ(to_string(zeros({2, 2, 1}, i64)), "[[[0],\n  [0]],\n [[0],\n  [0]]] i64 [2, 2, 1]");
}

TEST(Memory, AThreadThatOnlyFreesDoesNotHoardWhatOthersMade) {
  constexpr Index numbers = 1 << 20;  // 8 MiB a tensor
  std::int64_t pooled = 0;
  std::vector<Tensor> made;
  for (int i = 0; i < 40; ++i) made.push_back(zeros({numbers}));
  std::thread([&] {
    made.clear();
    pooled = memory::usage().pooled_bytes;
  }).join();
  EXPECT_GT(pooled, 0);
  EXPECT_LE(pooled, std::int64_t{1} << 26);
}

// What one thread has had in use and left, of blocks this small, the next one needs no system for.
TEST(Memory, SmallBlocksThatAThreadLeavesServeTheNext) {
  constexpr std::size_t count = 3000, bytes = 448;
  const auto use = [] {
    std::vector<void*> blocks;
    for (std::size_t i = 0; i < count; ++i) blocks.push_back(memory::allocate(bytes));
    for (void* block : blocks) memory::deallocate(block, bytes);
    return memory::usage().system_requests;
  };
  std::int64_t first = 0, second = 0;
  std::thread([&] { first = use(); }).join();
  std::thread([&] { second = use(); }).join();
  EXPECT_LE(first, 24);
  EXPECT_EQ(second, 0);
}

// In reach of one another, without a header before each.
TEST(Memory, SmallBlocksLieSideBySide) {
  std::vector<std::byte*> blocks;
  std::thread([&] {
    memory::release_pool();
    for (int i = 0; i < 500; ++i) blocks.push_back(static_cast<std::byte*>(memory::allocate(64)));
  }).join();
  int apart = 0;
  for (std::size_t i = 1; i < blocks.size(); ++i)
    apart += std::abs(blocks[i] - blocks[i - 1]) != 64;
  EXPECT_LE(apart, 50);
  for (std::byte* block : blocks) memory::deallocate(block, 64);
}

}  // namespace
}  // namespace autograd
