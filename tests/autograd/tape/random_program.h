#pragma once

#include <algorithm>
#include <vector>

#include "autograd/ops/arithmetic.h"
#include "autograd/ops/elementwise.h"
#include "autograd/ops/join.h"
#include "autograd/ops/reduce.h"
#include "autograd/ops/shape.h"
#include "autograd/ops/slice.h"
#include "autograd/tensor/random.h"
#include "tests/autograd/tape/programs.h"

namespace autograd {

/// A program of many steps drawn by chance, elementwise ones above all, on tensors whose shapes
/// broadcast in all ways; and numbers to run it at.
class RandomProgram {
 public:
  RandomProgram(std::uint64_t seed, Dtype dtype, int steps = 40)
      : random_(seed), dtype_(dtype), steps_(steps) {
    const std::vector<std::vector<Shape>> families{
        {{1, 14}, {14}, {1}, {}},
        {{3, 5}, {5}, {3, 1}, {1, 5}, {}, {1}},
        {{70, 40}, {40}, {70, 1}, {}},
        {{9, 200, 10}, {9, 1, 10}, {200, 10}, {9, 200, 1}, {10}, {9, 1, 1}},
        {{5000}, {1}, {}},
        {{2, 9000}, {2, 1}, {9000}, {}},
        {{0, 3}, {1, 3}, {3}, {0, 1}, {}},
        {{4, 3, 2, 50}, {3, 1, 50}, {4, 1, 2, 1}, {2, 50}, {}}};
    shapes_ = families[pick(families.size())];
  }

  Outputs inputs() {
    Outputs x;
    for (const Shape& shape : shapes_) x.push_back(random_.uniform(shape, -1, 1, dtype_));
    return x;
  }

  /// Draws the steps, on tensors that are known and grow in number.
  Outputs operator()(Inputs x) {
    known_.assign(x.begin(), x.end());
    constants_ = random_.uniform(shapes_[pick(shapes_.size())], -1, 1, dtype_);
    for (int i = 0; i < steps_; ++i) known_.push_back(step());
    Outputs y;
    for (int k = 0; k < 4; ++k) y.push_back(any());
    y.push_back(known_.back());
    y.push_back(known_.back());
    y.push_back(x[pick(x.size())]);
    return y;
  }

  Tensor uniform(const Shape& shape) { return random_.uniform(shape, -1, 1, dtype_); }

 private:
  std::size_t pick(std::size_t count) {
    return static_cast<std::size_t>(random_.below(static_cast<Index>(count)));
  }

  // Late ones more often, so that chains come about.
  Tensor any() {
    const std::size_t back = pick(3) == 0 ? known_.size() : std::min<std::size_t>(4, known_.size());
    return known_[known_.size() - 1 - pick(back)];
  }
  // One that meets another without clashing: of the family's first shape, or smaller.
  Tensor like_first() {
    const Tensor x = any();
    return broadcasts_to(x.shape(), shapes_[0]) ? x : known_[pick(shapes_.size())];
  }

  Tensor step() {
    switch (pick(24)) {
      case 0:
        return tanh(any());
      case 1:
        return sigmoid(any());
      case 2:
        return sin(any());
      case 3:
        return square(tanh(any()));
      case 4:
        return -any();
      case 5:
        return relu(any());
      case 6:
        return abs(any()) + 0.25;
      case 7:
        return exp(tanh(any()));
      case 8:
        return like_first() + like_first();
      case 9:
        return like_first() - constants_;
      case 10:
        return tanh(like_first()) * like_first();
      case 11:
        return like_first() / (2 + square(like_first()));
      case 12:
        return maximum(like_first(), like_first());
      case 13:
        return where(like_first() > like_first(), like_first(), tanh(like_first()));
      case 14:
        return tanh(broadcast_to(like_first(), shapes_[0]));
      case 15:
        return reduced(like_first(), KeepAxes::yes);
      case 16:
        return reduced(any(), KeepAxes::no);
      case 17:
        return reshape(any(), {-1, 1});
      case 18:
        return sliced(any());
      case 19:
        return transposed(like_first());
      case 20:
        return concatenate({reshape(any(), {-1}), reshape(any(), {-1})}, 0);
      case 21:
        return pow(abs(like_first()) + 0.5, like_first());
      case 22:
        return to(like_first() <= like_first(), dtype_) * like_first();
      default:
        return silu(any()) + 1;
    }
  }

  Tensor reduced(const Tensor& x, KeepAxes keep) {
    if (x.rank() == 0) return x + 1;
    const Index axis = static_cast<Index>(pick(static_cast<std::size_t>(x.rank())));
    return pick(2) == 0 ? tanh(sum(x, axis, keep)) : sum(x, -1, keep) * 0.125;
  }

  static Tensor transposed(const Tensor& x) {
    return transpose(x.rank() < 2 ? reshape(x, {-1, 1}) : x);
  }

  Tensor sliced(const Tensor& x) {
    if (x.rank() == 0 || x.extent(0) < 2) return x - 0.5;
    return slice(x, 0, 1, x.extent(0));
  }

  Random random_;
  Dtype dtype_;
  int steps_;
  std::vector<Shape> shapes_;
  Outputs known_;
  Tensor constants_;
};

}  // namespace autograd
