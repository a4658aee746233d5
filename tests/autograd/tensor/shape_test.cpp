#include "autograd/tensor/shape.h"

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <chrono>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "autograd/tensor/error.h"
#include "autograd/tensor/parallel.h"
#include "tests/support/message.h"

namespace autograd {
namespace {

TEST(Shape, KnowsItsRankSizeAndExtentsAtAnyRank) {
  EXPECT_EQ(Shape().rank(), 0);
  EXPECT_EQ(Shape().size(), 1);
  const Shape six{1, 2, 3, 4, 5, 6};
  EXPECT_EQ(six.rank(), 6);
  EXPECT_EQ(six.size(), 720);
  EXPECT_EQ(six[5], 6);
  EXPECT_EQ(to_string(six), "[1, 2, 3, 4, 5, 6]");
  EXPECT_EQ(six.without(0).without(0).rank(), 4);
  EXPECT_EQ(six.without(5), Shape({1, 2, 3, 4, 5}));
  EXPECT_EQ(Shape({2, 3}).inserted(1, 7), Shape({2, 7, 3}));
  EXPECT_EQ(Shape({2, 3}).with(0, 7), Shape({7, 3}));
  EXPECT_NE(Shape({2}), Shape({2, 1}));
}

TEST(Shape, BroadcastsByTheRulesOfNumPy) {
  const struct {
    Shape a, b, both;
  } table[] = {
      {{2, 3}, {2, 3}, {2, 3}},
      {{2, 3}, {3}, {2, 3}},
      {{2, 1}, {1, 3}, {2, 3}},
      {{}, {4}, {4}},
      {{5, 1, 2}, {7, 1}, {5, 7, 2}},
      {{0, 3}, {1, 3}, {0, 3}},
      {{1}, {0}, {0}},
      {{2, 1, 4, 1}, {1, 1, 3, 1, 5}, {1, 2, 3, 4, 5}},
  };
  for (const auto& row : table) {
    EXPECT_EQ(broadcast("add", row.a, row.b), row.both);
    EXPECT_EQ(broadcast("add", row.b, row.a), row.both);
    EXPECT_TRUE(broadcasts_to(row.a, row.both));
  }
  EXPECT_FALSE(broadcasts_to({2, 3}, {3}));
  EXPECT_FALSE(broadcasts_to({2}, {3}));
}

TEST(Shape, MistakesNameTheShapesAndTheAxis) {
  EXPECT_EQ(message_of([] {
              broadcast("add", {2, 3}, {4, 3});
            }),
            "add: shapes [2, 3] and [4, 3] do not broadcast: axis -2 is 2 against 4; make them "
            "equal, or one of them 1");
  EXPECT_EQ(message_of([] { Shape({2, -1}); }), "shape: extents must not be negative; got [2, -1]");
  EXPECT_EQ(message_of([] {
              Shape({Index{1} << 40, Index{1} << 40});
            }),
            "shape: [1099511627776, 1099511627776] has more elements than any memory holds");
  EXPECT_EQ(Shape({0, Index{1} << 40, Index{1} << 40}).size(), 0);
}

TEST(Parallel, CoversEveryIndexOnceInRangesThatDependOnTheGrainAlone) {
  const auto ranges_with = [](int threads) {
    set_thread_count(threads);
    std::mutex mutex;
    std::set<std::pair<std::int64_t, std::int64_t>> ranges;
    parallel_for(1003, 10, [&](std::int64_t begin, std::int64_t end) {
      const std::scoped_lock lock(mutex);
      EXPECT_TRUE(ranges.emplace(begin, end).second);
    });
    return ranges;
  };
  const auto one = ranges_with(1);
  EXPECT_EQ(one, ranges_with(2));
  EXPECT_EQ(one.size(), 101U);
  std::int64_t next = 0;
  for (const auto& [begin, end] : one) {
    EXPECT_EQ(begin, next);
    next = end;
  }
  EXPECT_EQ(next, 1003);
}

// Threads of the user's own meet in it: whoever comes while another is served works alone.
TEST(Parallel, ServesSeveralCallersAtOnce) {
  std::atomic<int> wrong{0};
  std::vector<std::thread> callers;
  for (int caller = 0; caller < 4; ++caller) {
    callers.emplace_back([&wrong] {
      for (int job = 0; job < 2000; ++job) {
        std::array<int, 7> seen{};
        parallel_for(7, 1, [&](std::int64_t begin, std::int64_t end) {
          for (std::int64_t i = begin; i < end; ++i) ++seen[static_cast<std::size_t>(i)];
        });
        for (const int times : seen) wrong += times != 1;
      }
    });
  }
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(wrong.load(), 0);
}

// Long enough a time between two jobs that the helpers fall asleep.
TEST(Parallel, WakesItsHelpersAfterAPause) {
  for (int job = 0; job < 20; ++job) {
    std::atomic<int> sum{0};
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
    parallel_for(64, 1, [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t i = begin; i < end; ++i) sum += static_cast<int>(i);
    });
    EXPECT_EQ(sum.load(), 2016);
  }
}

TEST(Parallel, BringsAnExceptionBackAndGoesOnWorking) {
  for (int round = 0; round < 50; ++round) {
    EXPECT_THROW(parallel_for(100, 1,
                              [](std::int64_t begin, std::int64_t) {
                                if (begin == 37) throw Error("range 37");
                              }),
                 Error);
    std::atomic<std::int64_t> sum{0};
    parallel_for(100, 1, [&](std::int64_t begin, std::int64_t) {
      parallel_for(10, 3, [&](std::int64_t first, std::int64_t last) { sum += last - first; });
      sum += begin;
    });
    EXPECT_EQ(sum, 4950 + 1000);
  }
  parallel_for(0, 1, [](std::int64_t, std::int64_t) { FAIL() << "there is nothing to do"; });
}

}  // namespace
}  // namespace autograd
