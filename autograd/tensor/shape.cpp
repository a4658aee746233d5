#include "autograd/tensor/shape.h"

#include <limits>

#include "autograd/tensor/error.h"

namespace autograd {

Shape::Shape(std::span<const Index> extents) : rank_(static_cast<int>(extents.size())) {
  if (rank_ <= 4) {
    std::copy(extents.begin(), extents.end(), in_place_.begin());
  } else {
    beyond_.assign(extents.begin(), extents.end());
  }
  // An empty axis makes the whole empty, however large the others are, so it is looked for first.
  bool empty = false;
  for (const Index extent : extents) {
    if (extent < 0) {
      throw Error("shape: extents must not be negative; got [" + list(extents) + "]");
    }
    empty = empty || extent == 0;
  }
  constexpr Index most = std::numeric_limits<Index>::max() / 16;  // bytes must fit as well
  size_ = empty ? 0 : 1;
  for (const Index extent : extents) {
    if (!empty && size_ > most / extent) {
      throw Error("shape: [" + list(extents) + "] has more elements than any memory holds");
    }
    size_ *= extent;
  }
}

Shape Shape::with(int axis, Index extent) const {
  std::vector<Index> changed(begin(), end());
  changed[static_cast<std::size_t>(axis)] = extent;
  return Shape(changed);
}

Shape Shape::without(int axis) const {
  std::vector<Index> changed(begin(), end());
  changed.erase(changed.begin() + axis);
  return Shape(changed);
}

Shape Shape::inserted(int axis, Index extent) const {
  std::vector<Index> changed(begin(), end());
  changed.insert(changed.begin() + axis, extent);
  return Shape(changed);
}

std::string list(std::span<const Index> numbers) {
  std::string text;
  for (const Index number : numbers) {
    if (!text.empty()) text += ", ";
    text += std::to_string(number);
  }
  return text;
}

std::string to_string(const Shape& shape) { return "[" + list(shape.extents()) + "]"; }

int normalize_axis(std::string_view operation, Index axis, int rank) {
  if (axis < -rank || axis >= rank) {
    std::string message(operation);
    message +=
        ": axis " + std::to_string(axis) + " is out of range for rank " + std::to_string(rank);
    message += rank == 0
                   ? "; a scalar has no axes"
                   : "; expected " + std::to_string(-rank) + " to " + std::to_string(rank - 1);
    throw Error(message);
  }
  return static_cast<int>(axis < 0 ? axis + rank : axis);
}

Shape broadcast(std::string_view operation, const Shape& a, const Shape& b) {
  if (a == b) return a;
  const int rank = std::max(a.rank(), b.rank());
  std::vector<Index> extents(static_cast<std::size_t>(rank));
  for (int i = 1; i <= rank; ++i) {
    const Index m = i <= a.rank() ? a[a.rank() - i] : 1;
    const Index n = i <= b.rank() ? b[b.rank() - i] : 1;
    if (m != n && m != 1 && n != 1) {
      throw Error(std::string(operation) + ": shapes " + to_string(a) + " and " + to_string(b) +
                  " do not broadcast: axis -" + std::to_string(i) + " is " + std::to_string(m) +
                  " against " + std::to_string(n) + "; make them equal, or one of them 1");
    }
    extents[static_cast<std::size_t>(rank - i)] = m == 1 ? n : m;
  }
  return Shape(extents);
}

bool broadcasts_to(const Shape& from, const Shape& to) {
  if (from.rank() > to.rank()) return false;
  for (int i = 1; i <= from.rank(); ++i) {
    const Index extent = from[from.rank() - i];
    if (extent != 1 && extent != to[to.rank() - i]) return false;
  }
  return true;
}

}  // namespace autograd
