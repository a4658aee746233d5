#include "autograd/ops/scan.h"

#include <string>
#include <vector>

#include "autograd/ops/apply.h"
#include "autograd/ops/arithmetic.h"
#include "autograd/ops/computed_from.h"
#include "autograd/ops/lines.h"
#include "autograd/ops/shape.h"

namespace autograd::ops {
namespace {

AxisSet only(int axis) { return AxisSet{1} << axis; }

/// yᵢ = xᵢ₋ₖ along an axis, and a constant where there is no such x.   dx = dy shifted back, 0
/// where there is none
struct Shift {
  static constexpr std::string_view name = "shift";
  int axis;
  Index by;
  double fill;
  static Shape shape(const Shape& x) { return x; }
  template <class T>
  void value(View<T> y, View<const T> x) const {
    Lines(x.shape, only(axis)).for_each(x.data, [&](const Line<const T>& line, Index at, Index) {
      const auto to = line.of(y.data, at);
      for (Index i = 0; i < line.n; ++i) {
        const Index from = i - by;
        to[i] = from < 0 || from >= line.n ? static_cast<T>(fill) : line[from];
      }
    });
  }
  Tensor dx(const Tensor& dy, Unused, Unused) const { return apply(Shift{axis, -by, 0}, dy); }
  std::string settings() const {
    return "axis " + std::to_string(axis) + ", by " + std::to_string(by);
  }
  static constexpr std::tuple pullbacks{&Shift::dx};
};

// Π of the elements before each one, or behind it: log₂ n products of whole tensors, each reaching
// twice as far as the one before. Made of operations, so that it can be differentiated again.
Tensor product_beside(const Tensor& x, int axis, Index direction) {
  Tensor product = apply(Shift{axis, direction, 1}, x);
  for (Index reach = 1; reach < x.extent(axis); reach *= 2) {
    product = product * apply(Shift{axis, direction * reach, 1}, product);
  }
  return product;
}

// The same in numbers: each element's product of the others is that of those before it times that
// of those behind it.
template <class T>
void products_of_others(View<T> dx, View<const T> dy, View<const T> x, int axis) {
  using W = Wider<T>;
  Lines(x.shape, only(axis)).for_each(x.data, [&](const Line<const T>& line, Index at, Index k) {
    const auto to = line.of(dx.data, at);
    std::vector<W> before(static_cast<std::size_t>(line.n));
    W product(1);
    for (Index i = 0; i < line.n; ++i) {
      before[static_cast<std::size_t>(i)] = product;
      product = product * static_cast<W>(line[i]);
    }
    product = static_cast<W>(dy[k]);
    for (Index i = line.n; i-- > 0;) {
      to[i] = static_cast<T>(before[static_cast<std::size_t>(i)] * product);
      product = product * static_cast<W>(line[i]);
    }
  });
}

/// y = Π x along an axis.   dxᵢ = dy·Π of the others
struct Prod {
  static constexpr std::string_view name = "prod";
  int axis;
  Shape shape(const Shape& x) const { return x.without(axis); }
  template <class T>
  void value(View<T> y, View<const T> x) const {
    using W = Wider<T>;
    Lines(x.shape, only(axis)).for_each(x.data, [&](const Line<const T>& line, Index, Index k) {
      W product(1);
      for (Index i = 0; i < line.n; ++i) product = product * static_cast<W>(line[i]);
      y[k] = static_cast<T>(product);
    });
  }
  Tensor dx(const Tensor& dy, const Tensor& x, Unused) const {
    if (recorder() != nullptr) {
      return product_beside(x, axis, 1) * product_beside(x, axis, -1) * unsqueeze(dy, axis);
    }
    return computed_from(x, [&]<class T>(View<T> out, View<const T> numbers) {
      products_of_others(out, detail::view<T>(dy), numbers, axis);
    });
  }
  std::string settings() const { return "axis " + std::to_string(axis); }
  static constexpr std::tuple pullbacks{&Prod::dx};
};

/// yᵢ = x₀ + … + xᵢ along an axis, or backwards.   dx = the sums of dy the other way
struct Cumsum {
  static constexpr std::string_view name = "cumsum";
  int axis;
  bool backwards;
  static Shape shape(const Shape& x) { return x; }
  template <class T>
  void value(View<T> y, View<const T> x) const {
    using W = Wider<T>;
    Lines(x.shape, only(axis)).for_each(x.data, [&](const Line<const T>& line, Index at, Index) {
      const auto to = line.of(y.data, at);
      W sum(0);
      for (Index i = 0; i < line.n; ++i) {
        const Index here = backwards ? line.n - 1 - i : i;
        sum += static_cast<W>(line[here]);
        to[here] = static_cast<T>(sum);
      }
    });
  }
  Tensor dx(const Tensor& dy, Unused, Unused) const { return apply(Cumsum{axis, !backwards}, dy); }
  std::string settings() const {
    return "axis " + std::to_string(axis) + (backwards ? ", backwards" : "");
  }
  static constexpr std::tuple pullbacks{&Cumsum::dx};
};

}  // namespace
}  // namespace autograd::ops

namespace autograd {

Tensor prod(const Tensor& x, const Axes& axes, KeepAxes keep) {
  const ops::AxisSet set = axes.of("prod", x.shape());
  if (set == 0) return x;
  const Shape left = ops::reduced(x.shape(), set, keep);
  if (ops::reduced(x.shape(), set, KeepAxes::no).rank() == 0) {
    return reshape(ops::apply(ops::Prod{0}, reshape(x, Shape{x.size()})), left);
  }
  Tensor y = x;
  for (int axis = x.rank() - 1; axis >= 0; --axis) {
    if (kernels::contains(set, axis)) y = ops::apply(ops::Prod{axis}, y);
  }
  return reshape(y, left);
}

Tensor cumsum(const Tensor& x, Index axis) {
  return ops::apply(ops::Cumsum{normalize_axis("cumsum", axis, x.rank()), false}, x);
}

}  // namespace autograd
