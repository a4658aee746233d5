#include "autograd/tensor/parallel.h"

#include <sched.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace autograd {
namespace {

int granted() {
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof(set), &set) == 0) return std::max(1, CPU_COUNT(&set));
  return static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
}

std::atomic<int> chosen{0};        // 0: not set
thread_local bool inside = false;  // of a range

// One call of parallel_for: threads take ranges until none is left.
struct Job {
  const detail::RangeBody& body;
  std::int64_t count;
  std::int64_t grain;
  std::atomic<std::int64_t> next{0};
  std::mutex mutex{};
  std::exception_ptr error{};

  void work() {
    inside = true;
    for (std::int64_t begin = next.fetch_add(grain); begin < count; begin = next.fetch_add(grain)) {
      try {
        body.call(body.self, begin, std::min(begin + grain, count));
      } catch (...) {
        const std::scoped_lock lock(mutex);
        if (!error) error = std::current_exception();
      }
    }
    inside = false;
  }
};

// Tells the processor that this thread does nothing but wait.
void pause() {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

// Waits until `value` is no longer `old`: awake at first, for operations follow one another within
// microseconds and to be woken up takes some tens of them.
template <class T>
void wait_for_change(const std::atomic<T>& value, T old) {
  constexpr std::chrono::microseconds awake{100};
  constexpr int looks = 32;  // between two looks at the clock
  const auto end = std::chrono::steady_clock::now() + awake;
  do {
    for (int i = 0; i < looks; ++i) {
      if (value.load(std::memory_order_acquire) != old) return;
      pause();
    }
  } while (std::chrono::steady_clock::now() < end);
  value.wait(old, std::memory_order_acquire);
}

// Threads that help with one job after another. A round is announced by a number that holds both
// its count and how many helpers it wants: of those that see it, helper i takes part if it is among
// the first so many. A round ends when all of those are done, so none of them can miss it.
class Workers {
 public:
  ~Workers() {
    announce(closing);
    for (std::thread& thread : threads_) thread.join();
  }

  // False, and nothing is done, while another job is running.
  bool run(Job& job, std::uint32_t helpers) {
    const std::unique_lock lock(one_at_a_time_, std::try_to_lock);
    if (!lock) return false;
    helpers = std::min(helpers, closing - 1);
    while (threads_.size() < helpers) {
      threads_.emplace_back([this, i = static_cast<std::uint32_t>(threads_.size()),
                             seen = round_.load()] { loop(i, seen); });
    }
    job_ = &job;
    busy_.store(helpers, std::memory_order_relaxed);
    announce(helpers);
    job.work();
    for (std::uint32_t left = busy_.load(); left != 0; left = busy_.load()) {
      wait_for_change(busy_, left);
    }
    return true;
  }

 private:
  static constexpr std::uint32_t count_unit = 1U << 16U;
  static constexpr std::uint32_t closing = count_unit - 1;  // in place of a number of helpers

  void announce(std::uint32_t helpers) {
    const std::uint32_t count = round_.load(std::memory_order_relaxed) / count_unit + 1;
    round_.store(count * count_unit + helpers, std::memory_order_release);
    round_.notify_all();
  }

  void loop(std::uint32_t i, std::uint32_t seen) {
    while (true) {
      wait_for_change(round_, seen);
      seen = round_.load(std::memory_order_acquire);
      const std::uint32_t helpers = seen % count_unit;
      if (helpers == closing) return;
      if (i >= helpers) continue;
      job_->work();
      if (busy_.fetch_sub(1, std::memory_order_acq_rel) == 1) busy_.notify_one();
    }
  }

  std::mutex one_at_a_time_;
  std::vector<std::thread> threads_;
  Job* job_ = nullptr;
  std::atomic<std::uint32_t> round_{0};
  std::atomic<std::uint32_t> busy_{0};  // helpers that are not done with the round
};

// All ranges, even if one throws.
void run_here(std::int64_t count, std::int64_t grain, const detail::RangeBody& body) {
  std::exception_ptr error;
  for (std::int64_t begin = 0, end = 0; begin < count; begin = end) {
    end = count - begin > grain ? begin + grain : count;
    try {
      body.call(body.self, begin, end);
    } catch (...) {
      if (!error) error = std::current_exception();
    }
  }
  if (error) std::rethrow_exception(error);
}

}  // namespace

int thread_count() {
  static const int most = granted();
  const int count = chosen.load();
  return count == 0 ? most : std::min(count, most);
}

void set_thread_count(int count) { chosen.store(std::max(1, count)); }

void detail::run_ranges(std::int64_t count, std::int64_t grain, const RangeBody& body) {
  grain = std::clamp<std::int64_t>(grain, 1, count);  // so that no sum below overflows
  const std::int64_t ranges = (count - 1) / grain + 1;
  const auto threads = static_cast<int>(std::min<std::int64_t>(thread_count(), ranges));
  if (threads <= 1 || inside) return run_here(count, grain, body);
  Job job{body, count, grain};
  static Workers workers;
  if (!workers.run(job, static_cast<std::uint32_t>(threads - 1))) {
    return run_here(count, grain, body);
  }
  if (job.error) std::rethrow_exception(job.error);
}

}  // namespace autograd
