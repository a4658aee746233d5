#include "autograd/tensor/slab.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <mutex>
#include <new>

#include "autograd/tensor/large_page.h"
#include "autograd/tensor/poison.h"

namespace autograd::memory {
namespace {

constexpr std::size_t line = 64;
constexpr std::size_t smallest_slab = std::size_t{1} << 16;
constexpr std::size_t largest_slab = std::size_t{1} << 25;
constexpr std::size_t sizes = largest_small_block / line;

// What threads have left: blocks by their size in lines, and slabs of which only a part is cut. It
// is never destroyed, for tensors may outlive all that is; through `all` every slab stays in reach
// of a leak checker.
struct Depot {
  std::mutex mutex;
  std::array<Block*, sizes + 1> lists{};
  std::atomic<std::size_t> count{0};  // of lists that are not empty, so that most need not lock
  Block* slabs = nullptr;
  Block* all = nullptr;
};

Depot& depot() {
  static Depot& only = *new Depot;
  return only;
}

// The rest of the calling thread's slab, and the bytes of all that were made for it. A slab is an
// eighth of those before it, so that not much is held that is not in use.
struct Rest {
  std::byte* next;
  std::byte* end;
  std::size_t made;
};

thread_local constinit Rest rest{nullptr, nullptr, 0};

std::size_t next_size() {
  return std::clamp(rest.made / 8 / smallest_slab * smallest_slab, smallest_slab, largest_slab);
}

}  // namespace

void* cut(std::size_t bytes) noexcept {
  if (static_cast<std::size_t>(rest.end - rest.next) < bytes) return nullptr;
  void* block = rest.next;
  rest.next += bytes;
  return block;
}

Opened open_slab() noexcept {
  Depot& d = depot();
  const std::scoped_lock lock(d.mutex);
  if (Block* left = d.slabs; left != nullptr) {
    d.slabs = left->next;
    rest.next = reinterpret_cast<std::byte*>(left);
    rest.end = rest.next + left->bytes;
    return Opened::left;
  }
  const std::size_t size = next_size();
  // Not aligned to large pages, which would set as much aside again.
  auto* slab = static_cast<std::byte*>(::operator new (size, std::align_val_t{line}, std::nothrow));
  if (slab == nullptr) return Opened::none;
  wish_for_large_pages(slab, size);
  d.all = ::new (slab) Block{d.all, size};
  rest.next = slab + line;  // behind its place in the list
  rest.end = slab + size;
  rest.made += size;
  poison(rest.next, size - line);
  return Opened::made;
}

void leave(Block* list) noexcept {
  if (list == nullptr) return;
  Block* last = list;
  while (last->next != nullptr) last = last->next;
  Depot& d = depot();
  const std::scoped_lock lock(d.mutex);
  Block*& head = d.lists[list->bytes / line];
  if (head == nullptr) ++d.count;
  last->next = head;
  head = list;
}

void leave_slab() noexcept {
  const auto bytes = static_cast<std::size_t>(rest.end - rest.next);
  if (bytes >= largest_small_block) {
    unpoison(rest.next, sizeof(Block));
    const std::scoped_lock lock(depot().mutex);
    depot().slabs = ::new (rest.next) Block{depot().slabs, bytes};
  }
  rest.next = rest.end;
}

Block* take_left(std::size_t bytes) noexcept {
  Depot& d = depot();
  if (d.count.load(std::memory_order_relaxed) == 0) return nullptr;
  const std::scoped_lock lock(d.mutex);
  Block*& head = d.lists[bytes / line];
  Block* list = head;
  if (list != nullptr) --d.count;
  head = nullptr;
  return list;
}

}  // namespace autograd::memory
