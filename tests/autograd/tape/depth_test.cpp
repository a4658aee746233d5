#include <gtest/gtest.h>
#include <pthread.h>

#include <thread>
#include <vector>

#include "autograd/ops/arithmetic.h"
#include "autograd/ops/elementwise.h"
#include "autograd/ops/linalg.h"
#include "autograd/ops/reduce.h"
#include "autograd/tape/tape.h"
#include "autograd/tensor/factories.h"
#include "autograd/tensor/random.h"

// Tapes that are long, and tapes side by side.

namespace autograd {
namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr int many = 1'000'000;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
constexpr int many = 1'000'000;
#else
constexpr int many = 10'000'000;
#endif
#else
constexpr int many = 10'000'000;
#endif

// Runs on a thread whose stack would not hold a frame an operation.
template <class Body>
void on_a_small_stack(Body body) {
  pthread_attr_t attributes;
  ASSERT_EQ(pthread_attr_init(&attributes), 0);
  ASSERT_EQ(pthread_attr_setstacksize(&attributes, 256 * 1024), 0);
  pthread_t thread{};
  const auto start = [](void* self) -> void* {
    (*static_cast<Body*>(self))();
    return nullptr;
  };
  ASSERT_EQ(pthread_create(&thread, &attributes, start, &body), 0);
  pthread_join(thread, nullptr);
  pthread_attr_destroy(&attributes);
}

TEST(Tape, GradientOfAChainOfTenMillionOpsNeedsNoStack) {
  double slope = 0;
  on_a_small_stack([&] {
    Tape tape;
    const Tensor x = tape.watch(2);
    Tensor y = x;
    for (int i = 0; i < many; ++i) y = negate(y);
    slope = tape.gradient(y * y)[x].item();
  });
  EXPECT_EQ(slope, 4);
}

TEST(Tape, EndingALongOneNeedsNoStackEither) {
  on_a_small_stack([&] {
    Tensor last;
    {
      Tape tape;
      Tensor y = tape.watch(0.5);
      for (int i = 0; i < many / 10; ++i) y = sin(y);
      last = y;
    }
    EXPECT_TRUE(last.defined());
  });
}

TEST(Tape, OnSeveralThreadsAtOnceMayShareParameters) {
  const Parameter w("w", Random(1).normal({20, 30})), v("v", Random(2).normal({20}));
  const Tensor x = Random(3).normal({30});
  const auto gradients = [&] {
    Tape tape;
    const Gradients g = tape.gradient(sum(tanh(matmul(w, x)) * v));
    std::vector<double> all = to_vector(g[w]);
    const std::vector<double> more = to_vector(g[v]);
    all.insert(all.end(), more.begin(), more.end());
    return all;
  };
  const std::vector<double> expected = gradients();
  std::vector<int> wrong(4);
  std::vector<std::thread> threads;
  for (int& mine : wrong) {
    threads.emplace_back([&] {
      for (int i = 0; i < 300; ++i) mine += gradients() == expected ? 0 : 1;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, std::vector<int>(4));
}

TEST(Tape, RecordsOnlyItsOwnThread) {
  const Parameter w("w", scalar(2));
  Tape tape;
  std::thread([&] { EXPECT_EQ((w * w).trace().key, 0U); }).join();
  EXPECT_EQ(tape.size(), 0U);
}

}  // namespace
}  // namespace autograd
