#include "autograd/tensor/memory.h"

#include <algorithm>
#include <array>
#include <bit>
#include <new>
#include <string>
#include <vector>

#include "autograd/tensor/error.h"

#if defined(__linux__)
#include <sys/mman.h>
#endif

namespace autograd::memory {
namespace {

constexpr std::size_t smallest = 64;

// Blocks from this size on stand at a multiple of it and ask for pages as large: a matrix of many
// small pages costs a miss of the address cache for every few of its rows, and a fault for each
// page when it is first written.
constexpr std::size_t large_page = std::size_t{1} << 21;

constexpr std::align_val_t alignment_of(std::size_t bytes) {
  return std::align_val_t{bytes >= large_page ? large_page : 64};
}

// A pool keeps at most a few times what its thread has had in use at once, so that a thread which
// frees what others have made does not hoard it.
constexpr std::int64_t kept_at_least = std::int64_t{1} << 26;
constexpr std::int64_t kept_of_peak = 4;

// Four size classes an octave, so that at most a fifth of a block is unused.
struct SizeClass {
  std::size_t index;
  std::size_t bytes;
};

SizeClass size_class(std::size_t bytes) {
  bytes = std::max(bytes, smallest);
  const auto octave =
      static_cast<std::size_t>(std::bit_width(bytes - 1) - 1);  // bytes ≤ 2^(octave+1)
  const std::size_t quarter = std::max<std::size_t>((std::size_t{1} << octave) / 4, 64);
  const std::size_t rounded = (bytes + quarter - 1) / quarter * quarter;
  return {octave * 4 + (rounded / quarter) % 4, rounded};
}

struct Block {
  Block* next;
  std::size_t bytes;
};

// Trivially destroyed, so that tensors which outlive the thread's destructors may still be freed.
struct Pool {
  std::array<Block*, 256> free;
  Usage usage;
  std::int64_t highest;  // the largest live_bytes ever
  bool kept;             // a Keeper stands by
  bool closed;
};

thread_local constinit Pool pool{};

// Gives the memory back when the thread ends.
struct Keeper {
  ~Keeper() {
    release_pool();
    pool.closed = true;
  }
};

// A thread that only frees what another one made has a pool to give back as well.
void keep() {
  thread_local Keeper keeper;
  static_cast<void>(keeper);
  pool.kept = true;
}

void* ask_system(std::size_t bytes) {
  ++pool.usage.system_requests;
  void* block = ::operator new(bytes, alignment_of(bytes), std::nothrow);
  if (block == nullptr) {
    throw Error("memory: the system has no " + std::to_string(bytes) + " bytes left for a tensor");
  }
#if defined(MADV_HUGEPAGE)
  // A wish: where the system does not grant it, the block works as well, only slower.
  if (bytes >= large_page) madvise(block, bytes / large_page * large_page, MADV_HUGEPAGE);
#endif
  return block;
}

}  // namespace

Usage usage() { return pool.usage; }

void reset_peak() { pool.usage.peak_bytes = pool.usage.live_bytes; }

void* allocate(std::size_t bytes) {
  const SizeClass size = size_class(bytes);
  void* block = nullptr;
  if (Block*& head = pool.free[size.index]; head != nullptr) {
    block = head;
    head = head->next;
    pool.usage.pooled_bytes -= static_cast<std::int64_t>(size.bytes);
  } else {
    block = ask_system(size.bytes);
  }
  pool.usage.live_bytes += static_cast<std::int64_t>(size.bytes);
  pool.usage.peak_bytes = std::max(pool.usage.peak_bytes, pool.usage.live_bytes);
  pool.highest = std::max(pool.highest, pool.usage.live_bytes);
  return block;
}

void deallocate(void* block, std::size_t bytes) noexcept {
  const SizeClass size = size_class(bytes);
  pool.usage.live_bytes -= static_cast<std::int64_t>(size.bytes);
  const std::int64_t most = std::max(kept_at_least, kept_of_peak * pool.highest);
  if (pool.closed || pool.usage.pooled_bytes + static_cast<std::int64_t>(size.bytes) > most) {
    ::operator delete(block, alignment_of(size.bytes));
    return;
  }
  if (!pool.kept) keep();
  Block*& head = pool.free[size.index];
  head = ::new (block) Block{head, size.bytes};
  pool.usage.pooled_bytes += static_cast<std::int64_t>(size.bytes);
}

void release_pool() {
  for (Block*& head : pool.free) {
    while (head != nullptr) {
      Block* next = head->next;
      ::operator delete(static_cast<void*>(head), alignment_of(head->bytes));
      head = next;
    }
  }
  pool.usage.pooled_bytes = 0;
}

}  // namespace autograd::memory
