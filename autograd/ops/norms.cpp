#include "autograd/ops/norms.h"

#include "autograd/ops/apply.h"
#include "autograd/ops/arithmetic.h"
#include "autograd/ops/elementwise.h"
#include "autograd/ops/lines.h"
#include "autograd/ops/reduce.h"
#include "autograd/ops/shape.h"

namespace autograd::ops {
namespace {

/// y = √(Σ x²).   dx = dy·x/y, at x = 0: 0
struct Norm2 {
  static constexpr std::string_view name = "norm2";
  AxisSet axes;
  KeepAxes keep;
  Shape shape(const Shape& x) const { return reduced(x, axes, keep); }
  template <class T>
  void value(View<T> y, View<const T> x) const {
    using W = Wider<T>;
    Lines(x.shape, axes).for_each(x.data, [&](const Line<const T>& line, Index, Index k) {
      W largest(0);  // divides every element, so that no square overflows
      for (Index i = 0; i < line.n; ++i) {
        const W size = abs(static_cast<W>(line[i]));
        if (size > largest || size != size) largest = size;
      }
      const bool plain = !(largest > W(0)) || largest + largest == largest;  // 0, NaN, infinity
      const W sum = plain ? W(1) : line_sum<W>(line.n, [&](Index i) {
        const W part = static_cast<W>(line[i]) / largest;
        return part * part;
      });
      y[k] = static_cast<T>(largest * sqrt(sum));
    });
  }
  Tensor dx(const Tensor& dy, const Tensor& x, const Tensor& y) const {
    const Shape kept = reduced(x.shape(), axes, KeepAxes::yes);
    const Tensor length = reshape(y, kept);
    const auto some = length > 0;
    return where(some, x / where(some, length, 1), 0) * reshape(dy, kept);
  }
  std::string settings() const { return in_words(axes); }
  static constexpr std::tuple pullbacks{&Norm2::dx};
};

}  // namespace
}  // namespace autograd::ops

namespace autograd {

Tensor norm1(const Tensor& x, const Axes& axes, KeepAxes keep) { return sum(abs(x), axes, keep); }

Tensor norm2(const Tensor& x, const Axes& axes, KeepAxes keep) {
  return ops::apply(ops::Norm2{axes.of("norm2", x.shape()), keep}, x);
}

Tensor norm_inf(const Tensor& x, const Axes& axes, KeepAxes keep) {
  ops::not_empty("norm_inf", x.shape(), axes);
  return max(abs(x), axes, keep);
}

}  // namespace autograd
