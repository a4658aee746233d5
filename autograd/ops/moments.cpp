#include "autograd/ops/moments.h"

#include <string>

#include "autograd/ops/apply.h"
#include "autograd/ops/arithmetic.h"
#include "autograd/ops/elementwise.h"
#include "autograd/ops/lines.h"
#include "autograd/ops/reduce.h"
#include "autograd/ops/setting.h"
#include "autograd/ops/shape.h"
#include "autograd/tensor/error.h"

namespace autograd::ops {
namespace {

/// y = x − mean x.   dx = dy − mean dy
struct Center {
  static constexpr std::string_view name = "center";
  AxisSet axes;
  static Shape shape(const Shape& x) { return x; }
  template <class T>
  void value(View<T> y, View<const T> x) const {
    if (x.size() == 0) return;
    Lines(x.shape, axes).for_each(x.data, [&](const Line<const T>& line, Index at, Index) {
      const Centered<const T> c(line);
      const auto to = line.of(y.data, at);
      for (Index i = 0; i < line.n; ++i) to[i] = static_cast<T>(c[i]);
    });
  }
  Tensor dx(const Tensor& dy, Unused, Unused) const { return apply(Center{axes}, dy); }
  std::string settings() const { return in_words(axes); }
  static constexpr std::tuple pullbacks{&Center::dx};
};

/// y = Σ (x − mean)²/(n − correction).   dx = dy·2(x − mean)/(n − correction)
struct Variance {
  static constexpr std::string_view name = "variance";
  AxisSet axes;
  KeepAxes keep;
  double divisor;
  Shape shape(const Shape& x) const { return reduced(x, axes, keep); }
  template <class T>
  void value(View<T> y, View<const T> x) const {
    using W = Wider<T>;
    Lines(x.shape, axes).for_each(x.data, [&](const Line<const T>& line, Index, Index k) {
      y[k] = static_cast<T>(Centered<const T>(line).squares(static_cast<W>(divisor)));
    });
  }
  Tensor dx(const Tensor& dy, const Tensor& x, Unused) const {
    const Shape kept = reduced(x.shape(), axes, KeepAxes::yes);
    return apply(Center{axes}, x) * (reshape(dy, kept) * 2 / divisor);
  }
  std::string settings() const { return in_words(axes) + ", divisor " + in_words(divisor); }
  static constexpr std::tuple pullbacks{&Variance::dx};
};

/// y = √(Σ (x − mean)²/(n − correction)).   dx = dy·(x − mean)/((n − correction)·y), 0 for y = 0
struct StandardDeviation {
  static constexpr std::string_view name = "standard_deviation";
  AxisSet axes;
  KeepAxes keep;
  double divisor;
  Shape shape(const Shape& x) const { return reduced(x, axes, keep); }
  template <class T>
  void value(View<T> y, View<const T> x) const {
    using W = Wider<T>;
    Lines(x.shape, axes).for_each(x.data, [&](const Line<const T>& line, Index, Index k) {
      y[k] = static_cast<T>(sqrt(Centered<const T>(line).squares(static_cast<W>(divisor))));
    });
  }
  Tensor dx(const Tensor& dy, const Tensor& x, const Tensor& y) const {
    const Shape kept = reduced(x.shape(), axes, KeepAxes::yes);
    const Tensor deviation = reshape(y, kept);
    const auto some = deviation > 0;
    const Tensor scaled = apply(Center{axes}, x) / where(some, deviation, 1);
    return where(some, scaled, 0) * (reshape(dy, kept) / divisor);
  }
  std::string settings() const { return in_words(axes) + ", divisor " + in_words(divisor); }
  static constexpr std::tuple pullbacks{&StandardDeviation::dx};
};

double divisor(std::string_view operation, const Shape& x, AxisSet axes, double correction) {
  const double n = static_cast<double>(count_along(x, axes)) - correction;
  if (n > 0) return n;
  throw Error(std::string(operation) + ": " + std::to_string(count_along(x, axes)) +
              " elements along " + in_words(axes) + " of shape " + to_string(x) +
              "; expected more than the correction " + in_words(correction));
}

}  // namespace
}  // namespace autograd::ops

namespace autograd {

Tensor variance(const Tensor& x, const Axes& axes, double correction, KeepAxes keep) {
  const ops::AxisSet set = axes.of("variance", x.shape());
  const double divisor = ops::divisor("variance", x.shape(), set, correction);
  return ops::apply(ops::Variance{set, keep, divisor}, x);
}

Tensor standard_deviation(const Tensor& x, const Axes& axes, double correction, KeepAxes keep) {
  const ops::AxisSet set = axes.of("standard_deviation", x.shape());
  const double divisor = ops::divisor("standard_deviation", x.shape(), set, correction);
  return ops::apply(ops::StandardDeviation{set, keep, divisor}, x);
}

}  // namespace autograd
