#include "autograd/tape/rooms.h"

#include <iterator>

namespace autograd::detail {

void Rooms::remove(Gap gap) {
  by_size_.erase({gap->second, gap->first});
  gaps_.erase(gap);
}

std::size_t Rooms::take(std::size_t bytes) {
  bytes = rounded(bytes);
  if (bytes == 0) return 0;
  if (const auto found = by_size_.lower_bound({bytes, 0}); found != by_size_.end()) {
    const auto [size, offset] = *found;
    remove(gaps_.find(offset));
    if (size > bytes) give(offset + bytes, size - bytes);
    return offset;
  }
  std::size_t offset = top_;
  if (!gaps_.empty()) {
    const Gap last = std::prev(gaps_.end());
    if (last->first + last->second == top_) {  // a gap at the end need only grow
      offset = last->first;
      remove(last);
    }
  }
  top_ = offset + bytes;
  return offset;
}

void Rooms::give(std::size_t offset, std::size_t bytes) {
  bytes = rounded(bytes);
  if (bytes == 0) return;
  auto next = gaps_.lower_bound(offset);
  if (next != gaps_.end() && next->first == offset + bytes) {
    bytes += next->second;
    const Gap gap = next++;
    remove(gap);
  }
  if (next != gaps_.begin()) {
    const Gap before = std::prev(next);
    if (before->first + before->second == offset) {
      offset = before->first;
      bytes += before->second;
      remove(before);
    }
  }
  gaps_.emplace(offset, bytes);
  by_size_.emplace(bytes, offset);
}

}  // namespace autograd::detail
