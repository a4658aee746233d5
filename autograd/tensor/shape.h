#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace autograd {

/// The type of extents, axes and indices.
using Index = std::int64_t;

/// The extents of a tensor, outermost axis first; rank 0 is a scalar. Up to four extents are held
/// in place, so that the shapes of everyday work need no memory of their own.
class Shape {
 public:
  Shape() = default;
  Shape(std::initializer_list<Index> extents) : Shape(std::span(extents.begin(), extents.size())) {}
  explicit Shape(std::span<const Index> extents);

  int rank() const { return rank_; }

  /// Number of elements: the product of the extents, 1 for a scalar.
  Index size() const { return size_; }

  /// Extent of `axis`, 0 ≤ axis < rank.
  Index operator[](int axis) const { return data()[axis]; }

  const Index* begin() const { return data(); }
  const Index* end() const { return data() + rank_; }
  std::span<const Index> extents() const { return {data(), static_cast<std::size_t>(rank_)}; }

  bool operator==(const Shape& other) const {
    return rank_ == other.rank_ && std::equal(begin(), end(), other.begin());
  }

  /// This shape with the extent of one axis replaced, with an axis taken out, or put in.
  Shape with(int axis, Index extent) const;
  Shape without(int axis) const;
  Shape inserted(int axis, Index extent) const;

 private:
  const Index* data() const { return rank_ <= 4 ? in_place_.data() : beyond_.data(); }

  std::array<Index, 4> in_place_{};
  std::vector<Index> beyond_;  // all extents, where there are more than four
  Index size_ = 1;
  int rank_ = 0;
};

/// "[5, 784]"; "[]" for a scalar.
std::string to_string(const Shape& shape);

/// "2, 3, 5": numbers in words of a message.
std::string list(std::span<const Index> numbers);

/// Counts a negative axis from the end. Throws `operation: axis …` when it is out of range.
int normalize_axis(std::string_view operation, Index axis, int rank);

/// The shape that both broadcast to by NumPy's rules: aligned at the last axis, extents equal or 1.
/// Throws with both shapes and the axis at which they clash.
Shape broadcast(std::string_view operation, const Shape& a, const Shape& b);

/// Whether `from` broadcasts to exactly `to`.
bool broadcasts_to(const Shape& from, const Shape& to);

}  // namespace autograd
