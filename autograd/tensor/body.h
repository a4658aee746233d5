#pragma once

#include <atomic>
#include <cstdint>

#include "autograd/tensor/dtype.h"
#include "autograd/tensor/shape.h"

#if defined(__GLIBC__)
#include <sys/single_threaded.h>
#endif

namespace autograd::detail {

/// Whether this process has never had a second thread, so that counting needs no bus lock.
inline bool is_single_threaded() noexcept {
#if defined(__GLIBC__)
  return __libc_single_threaded != 0;
#else
  return false;
#endif
}

/// What a Tensor is a handle of. One block of the pool holds the body and the numbers behind it: a
/// few numbers right there, so that a scalar costs little, more of them aligned to 64 bytes. A body
/// that shares the numbers of another one keeps that one alive instead.
struct Body {
  std::atomic<std::uint32_t> references{1};
  Dtype dtype{};
  bool literal = false;
  void* data = nullptr;
  Body* owner = nullptr;
  Shape shape;

  void retain() noexcept {
    if (is_single_threaded()) {
      references.store(references.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
    } else {
      references.fetch_add(1, std::memory_order_relaxed);
    }
  }

  void release() noexcept {
    if (is_single_threaded()) {
      const std::uint32_t left = references.load(std::memory_order_relaxed) - 1;
      references.store(left, std::memory_order_relaxed);
      if (left == 0) destroy();
    } else if (references.fetch_sub(1, std::memory_order_acq_rel) == 1) {
      destroy();
    }
  }

  bool is_unique() const noexcept { return references.load(std::memory_order_acquire) == 1; }

 private:
  void destroy() noexcept;
};

}  // namespace autograd::detail
