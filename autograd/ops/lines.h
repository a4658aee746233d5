#pragma once

#include <algorithm>
#include <vector>

#include "autograd/kernels/reduce.h"
#include "autograd/ops/rule.h"
#include "autograd/tensor/parallel.h"
#include "autograd/tensor/vectored.h"

/// Work on one line of a tensor at a time: the elements that differ only in their places along
/// certain axes. For the files that define operations.
namespace autograd::ops {

/// n numbers of a tensor, `step` apart, or where `places` says.
template <class T>
struct Line {
  T* x;
  Index n, step;
  const Index* places;

  Index place(Index i) const { return places != nullptr ? places[i] : i * step; }
  T& operator[](Index i) const { return x[place(i)]; }

  /// The same line of another tensor of the same shape.
  template <class U>
  Line<U> of(U* other, Index at) const {
    return {other + at, n, step, places};
  }
};

/// How the lines along a set of axes lie in a shape.
class Lines {
 public:
  Lines(const Shape& shape, kernels::AxisSet axes) : n_(1), count_(1), step_(1) {
    Index step = 1;
    bool together = true;
    bool seen = false, left = false;
    for (int axis = shape.rank() - 1; axis >= 0; --axis) {
      const Index extent = shape[axis];
      if (kernels::contains(axes, axis)) {
        together = together && !left;
        if (!seen) step_ = step;
        seen = true;
        n_ *= extent;
      } else {
        left = seen;
        count_ *= extent;
      }
      step *= extent;
    }
    inner_ = step_;
    if (!together) list_places(shape, axes);
  }

  /// Numbers of a line, and lines.
  Index n() const { return n_; }
  Index count() const { return count_; }

  /// Calls body(line of x, where it begins, its number) for every line, on several threads.
  template <class T, class Body>
  void for_each(T* x, const Body& body) const {
    const Index grain = std::max<Index>(1, 2048 / std::max<Index>(n_, 1));
    parallel_for(count_, grain, [&](Index begin, Index end) {
      vectored<std::remove_const_t<T>>([&] {
        for (Index k = begin; k < end; ++k) {
          const Index at = begins_.empty() ? k / inner_ * n_ * inner_ + k % inner_
                                           : begins_[static_cast<std::size_t>(k)];
          body(Line<T>{x + at, n_, step_, places_.empty() ? nullptr : places_.data()}, at, k);
        }
      });
    });
  }

 private:
  // The places of a line's numbers, and the places where lines begin, in the order of the elements.
  void list_places(const Shape& shape, kernels::AxisSet axes) {
    places_.assign(1, 0);
    begins_.assign(1, 0);
    Index step = 1;
    for (int axis = shape.rank() - 1; axis >= 0; --axis) {
      std::vector<Index>& list = kernels::contains(axes, axis) ? places_ : begins_;
      std::vector<Index> longer;
      longer.reserve(list.size() * static_cast<std::size_t>(shape[axis]));
      for (Index i = 0; i < shape[axis]; ++i) {
        for (const Index place : list) longer.push_back(i * step + place);
      }
      list.swap(longer);
      step *= shape[axis];
    }
  }

  Index n_, count_, step_, inner_ = 1;
  std::vector<Index> places_, begins_;  // filled only when the axes lie apart
};

/// Σ term(i) for i = 0 … n − 1 in the type W.
template <class W, class Term>
W line_sum(Index n, const Term& term) {
  return kernels::pairwise_sum<W>(n, term);
}

/// A line less its mean, in a wider type. The first element is subtracted from all, so that a large
/// common part costs no digits; and what is left is (n·x − Σ x)/n, in which the mean is not rounded
/// before it is subtracted.
template <class T>
class Centered {
 public:
  using W = Wider<std::remove_const_t<T>>;
  explicit Centered(const Line<T>& line)
      : line_(line), first_(static_cast<W>(line[0])), n_(static_cast<double>(line.n)) {
    total_ = line_sum<W>(line.n, [&](Index i) { return static_cast<W>(line_[i]) - first_; });
  }
  W operator[](Index i) const { return (n_ * (static_cast<W>(line_[i]) - first_) - total_) / n_; }

  /// Σ (x − mean)²/divisor
  W squares(W divisor) const {
    const W sum = line_sum<W>(line_.n, [&](Index i) { return (*this)[i] * (*this)[i]; });
    return sum / divisor;
  }

 private:
  Line<T> line_;
  W first_, n_, total_;
};

}  // namespace autograd::ops
