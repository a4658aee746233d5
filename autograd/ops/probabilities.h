#pragma once

#include <array>

#include "autograd/ops/lines.h"

/// For the files that define operations.
namespace autograd::ops {

/// The softmax of a line of logits, in a wider type than theirs. The maximum's exponential is
/// exactly 1, and kept out of the sum of the others: so the others' share is there with all its
/// digits even where it is tiny.
template <class T>
class Probabilities {
 public:
  using W = Wider<T>;

  explicit Probabilities(const Line<const T>& line) : line_(line) {
    for (Index i = 1; i < line.n; ++i) {
      if (line[i] > line[top_] || line[i] != line[i]) top_ = i;
    }
    const Index kept = std::min<Index>(line.n, most_kept);
    for (Index i = 0; i < kept; ++i) kept_[static_cast<std::size_t>(i)] = computed_weight(i);
    beside_ = line_sum<W>(line.n, [&](Index i) { return i == top_ ? W(0) : weight(i); });
  }

  Index top() const { return top_; }
  W maximum() const { return static_cast<W>(line_[top_]); }

  /// pᵢ
  W operator[](Index i) const { return weight(i) / (W(1) + beside_); }

  /// 1 − pᵢ
  W others(Index i) const { return i == top_ ? beside_ / (W(1) + beside_) : W(1) - (*this)[i]; }

  /// log Σ exp(x − maximum)
  W log_total() const { return log1p(beside_); }

  /// −log pᵢ, a sum of two numbers that are not negative
  W surprise(Index i) const { return log_total() + (maximum() - static_cast<W>(line_[i])); }

 private:
  static constexpr Index most_kept = 64;

  W computed_weight(Index i) const { return exp(static_cast<W>(line_[i]) - maximum()); }
  W weight(Index i) const {
    return i < most_kept ? kept_[static_cast<std::size_t>(i)] : computed_weight(i);
  }

  Line<const T> line_;
  Index top_ = 0;
  W beside_;
  std::array<W, most_kept> kept_;  // the first exponentials, which are asked for again and again
};

/// A tensor like x, which `fill(view of it, view of x)` computes in x's dtype; nothing is recorded.
template <class Fill>
Tensor computed_from(const Tensor& x, const Fill& fill) {
  Tensor y = Tensor::uninitialized(x.shape(), x.dtype());
  with_floating(x.dtype(), [&](auto zero) {
    using T = decltype(zero);
    fill(View<T>{static_cast<T*>(y.mutable_data()), y.shape()},
         View<const T>{x.values<T>().data(), x.shape()});
  });
  return y;
}

}  // namespace autograd::ops
