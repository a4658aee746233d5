#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace autograd {

/// The type of extents, axes and indices.
using Index = std::int64_t;

/// The extents of a tensor, outermost axis first; rank 0 is a scalar, the largest rank is 32. Up to
/// four extents are held in place, so that the shapes of everyday work need no memory of their own.
class Shape {
 public:
  static constexpr int largest_rank = 32;

  Shape() noexcept = default;
  Shape(const Shape& other) : Shape() {
    if (other.rank_ <= in_place) {
      copy_in_place(other);
    } else {
      assign(other);
    }
  }
  Shape(Shape&& other) noexcept : Shape() { swap(other); }
  Shape& operator=(const Shape& other) {
    if (rank_ <= in_place && other.rank_ <= in_place) {
      copy_in_place(other);
    } else if (this != &other) {
      assign(other);
    }
    return *this;
  }
  Shape& operator=(Shape&& other) noexcept {
    swap(other);
    return *this;
  }
  ~Shape() {
    if (rank_ > in_place) delete[] extents_.beyond;
  }
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
  static constexpr int in_place = 4;
  union Extents {
    Index here[in_place];
    Index* beyond;  // all of them, owned, where there are more than fit in place
  };

  const Index* data() const { return rank_ <= in_place ? extents_.here : extents_.beyond; }
  void copy_in_place(const Shape& other) {
    extents_ = other.extents_;
    size_ = other.size_;
    rank_ = other.rank_;
  }
  void assign(const Shape& other);
  void swap(Shape& other) noexcept {
    std::swap(extents_, other.extents_);
    std::swap(size_, other.size_);
    std::swap(rank_, other.rank_);
  }

  Extents extents_{};
  Index size_ = 1;
  int rank_ = 0;
};

/// Extents in the making, without memory of their own.
class ShapeBuilder {
 public:
  ShapeBuilder() {}  // NOLINT: nobody reads extents before they are set
  explicit ShapeBuilder(int rank) : rank_(rank) {}
  explicit ShapeBuilder(const Shape& shape) : rank_(shape.rank()) {
    std::copy(shape.begin(), shape.end(), extents_.begin());
  }

  int rank() const { return rank_; }
  Index& operator[](int axis) { return extents_[static_cast<std::size_t>(axis)]; }
  void push_back(Index extent) { extents_[static_cast<std::size_t>(rank_++)] = extent; }
  Shape shape() const {
    return Shape(std::span<const Index>(extents_).first(static_cast<std::size_t>(rank_)));
  }

 private:
  // Those up to the rank are set; one too many is for Shape to refuse.
  std::array<Index, Shape::largest_rank + 1> extents_;
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
