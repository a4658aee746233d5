#include "autograd/ops/normalisation.h"

#include <string>
#include <type_traits>
#include <vector>

#include "autograd/kernels/double_double.h"
#include "autograd/kernels/reduce.h"
#include "autograd/ops/apply.h"
#include "autograd/ops/arithmetic.h"
#include "autograd/ops/elementwise.h"
#include "autograd/ops/reduce.h"
#include "autograd/ops/shape.h"
#include "autograd/tensor/error.h"
#include "autograd/tensor/random.h"

namespace autograd::ops {
namespace {

using kernels::DoubleDouble;

/// Mean and deviation of one line of numbers, in the arithmetic W.
template <class W, class T>
struct Standard {
  const T* x;
  Index n;
  W mean, squared;  // variance + eps

  Standard(const T* line, Index count, double eps) : x(line), n(count) {
    mean = sum([&](Index i) { return W(x[i]); }) / count_of();
    squared = sum([&](Index i) { return centred(i) * centred(i); }) / count_of() + W(eps);
  }
  W count_of() const { return W(static_cast<double>(n)); }
  W centred(Index i) const { return W(x[i]) - mean; }
  W inverse_deviation() const { return W(1) / sqrt(squared); }
  template <class Term>
  W sum(const Term& term) const {
    return kernels::pairwise_sum<W>(n, term);
  }
};

// Calls body(W(), first element, number) for each line of n numbers, with the arithmetic that is
// wide enough. Doubles need twice the digits, so that what cancels between nearly equal numbers is
// not missed; floats find them in double, but for lines so short that all of the derivative but the
// part that eps contributes may cancel: that of two elements always does.
template <class T, class Body>
void for_lines(View<const T> x, const Body& body) {
  const Index n = x.shape[x.shape.rank() - 1];
  const auto each = [&](auto wide) {
    using W = decltype(wide);
    parallel_for(x.size() / n, std::max<Index>(1, 4096 / n), [&](Index begin, Index end) {
      for (Index line = begin; line < end; ++line) body(W(0), line * n, line);
    });
  };
  if constexpr (std::is_same_v<T, float>) {
    n <= 4 ? each(DoubleDouble()) : each(double());
  } else if constexpr (std::is_same_v<T, double>) {
    each(DoubleDouble());
  } else {
    each(T());
  }
}

Shape require_line(const Shape& x) {
  if (x.rank() == 0 || x[x.rank() - 1] == 0) {
    throw Error("layer_norm: expected at least one element along the last axis; got shape " +
                to_string(x));
  }
  return x;
}

Index length(const Shape& x) { return x[x.rank() - 1]; }

std::string in_words(double eps) { return "eps " + std::to_string(eps); }

/// r = 1/√(σ² + ε) along the last axis.   dx = −r²·x̂·dr/n, x̂ = (x − μ)·r
struct InverseDeviation {
  static constexpr std::string_view name = "inverse_deviation";
  double eps;
  static Shape shape(const Shape& x) { return x.with(x.rank() - 1, 1); }
  template <class T>
  void value(View<T> y, View<const T> x) const {
    for_lines(x, [&](auto wide, Index at, Index line) {
      const Standard<decltype(wide), T> s(x.data + at, length(x.shape), eps);
      y[line] = static_cast<T>(s.inverse_deviation());
    });
  }
  Tensor dx(const Tensor& dr, const Tensor& x, const Tensor& r) const {
    return dr * r * r * layer_norm(x, eps) / static_cast<double>(-x.extent(-1));
  }
  std::string settings() const { return in_words(eps); }
  static constexpr std::tuple pullbacks{&InverseDeviation::dx};
};

/// y = r·(c − x̂·Σ c·x̂/n), c = dy − mean of dy: the adjoint of layer_norm, linear in dy.
/// With g the adjoint of y and G = what y is of g:
/// ddy = G,  dx = −r/n·(x̂·Σ g·y + G·Σ dy·x̂ + y·Σ g·x̂)
struct LayerNormAdjoint {
  static constexpr std::string_view name = "layer_norm_adjoint";
  double eps;
  static Shape shape(const Shape& dy, const Shape&) { return dy; }
  template <class T>
  void value(View<T> y, View<const T> dy, View<const T> x) const {
    const Index n = length(x.shape);
    for_lines(x, [&](auto wide, Index at, Index) {
      using W = decltype(wide);
      const Standard<W, T> s(x.data + at, n, eps);
      const T* d = dy.data + at;
      const W mean = s.sum([&](Index i) { return W(d[i]); }) / s.count_of();
      const W along = s.sum([&](Index i) { return (W(d[i]) - mean) * s.centred(i); });
      const W slope = along / (s.count_of() * s.squared);
      const W r = s.inverse_deviation();
      for (Index i = 0; i < n; ++i) {
        y[at + i] = static_cast<T>(r * (W(d[i]) - mean - s.centred(i) * slope));
      }
    });
  }
  Tensor ddy(const Tensor& g, Unused, const Tensor& x, Unused) const {
    return apply(LayerNormAdjoint{eps}, g, x);
  }
  Tensor dx(const Tensor& g, const Tensor& dy, const Tensor& x, const Tensor& y) const {
    const auto line_sum = [](const Tensor& t) { return sum(t, -1, KeepAxes::yes); };
    const Tensor normal = layer_norm(x, eps), r = apply(InverseDeviation{eps}, x);
    const Tensor of_g = apply(LayerNormAdjoint{eps}, g, x);
    return r *
           (normal * line_sum(g * y) + of_g * line_sum(dy * normal) + y * line_sum(g * normal)) /
           static_cast<double>(-x.extent(-1));
  }
  std::string settings() const { return in_words(eps); }
  static constexpr std::tuple pullbacks{&LayerNormAdjoint::ddy, &LayerNormAdjoint::dx};
};

/// y = (x − μ)/√(σ² + ε) along the last axis.   dx = r·(c − y·Σ c·y/n), c = dy − mean of dy
struct LayerNorm {
  static constexpr std::string_view name = "layer_norm";
  double eps;
  static Shape shape(const Shape& x) { return require_line(x); }
  template <class T>
  void value(View<T> y, View<const T> x) const {
    const Index n = length(x.shape);
    for_lines(x, [&](auto wide, Index at, Index) {
      const Standard<decltype(wide), T> s(x.data + at, n, eps);
      const auto r = s.inverse_deviation();
      for (Index i = 0; i < n; ++i) y[at + i] = static_cast<T>(s.centred(i) * r);
    });
  }
  Tensor dx(const Tensor& dy, const Tensor& x, Unused) const {
    return apply(LayerNormAdjoint{eps}, dy, x);
  }
  std::string settings() const { return in_words(eps); }
  static constexpr std::tuple pullbacks{&LayerNorm::dx};
};

/// yᵢ = xᵢ/(1 − p) where the i-th random number is at least p, else 0.   dx = dropout of dy
struct Dropout {
  static constexpr std::string_view name = "dropout";
  double p;
  std::uint64_t seed;
  static Shape shape(const Shape& x) { return x; }
  template <class T>
  void value(View<T> y, View<const T> x) const {
    const T scale = static_cast<T>(1 / (1 - p));
    parallel_for(x.size(), kernels::map_grain, [&](Index begin, Index end) {
      Random random(seed);
      random.skip(static_cast<std::uint64_t>(begin));
      for (Index i = begin; i < end; ++i) y[i] = random.uniform() < p ? T(0) : x[i] * scale;
    });
  }
  Tensor dx(const Tensor& dy, Unused, Unused) const { return dropout(dy, p, seed); }
  std::string settings() const {
    return "p " + std::to_string(p) + ", seed " + std::to_string(seed);
  }
  static constexpr std::tuple pullbacks{&Dropout::dx};
};

void require_eps(const char* operation, double eps) {
  if (eps >= 0) return;
  throw Error(std::string(operation) + ": expected an eps of 0 or more; got " +
              std::to_string(eps));
}

void require_channels(const char* operation, const Tensor& x) {
  if (x.rank() >= 2 && (x.size() > 0 || x.extent(1) == 0)) return;
  throw Error(std::string(operation) +
              ": expected a batch [N, channels, ..] of at least one; got " + to_string(x.shape()));
}

// A number a channel, shaped to meet x [N, channels, ..].
Tensor of_channels(const char* operation, const char* what, const Tensor& v, const Tensor& x) {
  if (v.rank() != 1 || v.extent(0) != x.extent(1)) {
    throw Error(std::string(operation) + ": expected " + what + " [" + std::to_string(x.extent(1)) +
                "], a number for each channel of x " + to_string(x.shape()) + "; got " +
                to_string(v.shape()));
  }
  ShapeBuilder shape;
  shape.push_back(v.extent(0));
  for (int axis = 2; axis < x.rank(); ++axis) shape.push_back(1);
  return reshape(v, shape.shape());
}

}  // namespace
}  // namespace autograd::ops

namespace autograd {

Tensor layer_norm(const Tensor& x, double eps) {
  ops::require_eps("layer_norm", eps);
  return ops::apply(ops::LayerNorm{eps}, x);
}

Tensor layer_norm(const Tensor& x, const Tensor& scale, const Tensor& shift, double eps) {
  for (const Tensor& v : {scale, shift}) {
    if (x.rank() == 0 || v.rank() != 1 || v.extent(0) != x.extent(-1)) {
      throw Error("layer_norm: expected x [.., n], scale [n] and shift [n]; got " +
                  to_string(x.shape()) + ", " + to_string(scale.shape()) + " and " +
                  to_string(shift.shape()));
    }
  }
  return layer_norm(x, eps) * scale + shift;
}

BatchNorm batch_norm(const Tensor& x, double eps) {
  ops::require_eps("batch_norm", eps);
  ops::require_channels("batch_norm", x);
  std::vector<Index> order;  // channels first, which is its own inverse
  for (Index axis = 0; axis < x.rank(); ++axis) order.push_back(axis);
  std::swap(order[0], order[1]);
  const Tensor channels = permute(x, order);
  const Tensor lines = flatten(channels, 1);
  const Tensor y = permute(reshape(layer_norm(lines, eps), channels.shape()), order);
  const Tensor seen = detach(lines);
  const Tensor average = mean(seen, 1, KeepAxes::yes);
  return {y, squeeze(average, 1), mean(square(seen - average), 1)};
}

BatchNorm batch_norm(const Tensor& x, const Tensor& scale, const Tensor& shift, double eps) {
  BatchNorm b = batch_norm(x, eps);
  b.y = b.y * ops::of_channels("batch_norm", "scale", scale, x) +
        ops::of_channels("batch_norm", "shift", shift, x);
  return b;
}

Tensor batch_norm_inference(const Tensor& x, const Tensor& mean, const Tensor& variance,
                            double eps) {
  const char* const name = "batch_norm_inference";
  ops::require_eps(name, eps);
  if (x.rank() < 2) ops::require_channels(name, x);
  return (x - ops::of_channels(name, "mean", mean, x)) /
         sqrt(ops::of_channels(name, "variance", variance, x) + eps);
}

Tensor batch_norm_inference(const Tensor& x, const Tensor& mean, const Tensor& variance,
                            const Tensor& scale, const Tensor& shift, double eps) {
  const char* const name = "batch_norm_inference";
  const Tensor y = batch_norm_inference(x, mean, variance, eps);
  return y * ops::of_channels(name, "scale", scale, x) + ops::of_channels(name, "shift", shift, x);
}

Tensor dropout(const Tensor& x, double p, std::uint64_t seed) {
  if (!(p >= 0 && p < 1)) {
    throw Error("dropout: expected a probability p with 0 ≤ p < 1; got " + std::to_string(p));
  }
  return p == 0 ? x : ops::apply(ops::Dropout{p, seed}, x);
}

}  // namespace autograd
