#pragma once

#include <atomic>
#include <cstdint>

#include "autograd/tensor/tensor.h"

namespace autograd::detail {

/// Where a parameter was last recorded. Several threads may record the same parameter, each on a
/// tape of its own; a cache that another one has overwritten merely costs a search.
class TraceCache {
 public:
  Trace load() const {
    const std::uint64_t packed = packed_.load(std::memory_order_relaxed);
    return {static_cast<std::uint32_t>(packed >> 32U), static_cast<std::uint32_t>(packed)};
  }
  void store(Trace trace) {
    packed_.store(std::uint64_t{trace.key} << 32U | trace.node, std::memory_order_relaxed);
  }

 private:
  std::atomic<std::uint64_t> packed_{0};
};

}  // namespace autograd::detail
