#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

namespace autograd::detail {

/// A list that only grows at its end and never moves what it holds, so that a reference stays good
/// while the list grows. Emptied, it keeps the memory that was in
/// use for the next time: a second recording as long asks for nothing.
template <class T, std::size_t length = 1024>
class Chunks {
 public:
  std::size_t size() const { return size_; }
  T& operator[](std::size_t i) { return chunks_[i / length][i % length]; }
  const T& operator[](std::size_t i) const { return chunks_[i / length][i % length]; }
  T& back() { return (*this)[size_ - 1]; }

  T& push_back(T item) {
    if (size_ == chunks_.size() * length) chunks_.push_back(std::make_unique<T[]>(length));
    T& place = (*this)[size_++];
    place = std::move(item);
    return place;
  }

  /// Forgets everything. What an item holds beside itself must have been given up before.
  void clear() {
    const std::size_t used = (size_ + length - 1) / length;
    size_ = 0;
    if (chunks_.size() > std::max(kept, used)) chunks_.resize(std::max(kept, used));
  }

 private:
  static constexpr std::size_t kept = 64;  // chunks that outlive every clear

  std::vector<std::unique_ptr<T[]>> chunks_;
  std::size_t size_ = 0;
};

}  // namespace autograd::detail
