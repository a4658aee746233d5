#include "autograd/tensor/shape.h"

#include <limits>

#include "autograd/tensor/error.h"

namespace autograd {

Shape::Shape(std::span<const Index> extents) {
  if (extents.size() > largest_rank) {
    throw Error("shape: expected at most " + std::to_string(largest_rank) + " axes; got " +
                std::to_string(extents.size()));
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
  const auto rank = static_cast<int>(extents.size());
  if (rank > in_place) extents_.beyond = new Index[extents.size()];
  rank_ = rank;
  std::copy(extents.begin(), extents.end(),
            rank > in_place ? extents_.beyond : static_cast<Index*>(extents_.here));
}

void Shape::assign(const Shape& other) {
  Extents copy = other.extents_;
  if (other.rank_ > in_place) {
    copy.beyond = new Index[static_cast<std::size_t>(other.rank_)];
    std::copy(other.begin(), other.end(), copy.beyond);
  }
  if (rank_ > in_place) delete[] extents_.beyond;
  extents_ = copy;
  size_ = other.size_;
  rank_ = other.rank_;
}

Shape Shape::with(int axis, Index extent) const {
  ShapeBuilder changed(*this);
  changed[axis] = extent;
  return changed.shape();
}

Shape Shape::without(int axis) const {
  ShapeBuilder changed;
  for (int i = 0; i < rank_; ++i) {
    if (i != axis) changed.push_back((*this)[i]);
  }
  return changed.shape();
}

Shape Shape::inserted(int axis, Index extent) const {
  ShapeBuilder changed;
  for (int i = 0; i <= rank_; ++i) {
    if (i == axis) changed.push_back(extent);
    if (i < rank_) changed.push_back((*this)[i]);
  }
  return changed.shape();
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
  ShapeBuilder extents(rank);
  for (int i = 1; i <= rank; ++i) {
    const Index m = i <= a.rank() ? a[a.rank() - i] : 1;
    const Index n = i <= b.rank() ? b[b.rank() - i] : 1;
    if (m != n && m != 1 && n != 1) {
      throw Error(std::string(operation) + ": shapes " + to_string(a) + " and " + to_string(b) +
                  " do not broadcast: axis -" + std::to_string(i) + " is " + std::to_string(m) +
                  " against " + std::to_string(n) + "; make them equal, or one of them 1");
    }
    extents[rank - i] = m == 1 ? n : m;
  }
  return extents.shape();
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
