#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>
#include <vector>

#include "bench/work/perceptron.h"
#include "bench/work/worker.h"

/// A training step written by hand: backpropagation with plain loops about somebody's matrix
/// products, all memory taken beforehand.
///
/// `Products<T>` has, for x [n, in], w [out, in], b [out] and dy [n, out],
///
///     value(y, x, w, b, n, in, out)     y = x·wᵀ + b
///     inputs(dx, dy, w, n, in, out)     dx = dy·w
///     weights(dw, dy, x, n, in, out)    dw = dyᵀ·x
///
/// and, where it has a way of its own for that,
///
///     descend(w, dy, x, rate, n, in, out)    w ← w − rate·dyᵀ·x
namespace bench {

template <class T, template <class> class Products>
class StepByHand final : public Task {
 public:
  StepByHand(const Perceptron& shape, PerceptronData<T> data)
      : shape_(shape), data_(std::move(data)) {
    for (std::size_t l = 0; l < shape.layers(); ++l) {
      y_.emplace_back(shape.batch * shape.widths[l + 1]);
      dy_.emplace_back(shape.batch * shape.widths[l + 1]);
      dw_.emplace_back(data_.w[l].size());
      db_.emplace_back(data_.b[l].size());
    }
  }

  void run() override {
    forward();
    loss_and_adjoint();
    backward();
    for (std::size_t l = 0; l < shape_.layers(); ++l) {
      if constexpr (descends) {
        products_.descend(data_.w[l].data(), dy_[l].data(), input(l), rate, shape_.batch,
                          shape_.widths[l], shape_.widths[l + 1]);
      } else {
        move(data_.w[l], dw_[l]);
      }
      move(data_.b[l], db_[l]);
    }
  }
  double result() override { return static_cast<double>(loss_); }

 private:
  static constexpr T rate = static_cast<T>(learning_rate);
  static constexpr bool descends = requires(const Products<T>& products, T* w, const T* x) {
    products.descend(w, x, x, rate, 1, 1, 1);
  };

  const T* input(std::size_t l) const { return l == 0 ? data_.x.data() : y_[l - 1].data(); }

  void forward() {
    const std::size_t last = shape_.layers() - 1;
    for (std::size_t l = 0; l <= last; ++l) {
      products_.value(y_[l].data(), input(l), data_.w[l].data(), data_.b[l].data(), shape_.batch,
                      shape_.widths[l], shape_.widths[l + 1]);
      if (l < last) {
        for (T& y : y_[l]) y = std::max(y, T(0));
      }
    }
  }

  // loss = −1/n Σ log softmax(y)[label],  dy = (softmax(y) − onehot)/n
  void loss_and_adjoint() {
    const std::size_t classes = shape_.widths.back();
    const T scale = T(1) / static_cast<T>(shape_.batch);
    T loss = 0;
    for (std::size_t i = 0; i < shape_.batch; ++i) {
      const T* y = y_.back().data() + i * classes;
      T* dy = dy_.back().data() + i * classes;
      const auto label = static_cast<std::size_t>(data_.labels[i]);
      const T largest = *std::max_element(y, y + classes);
      T sum = 0;
      for (std::size_t j = 0; j < classes; ++j) sum += dy[j] = std::exp(y[j] - largest);
      loss += std::log(sum) - (y[label] - largest);
      const T factor = scale / sum;
      for (std::size_t j = 0; j < classes; ++j) dy[j] *= factor;
      dy[label] -= scale;
    }
    loss_ = loss * scale;
  }

  void backward() {
    for (std::size_t l = shape_.layers(); l-- > 0;) {
      const std::size_t n = shape_.batch, in = shape_.widths[l], out = shape_.widths[l + 1];
      if constexpr (!descends) {
        products_.weights(dw_[l].data(), dy_[l].data(), input(l), n, in, out);
      }
      std::fill(db_[l].begin(), db_[l].end(), T(0));
      for (std::size_t i = 0; i < n; ++i) {
        for (std::size_t j = 0; j < out; ++j) db_[l][j] += dy_[l][i * out + j];
      }
      if (l == 0) break;
      products_.inputs(dy_[l - 1].data(), dy_[l].data(), data_.w[l].data(), n, in, out);
      T* dx = dy_[l - 1].data();
      const T* x = y_[l - 1].data();
      for (std::size_t i = 0; i < n * in; ++i) dx[i] = x[i] > 0 ? dx[i] : T(0);
    }
  }

  static void move(std::vector<T>& w, const std::vector<T>& dw) {
    T* to = w.data();
    const T* by = dw.data();
    for (std::size_t i = 0; i < w.size(); ++i) to[i] -= rate * by[i];
  }

  Perceptron shape_;
  PerceptronData<T> data_;
  std::vector<std::vector<T>> y_, dy_, dw_, db_;
  Products<T> products_;
  T loss_ = 0;
};

/// The step in the work's dtype.
template <template <class> class Products>
Offer step_by_hand(const Work& work) {
  const Perceptron shape = parse_perceptron(work.arguments.at(0), work.arguments.at(1));
  if (work.dtype == "f32") {
    return {std::make_unique<StepByHand<float, Products>>(shape, data_of<float>(shape))};
  }
  return {std::make_unique<StepByHand<double, Products>>(shape, data_of<double>(shape))};
}

}  // namespace bench
