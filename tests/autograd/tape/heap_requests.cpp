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
void* operator new(std::size_t bytes, const std::nothrow_t&) noexcept {
  ++requests;
  return std::malloc(bytes);
}
void* operator new(std::size_t bytes) {
  if (void* block = operator new(bytes, std::nothrow)) return block;
  throw std::bad_alloc();
}
void* operator new(std::size_t bytes, std::align_val_t alignment, const std::nothrow_t&) noexcept {
  ++requests;
  const auto step = static_cast<std::size_t>(alignment);
  return std::aligned_alloc(step, (bytes + step - 1) / step * step);
}
void* operator new(std::size_t bytes, std::align_val_t alignment) {
  if (void* block = operator new(bytes, alignment, std::nothrow)) return block;
  throw std::bad_alloc();
}
void operator delete(void* block) noexcept { std::free(block); }
void operator delete(void* block, std::size_t) noexcept { std::free(block); }
void operator delete(void* block, std::align_val_t) noexcept { std::free(block); }
void operator delete(void* block, std::size_t, std::align_val_t) noexcept { std::free(block); }
