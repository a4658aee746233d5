#pragma once

#include <cstddef>
#include <new>

#if defined(__linux__)
#include <sys/mman.h>
#endif

/// Memory from the system, in large pages where it is large. For the pool.
namespace autograd::memory {

/// Blocks from this size on stand at a multiple of it and ask for pages as large: a matrix of many
/// small pages costs a miss of the address cache for every few of its rows, and a fault for each
/// page when it is first written.
inline constexpr std::size_t large_page = std::size_t{1} << 21;

constexpr std::align_val_t alignment_of(std::size_t bytes) {
  return std::align_val_t{bytes >= large_page ? large_page : 64};
}

/// Null where there is none left.
inline void* ask_system(std::size_t bytes) noexcept {
  void* block = ::operator new(bytes, alignment_of(bytes), std::nothrow);
#if defined(MADV_HUGEPAGE)
  // A wish: where the system does not grant it, the block works as well, only slower.
  if (block != nullptr && bytes >= large_page) {
    madvise(block, bytes / large_page * large_page, MADV_HUGEPAGE);
  }
#endif
  return block;
}

inline void give_back(void* block, std::size_t bytes) noexcept {
  ::operator delete(block, alignment_of(bytes));
}

}  // namespace autograd::memory
