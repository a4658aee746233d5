#include "autograd/ops/softmax.h"

#include <string>

#include "autograd/ops/apply.h"
#include "autograd/ops/arithmetic.h"
#include "autograd/ops/elementwise.h"
#include "autograd/ops/probabilities.h"
#include "autograd/ops/reduce.h"
#include "autograd/ops/shape.h"
#include "autograd/tensor/error.h"

namespace autograd::ops {
namespace {

AxisSet only(int axis) { return AxisSet{1} << axis; }

std::string axis_in_words(int axis) { return "axis " + std::to_string(axis); }

/// y = log Σ exp x = m + log Σ exp(x − m).   dx = softmax(x)·dy
struct LogSumExp {
  static constexpr std::string_view name = "logsumexp";
  int axis;
  Shape shape(const Shape& x) const { return x.without(axis); }
  template <class T>
  void value(View<T> y, View<const T> x) const {
    Lines(x.shape, only(axis)).for_each(x.data, [&](const Line<const T>& line, Index, Index k) {
      const Probabilities<T> p(line);
      const auto m = p.maximum();
      const bool finite = m - m == decltype(m)(0);
      y[k] = static_cast<T>(finite ? m + p.log_total() : m);  // all −∞, or +∞ among them
    });
  }
  Tensor dx(const Tensor& dy, const Tensor& x, Unused) const {
    return softmax(x, axis) * unsqueeze(dy, axis);
  }
  std::string settings() const { return axis_in_words(axis); }
  static constexpr std::tuple pullbacks{&LogSumExp::dx};
};

// dxᵢ = yᵢ·((dyᵢ − dyₜ) − Σⱼ yⱼ·(dyⱼ − dyₜ)), t the place of the maximum: where its y is almost 1,
// nothing almost equal is subtracted.
template <class T>
void softmax_pullback(View<T> dx, View<const T> dy, View<const T> x, int axis) {
  using W = Wider<T>;
  Lines(x.shape, only(axis)).for_each(x.data, [&](const Line<const T>& line, Index at, Index) {
    const Probabilities<T> y(line);
    const auto d = line.of(dy.data, at);
    const auto to = line.of(dx.data, at);
    const auto above = [&](Index i) { return static_cast<W>(d[i]) - static_cast<W>(d[y.top()]); };
    const W sum = line_sum<W>(line.n, [&](Index i) { return y[i] * above(i); });
    for (Index i = 0; i < line.n; ++i) to[i] = static_cast<T>(y[i] * (above(i) - sum));
  });
}

/// y = exp(x − m)/Σ exp(x − m).   dx = y·(dy − Σ dy·y)
struct Softmax {
  static constexpr std::string_view name = "softmax";
  int axis;
  static Shape shape(const Shape& x) { return x; }
  template <class T>
  void value(View<T> y, View<const T> x) const {
    Lines(x.shape, only(axis)).for_each(x.data, [&](const Line<const T>& line, Index at, Index) {
      const Probabilities<T> p(line);
      const auto to = line.of(y.data, at);
      for (Index i = 0; i < line.n; ++i) to[i] = static_cast<T>(p[i]);
    });
  }
  Tensor dx(const Tensor& dy, const Tensor& x, Unused) const {
    if (recorder() != nullptr) {
      const Tensor y = softmax(x, axis);
      return y * (dy - sum(dy * y, axis, KeepAxes::yes));
    }
    return computed_from(x, [&]<class T>(View<T> out, View<const T> numbers) {
      softmax_pullback(out, detail::view<T>(dy), numbers, axis);
    });
  }
  std::string settings() const { return axis_in_words(axis); }
  static constexpr std::tuple pullbacks{&Softmax::dx};
};

// dxᵢ = dyᵢ·(1 − pᵢ) − pᵢ·Σⱼ dyⱼ over the others
template <class T>
void log_softmax_pullback(View<T> dx, View<const T> dy, View<const T> x, int axis) {
  using W = Wider<T>;
  Lines(x.shape, only(axis)).for_each(x.data, [&](const Line<const T>& line, Index at, Index) {
    const Probabilities<T> p(line);
    const auto d = line.of(dy.data, at);
    const auto to = line.of(dx.data, at);
    const W sum = line_sum<W>(line.n, [&](Index i) { return static_cast<W>(d[i]); });
    for (Index i = 0; i < line.n; ++i) {
      const W own = static_cast<W>(d[i]);
      to[i] = static_cast<T>(own * p.others(i) - p[i] * (sum - own));
    }
  });
}

/// y = (x − m) − log Σ exp(x − m).   dx = dy − softmax(x)·Σ dy
struct LogSoftmax {
  static constexpr std::string_view name = "log_softmax";
  int axis;
  static Shape shape(const Shape& x) { return x; }
  template <class T>
  void value(View<T> y, View<const T> x) const {
    Lines(x.shape, only(axis)).for_each(x.data, [&](const Line<const T>& line, Index at, Index) {
      const Probabilities<T> p(line);
      const auto to = line.of(y.data, at);
      for (Index i = 0; i < line.n; ++i) to[i] = static_cast<T>(-p.surprise(i));
    });
  }
  Tensor dx(const Tensor& dy, const Tensor& x, Unused) const {
    if (recorder() != nullptr) return dy - softmax(x, axis) * sum(dy, axis, KeepAxes::yes);
    return computed_from(x, [&]<class T>(View<T> out, View<const T> numbers) {
      log_softmax_pullback(out, detail::view<T>(dy), numbers, axis);
    });
  }
  std::string settings() const { return axis_in_words(axis); }
  static constexpr std::tuple pullbacks{&LogSoftmax::dx};
};

int softmax_axis(std::string_view operation, const Shape& x, Index axis) {
  const int at = normalize_axis(operation, axis, x.rank());
  if (x[at] == 0) {
    throw Error(std::string(operation) + ": axis " + std::to_string(at) + " of " + to_string(x) +
                " is empty; expected at least one element");
  }
  return at;
}

}  // namespace
}  // namespace autograd::ops

namespace autograd {

Tensor logsumexp(const Tensor& x, Index axis) {
  return ops::apply(ops::LogSumExp{ops::softmax_axis("logsumexp", x.shape(), axis)}, x);
}

Tensor softmax(const Tensor& x, Index axis) {
  return ops::apply(ops::Softmax{ops::softmax_axis("softmax", x.shape(), axis)}, x);
}

Tensor log_softmax(const Tensor& x, Index axis) {
  return ops::apply(ops::LogSoftmax{ops::softmax_axis("log_softmax", x.shape(), axis)}, x);
}

}  // namespace autograd
