#pragma once

#include <cstddef>

#if __has_include(<sanitizer/asan_interface.h>)
#include <sanitizer/asan_interface.h>
#endif

/// Tells an address sanitizer which memory of the pool is in nobody's use, so that it finds a
/// tensor read after its end as it would without the pool. Nothing in a build without one.
namespace autograd::memory {

inline void poison([[maybe_unused]] const void* place, [[maybe_unused]] std::size_t bytes) {
#if defined(ASAN_POISON_MEMORY_REGION)
  ASAN_POISON_MEMORY_REGION(place, bytes);
#endif
}

inline void unpoison([[maybe_unused]] const void* place, [[maybe_unused]] std::size_t bytes) {
#if defined(ASAN_UNPOISON_MEMORY_REGION)
  ASAN_UNPOISON_MEMORY_REGION(place, bytes);
#endif
}

}  // namespace autograd::memory
