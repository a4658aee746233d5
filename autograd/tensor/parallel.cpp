#include "autograd/tensor/parallel.h"

#include <sched.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
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

class Workers {
 public:
  ~Workers() {
    {
      const std::scoped_lock lock(mutex_);
      closing_ = true;
    }
    wake_.notify_all();
    for (std::thread& thread : threads_) thread.join();
  }

  void run(Job& job, int helpers) {
    const std::scoped_lock one_at_a_time(callers_);
    {
      const std::scoped_lock lock(mutex_);
      while (static_cast<int>(threads_.size()) < helpers) threads_.emplace_back([this] { loop(); });
      job_ = &job;
      wanted_ = helpers;
      busy_ = helpers;
    }
    wake_.notify_all();
    job.work();
    std::unique_lock lock(mutex_);
    done_.wait(lock, [this] { return busy_ == 0; });
    job_ = nullptr;
  }

 private:
  void loop() {
    std::unique_lock lock(mutex_);
    while (true) {
      wake_.wait(lock, [this] { return closing_ || wanted_ > 0; });
      if (closing_) return;
      --wanted_;
      Job* job = job_;
      lock.unlock();
      job->work();
      lock.lock();
      if (--busy_ == 0) done_.notify_one();
    }
  }

  std::mutex callers_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::condition_variable done_;
  std::vector<std::thread> threads_;
  Job* job_ = nullptr;
  int wanted_ = 0;
  int busy_ = 0;
  bool closing_ = false;
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
  workers.run(job, threads - 1);
  if (job.error) std::rethrow_exception(job.error);
}

}  // namespace autograd
