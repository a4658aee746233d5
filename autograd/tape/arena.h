#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <vector>

namespace autograd::detail {

/// Room for small things that are all given up at once. It calls no destructors.
class Arena {
 public:
  void* allocate(std::size_t size, std::size_t alignment) {
    used_ = (used_ + alignment - 1) / alignment * alignment;
    if (current_ == blocks_.size() || used_ + size > block_size) next_block(size);
    void* place = blocks_[current_].get() + used_;
    used_ += size;
    return place;
  }

  /// Gives up everything; the memory that was in use stays for the next time.
  void clear() {
    const std::size_t used = std::min(current_ + 1, blocks_.size());
    if (blocks_.size() > std::max(kept, used)) blocks_.resize(std::max(kept, used));
    current_ = 0;
    used_ = 0;
  }

 private:
  static constexpr std::size_t block_size = 1 << 16;
  static constexpr std::size_t kept = 16;

  void next_block(std::size_t size) {
    if (current_ < blocks_.size()) ++current_;
    used_ = 0;
    if (current_ == blocks_.size()) {
      blocks_.push_back(std::make_unique<std::byte[]>(std::max(size, block_size)));
    }
  }

  std::vector<std::unique_ptr<std::byte[]>> blocks_;
  std::size_t current_ = 0;
  std::size_t used_ = 0;
};

}  // namespace autograd::detail
