#pragma once

#include <cstddef>

/// Where small blocks of the pool come from. For memory.cpp.
///
/// A block of 64 bytes that the system's allocator hands out, aligned to 64 bytes, takes 128, and
/// its neighbours lie anywhere. A tape of millions of small tensors is better served from slabs
/// that are cut into blocks one behind another. A slab stays with the process: its blocks come back
/// in any order and from any thread. Those that a thread leaves behind serve the others.
namespace autograd::memory {

/// A block that is not in use.
struct Block {
  Block* next;
  std::size_t bytes;
};

/// The largest block, in bytes, that is cut from a slab.
inline constexpr std::size_t largest_small_block = 1024;

/// The next `bytes` of the calling thread's slab, a multiple of 64 aligned to 64; null where a new
/// slab is needed.
void* cut(std::size_t bytes) noexcept;

/// Gives the calling thread another slab.
enum class Opened {
  left,  ///< one that some thread has left
  made,  ///< one that the system was asked for
  none   ///< the system has no memory left for one
};
Opened open_slab() noexcept;

/// Leaves a list of blocks of one size to all threads.
void leave(Block* list) noexcept;

/// Leaves what is not cut yet of the calling thread's slab.
void leave_slab() noexcept;

/// Blocks of this size that some thread has left, all that there are; null if none.
Block* take_left(std::size_t bytes) noexcept;

}  // namespace autograd::memory
