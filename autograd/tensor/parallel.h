#pragma once

#include <cstdint>
#include <functional>

namespace autograd {

/// How many threads work on one operation: what the machine grants this process, unless set.
int thread_count();

/// At least 1; asking for more than the machine grants gets what it grants.
void set_thread_count(int count);

/// Calls `body(begin, end)` for consecutive ranges that cover [0, count), each but the last of
/// `grain` elements. Where the ranges are cut depends on `grain` alone, never on the number of
/// threads, so that work which writes each output from one range gives the same bits on any number
/// of them. One thread, one range, or a call from inside a range: no thread is used. The first
/// exception is thrown again here, after every range has ended.
void parallel_for(std::int64_t count, std::int64_t grain,
                  const std::function<void(std::int64_t begin, std::int64_t end)>& body);

}  // namespace autograd
