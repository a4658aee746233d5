#include "tests/autograd/tape/heap_requests.h"

#include <cstdlib>
#include <new>

namespace {
thread_local constinit long requests = 0;
}

namespace autograd {
long heap_requests() { return requests; }
}  // namespace autograd

// The library's own stand back behind these.
void* operator new(std::size_t bytes) {
  ++requests;
  if (void* block = std::malloc(bytes)) return block;
  throw std::bad_alloc();
}
void* operator new(std::size_t bytes, std::align_val_t alignment, const std::nothrow_t&) noexcept {
  ++requests;
  const auto step = static_cast<std::size_t>(alignment);
  return std::aligned_alloc(step, (bytes + step - 1) / step * step);
}
void operator delete(void* block) noexcept { std::free(block); }
void operator delete(void* block, std::size_t) noexcept { std::free(block); }
void operator delete(void* block, std::align_val_t) noexcept { std::free(block); }
