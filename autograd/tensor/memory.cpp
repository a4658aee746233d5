#include "autograd/tensor/memory.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <new>
#include <string>
#include <utility>
#include <vector>

#include "autograd/tensor/error.h"
#include "autograd/tensor/large_page.h"
#include "autograd/tensor/poison.h"
#include "autograd/tensor/slab.h"

namespace autograd::memory {
namespace {

constexpr std::size_t smallest = 64;

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
    leave_slab();
    pool.closed = true;
  }
};

// A thread that only frees what another one made has a pool to give back as well.
void keep() {
  thread_local Keeper keeper;
  static_cast<void>(keeper);
  pool.kept = true;
}

bool is_small(std::size_t bytes) { return bytes <= largest_small_block; }

// A block for which the pool has none: one that another thread has left, or a new one.
void* new_block(const SizeClass& size) {
  void* block = nullptr;
  if (is_small(size.bytes)) {
    if (Block* left = take_left(size.bytes); left != nullptr) {
      pool.free[size.index] = left->next;
      for (Block* b = left->next; b != nullptr; b = b->next) {
        pool.usage.pooled_bytes += static_cast<std::int64_t>(size.bytes);
      }
      return left;
    }
    block = cut(size.bytes);
    if (block != nullptr) return block;
  }
  if (is_small(size.bytes)) {
    if (!pool.kept) keep();
    const Opened slab = open_slab();
    if (slab != Opened::left) ++pool.usage.system_requests;
    if (slab != Opened::none) block = cut(size.bytes);
  } else {
    ++pool.usage.system_requests;
    block = ask_system(size.bytes);
  }
  if (block == nullptr) {
    throw Error("memory: the system has no " + std::to_string(size.bytes) +
                " bytes left for a tensor");
  }
  return block;
}

// For a block that the pool does not keep.
void part_with(void* block, std::size_t bytes) noexcept {
  unpoison(block, bytes);
  if (is_small(bytes)) {
    leave(::new (block) Block{nullptr, bytes});
  } else {
    give_back(block, bytes);
  }
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
    block = new_block(size);
  }
  pool.usage.live_bytes += static_cast<std::int64_t>(size.bytes);
  pool.usage.peak_bytes = std::max(pool.usage.peak_bytes, pool.usage.live_bytes);
  pool.highest = std::max(pool.highest, pool.usage.live_bytes);
  auto* place = static_cast<std::byte*>(block);
  unpoison(place, bytes);
  poison(place + bytes, size.bytes - bytes);
  return block;
}

void deallocate(void* block, std::size_t bytes) noexcept {
  const SizeClass size = size_class(bytes);
  pool.usage.live_bytes -= static_cast<std::int64_t>(size.bytes);
  const std::int64_t most = std::max(kept_at_least, kept_of_peak * pool.highest);
  if (pool.closed || pool.usage.pooled_bytes + static_cast<std::int64_t>(size.bytes) > most) {
    part_with(block, size.bytes);
    return;
  }
  if (!pool.kept) keep();
  Block*& head = pool.free[size.index];
  unpoison(block, sizeof(Block));
  head = ::new (block) Block{head, size.bytes};
  poison(head + 1, size.bytes - sizeof(Block));
  pool.usage.pooled_bytes += static_cast<std::int64_t>(size.bytes);
}

void release_pool() {
  for (Block*& head : pool.free) {
    if (head != nullptr && is_small(head->bytes)) {
      leave(std::exchange(head, nullptr));
    }
    while (head != nullptr) {
      Block* next = head->next;
      unpoison(head, head->bytes);
      give_back(head, head->bytes);
      head = next;
    }
  }
  pool.usage.pooled_bytes = 0;
}

}  // namespace autograd::memory
