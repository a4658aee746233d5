#pragma once

#include <cstddef>
#include <memory>
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

/// Asks for large pages wherever whole ones fit. A wish: where the system does not grant it, the
/// memory works as well, only slower.
inline void wish_for_large_pages([[maybe_unused]] void* memory,
                                 [[maybe_unused]] std::size_t bytes) {
#if defined(MADV_HUGEPAGE)
  void* first = memory;
  if (std::align(large_page, large_page, first, bytes) != nullptr) {
    madvise(first, bytes / large_page * large_page, MADV_HUGEPAGE);
  }
#endif
}

/// Null where there is none left.
inline void* ask_system(std::size_t bytes) noexcept {
  void* block = ::operator new(bytes, alignment_of(bytes), std::nothrow);
  if (block != nullptr) wish_for_large_pages(block, bytes);
  return block;
}

inline void give_back(void* block, std::size_t bytes) noexcept {
  ::operator delete(block, alignment_of(bytes));
}

}  // namespace autograd::memory
