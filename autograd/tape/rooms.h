#pragma once

#include <cstddef>
#include <map>
#include <set>
#include <utility>

/// Room in a workspace that does not exist yet: who takes some gets its offset.
namespace autograd::detail {

class Rooms {
 public:
  /// So many bytes, in the smallest gap that has them. A multiple of 64, as is the offset.
  std::size_t take(std::size_t bytes);
  void give(std::size_t offset, std::size_t bytes);

  /// The most that was taken at a time, gaps included.
  std::size_t top() const { return top_; }

  static std::size_t rounded(std::size_t bytes) { return (bytes + 63) / 64 * 64; }

 private:
  using Gap = std::map<std::size_t, std::size_t>::iterator;
  void remove(Gap gap);

  std::map<std::size_t, std::size_t> gaps_;                  // bytes by offset
  std::set<std::pair<std::size_t, std::size_t>> by_size_{};  // bytes and offset
  std::size_t top_ = 0;
};

}  // namespace autograd::detail
