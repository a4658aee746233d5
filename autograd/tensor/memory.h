#pragma once

#include <cstddef>
#include <cstdint>

/// The storage of tensors comes from a pool: blocks given back are kept, by size class, for the
/// next tensor of that size on the same thread. After the first step of a training loop every
/// request is served from it, and nothing is asked of the system.
namespace autograd::memory {

/// What the calling thread's tensors use.
struct Usage {
  std::int64_t live_bytes = 0;    ///< in tensors that exist now; may be negative on a thread that
                                  ///< only frees what another one made
  std::int64_t pooled_bytes = 0;  ///< kept for later
  std::int64_t peak_bytes = 0;    ///< the largest live_bytes since reset_peak()
  std::int64_t system_requests = 0;  ///< how often the system was asked for memory, since the start
};

Usage usage();

/// Sets peak_bytes to live_bytes.
void reset_peak();

/// Gives the calling thread's pooled blocks back to the system, small ones to all threads.
void release_pool();

/// A block of at least `bytes`, aligned to 64 bytes. Throws Error when the system has none.
void* allocate(std::size_t bytes);
void deallocate(void* block, std::size_t bytes) noexcept;

/// For containers whose memory comes from the pool.
template <class T>
struct Allocator {
  using value_type = T;

  Allocator() = default;
  template <class U>
  Allocator(const Allocator<U>&) noexcept {}  // NOLINT: implicit, as allocators are

  T* allocate(std::size_t count) { return static_cast<T*>(memory::allocate(count * sizeof(T))); }
  void deallocate(T* block, std::size_t count) noexcept {
    memory::deallocate(block, count * sizeof(T));
  }
  template <class U>
  bool operator==(const Allocator<U>&) const noexcept {
    return true;
  }
};

}  // namespace autograd::memory
