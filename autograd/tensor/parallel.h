#pragma once

#include <cstdint>

namespace autograd {

/// How many threads work on one operation: what the machine grants this process, unless set.
int thread_count();

/// At least 1; asking for more than the machine grants gets what it grants.
void set_thread_count(int count);

namespace detail {
/// A callable that is not owned, so that calling it needs no memory.
struct RangeBody {
  const void* self;
  void (*call)(const void* self, std::int64_t begin, std::int64_t end);
};
void run_ranges(std::int64_t count, std::int64_t grain, const RangeBody& body);
}  // namespace detail

/// Calls `body(begin, end)` for consecutive ranges that cover [0, count), each but the last of
/// `grain` elements. Where the ranges are cut depends on `grain` alone, never on the number of
/// threads, so that work which writes each output from one range gives the same bits on any number
/// of them. One thread, one range, or a call from inside a range: no thread is used. The first
/// exception is thrown again here, after every range has ended.
template <class Body>
void parallel_for(std::int64_t count, std::int64_t grain, const Body& body) {
  if (count <= 0) return;
  if (count <= grain) return body(std::int64_t{0}, count);
  detail::run_ranges(count, grain,
                     {&body, [](const void* self, std::int64_t begin, std::int64_t end) {
                        (*static_cast<const Body*>(self))(begin, end);
                      }});
}

}  // namespace autograd
