#include "autograd/ops/reduce.h"

#include "autograd/ops/apply.h"
#include "autograd/ops/arithmetic.h"
#include "autograd/ops/elementwise.h"
#include "autograd/ops/lines.h"
#include "autograd/ops/shape.h"
#include "autograd/tensor/error.h"

namespace autograd::ops {
namespace {

/// dy of the reduced shape, spread over x's again.
Tensor spread(const Tensor& dy, const Shape& x, AxisSet axes) {
  return broadcast_to(reshape(dy, reduced(x, axes, KeepAxes::yes)), x);
}

/// How many numbers one after another make one of the result; 0 where they lie apart.
Index length_of_lines(const Shape& x, AxisSet axes) {
  int axis = x.rank();
  Index length = 1;
  while (axis > 0 && kernels::contains(axes, axis - 1)) length *= x[--axis];
  for (; axis > 0; --axis) {
    if (kernels::contains(axes, axis - 1)) return 0;
  }
  return length;
}

/// y = Σ x.   dx = dy, spread over the axes
struct Sum {
  static constexpr std::string_view name = "sum";
  AxisSet axes;
  KeepAxes keep;
  Shape shape(const Shape& x) const { return reduced(x, axes, keep); }
  template <class T>
  void value(View<T> y, View<const T> x) const {
    kernels::sum(y, x, axes);
  }
  Index line(const Shape& x) const { return length_of_lines(x, axes); }
  bool by_slices(const Shape&) const { return !kernels::contains(axes, 0); }
  template <class T>
  static void lines(T* y, const T* x, Index count, Index n) {
    kernels::sum_lines(y, x, count, n);
  }
  Tensor dx(const Tensor& dy, const Shape& x, Unused) const { return spread(dy, x, axes); }
  std::string settings() const { return in_words(axes); }
  static constexpr std::tuple pullbacks{&Sum::dx};
};

/// Where x equals the extreme y of its reduction, dy shared among the equals.
Tensor share(const Tensor& dy, const Tensor& x, const Tensor& y, AxisSet axes) {
  const Shape kept = reduced(x.shape(), axes, KeepAxes::yes);
  const Tensor here = to(equal(x, reshape(detach(y), kept)), x.dtype());
  const Tensor ties = apply(Sum{axes, KeepAxes::yes}, here);
  return here * (reshape(dy, kept) / ties);
}

/// y = max x.   dx = dy where x = y, shared by ties
struct Max {
  static constexpr std::string_view name = "max";
  AxisSet axes;
  KeepAxes keep;
  Shape shape(const Shape& x) const { return reduced(x, axes, keep); }
  template <class T>
  void value(View<T> y, View<const T> x) const {
    kernels::fold(y, x, axes, [](const T& a, const T& b) { return a > b || a != a ? a : b; });
  }
  Tensor dx(const Tensor& dy, const Tensor& x, const Tensor& y) const {
    return share(dy, x, y, axes);
  }
  std::string settings() const { return in_words(axes); }
  static constexpr std::tuple pullbacks{&Max::dx};
};

/// y = min x.   dx = dy where x = y, shared by ties
struct Min {
  static constexpr std::string_view name = "min";
  AxisSet axes;
  KeepAxes keep;
  Shape shape(const Shape& x) const { return reduced(x, axes, keep); }
  template <class T>
  void value(View<T> y, View<const T> x) const {
    kernels::fold(y, x, axes, [](const T& a, const T& b) { return a < b || a != a ? a : b; });
  }
  Tensor dx(const Tensor& dy, const Tensor& x, const Tensor& y) const {
    return share(dy, x, y, axes);
  }
  std::string settings() const { return in_words(axes); }
  static constexpr std::tuple pullbacks{&Min::dx};
};

// y[o, j] = the first i at which no other x[o, i, j] is better
template <class T, class Better>
void first_best(View<Index> y, View<const T> x, int axis, const Better& better) {
  const kernels::AroundAxis a(x.shape, axis);
  for (Index o = 0; o < a.outer; ++o) {
    for (Index j = 0; j < a.inner; ++j) {
      const T* from = x.data + o * a.n * a.inner + j;
      Index best = 0;
      for (Index i = 1; i < a.n; ++i) {
        if (better(from[i * a.inner], from[best * a.inner])) best = i;
      }
      y[o * a.inner + j] = best;
    }
  }
}

/// y = the first i with the largest xᵢ; no derivative
struct Argmax {
  static constexpr std::string_view name = "argmax";
  int axis;
  Shape shape(const Shape& x) const { return x.without(axis); }
  template <class T>
  void value(View<Index> y, View<const T> x) const {
    first_best(y, x, axis, [](const T& a, const T& b) { return a > b; });
  }
  std::string settings() const { return in_words(1U << axis); }
  static constexpr std::tuple pullbacks{not_differentiable};
};

/// y = the first i with the smallest xᵢ; no derivative
struct Argmin {
  static constexpr std::string_view name = "argmin";
  int axis;
  Shape shape(const Shape& x) const { return x.without(axis); }
  template <class T>
  void value(View<Index> y, View<const T> x) const {
    first_best(y, x, axis, [](const T& a, const T& b) { return a < b; });
  }
  std::string settings() const { return in_words(1U << axis); }
  static constexpr std::tuple pullbacks{not_differentiable};
};

/// y = 1 if any x ≠ 0, else 0; no derivative
struct Any {
  static constexpr std::string_view name = "any";
  AxisSet axes;
  KeepAxes keep;
  Shape shape(const Shape& x) const { return reduced(x, axes, keep); }
  template <class T>
  void value(View<Index> y, View<const Index> x) const {
    Lines(x.shape, axes).for_each(x.data, [&](const Line<const Index>& line, Index, Index k) {
      Index found = 0;
      for (Index i = 0; i < line.n; ++i) found |= Index{line[i] != 0};
      y[k] = found;
    });
  }
  std::string settings() const { return in_words(axes); }
  static constexpr std::tuple pullbacks{not_differentiable};
};

/// y = 1 if all x ≠ 0, else 0; no derivative
struct All {
  static constexpr std::string_view name = "all";
  AxisSet axes;
  KeepAxes keep;
  Shape shape(const Shape& x) const { return reduced(x, axes, keep); }
  template <class T>
  void value(View<Index> y, View<const Index> x) const {
    Lines(x.shape, axes).for_each(x.data, [&](const Line<const Index>& line, Index, Index k) {
      Index found = 1;
      for (Index i = 0; i < line.n; ++i) found &= Index{line[i] != 0};
      y[k] = found;
    });
  }
  std::string settings() const { return in_words(axes); }
  static constexpr std::tuple pullbacks{not_differentiable};
};

int one_axis(std::string_view operation, const Shape& x, Index axis) {
  not_empty(operation, x, axis);
  return normalize_axis(operation, axis, x.rank());
}

}  // namespace
}  // namespace autograd::ops

namespace autograd {

Tensor sum(const Tensor& x, const Axes& axes, KeepAxes keep) {
  return ops::apply(ops::Sum{axes.of("sum", x.shape()), keep}, x);
}

Tensor mean(const Tensor& x, const Axes& axes, KeepAxes keep) {
  const ops::AxisSet set = ops::not_empty("mean", x.shape(), axes);
  const Tensor total = ops::apply(ops::Sum{set, keep}, x);
  return total / static_cast<double>(ops::count_along(x.shape(), set));
}

Tensor max(const Tensor& x, const Axes& axes, KeepAxes keep) {
  return ops::apply(ops::Max{ops::not_empty("max", x.shape(), axes), keep}, x);
}

Tensor min(const Tensor& x, const Axes& axes, KeepAxes keep) {
  return ops::apply(ops::Min{ops::not_empty("min", x.shape(), axes), keep}, x);
}

Tensor argmax(const Tensor& x, Index axis) {
  return ops::apply(ops::Argmax{ops::one_axis("argmax", x.shape(), axis)}, x);
}

Tensor argmin(const Tensor& x, Index axis) {
  return ops::apply(ops::Argmin{ops::one_axis("argmin", x.shape(), axis)}, x);
}

Tensor any(const Tensor& x, const Axes& axes, KeepAxes keep) {
  return ops::apply(ops::Any{axes.of("any", x.shape()), keep}, x);
}

Tensor all(const Tensor& x, const Axes& axes, KeepAxes keep) {
  return ops::apply(ops::All{axes.of("all", x.shape()), keep}, x);
}

Tensor sum_to(const Tensor& x, const Shape& shape) {
  if (x.shape() == shape) return x;
  if (!broadcasts_to(shape, x.shape())) {
    throw Error("sum_to: " + to_string(x.shape()) + " is not " + to_string(shape) +
                " broadcast; expected a shape that it was broadcast from");
  }
  ops::AxisSet axes = 0;
  const int added = x.rank() - shape.rank();
  for (int axis = 0; axis < x.rank(); ++axis) {
    const bool spread = axis < added || (shape[axis - added] == 1 && x.shape()[axis] != 1);
    if (spread) axes |= 1U << axis;
  }
  return reshape(ops::apply(ops::Sum{axes, KeepAxes::no}, x), shape);
}

}  // namespace autograd
