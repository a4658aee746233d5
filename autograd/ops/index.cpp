#include "autograd/ops/index.h"

#include <string>

#include "autograd/kernels/reduce.h"
#include "autograd/ops/apply.h"
#include "autograd/ops/arithmetic.h"
#include "autograd/ops/shape.h"
#include "autograd/tensor/error.h"

namespace autograd::ops {
namespace {

// "3", or "[1, 2]" for a place among several axes.
std::string place_in_words(const Shape& shape, Index place) {
  if (shape.rank() <= 1) return std::to_string(place);
  ShapeBuilder at(shape.rank());
  for (int axis = shape.rank() - 1; axis >= 0; --axis) {
    at[axis] = place % shape[axis];
    place /= shape[axis];
  }
  return to_string(at.shape());
}

// The index at a place. Throws unless it is from 0 to count − 1.
Index index_at(std::string_view operation, View<const Index> indices, Index place, Index count) {
  const Index index = indices[place];
  if (index >= 0 && index < count) return index;
  throw Error(std::string(operation) + ": index " + std::to_string(index) + " at place " +
              place_in_words(indices.shape, place) + " is out of range; " +
              (count > 0 ? "expected 0 to " + std::to_string(count - 1)
                         : "there is nothing to choose from"));
}

/// y[.., j] = x[..] where j is the index there, else 0.   dx = pick(dy, indices)
struct PutPicked : AnyDtype {
  static constexpr std::string_view name = "put_picked";
  Index n;
  explicit PutPicked(Index extent) : n(extent) {}

  Shape shape(const Shape& x, const Shape&) const { return x.inserted(x.rank(), n); }
  template <class T>
  void value(View<T> y, View<const T> x, View<const Index> indices) const {
    std::fill(y.data, y.data + y.size(), T(0));
    for (Index i = 0; i < x.size(); ++i) y[i * n + indices[i]] = x[i];
  }
  static Tensor dx(const Tensor& dy, Unused, const Tensor& indices, Unused) {
    return pick(dy, indices);
  }
  static constexpr std::tuple pullbacks{&PutPicked::dx, not_differentiable};
};

/// y[..] = x[.., i] for the index i there.   dx = dy at the index, 0 elsewhere
struct Pick : AnyDtype {
  static constexpr std::string_view name = "pick";
  static Shape shape(const Shape& x, const Shape& indices) {
    if (x.rank() == 0 || x.without(x.rank() - 1) != indices) {
      throw Error("pick: expected x [.., n] and indices [..]; got " + to_string(x) + " and " +
                  to_string(indices));
    }
    return indices;
  }
  template <class T>
  static void value(View<T> y, View<const T> x, View<const Index> indices) {
    const Index n = x.shape[x.shape.rank() - 1];
    for (Index i = 0; i < y.size(); ++i) y[i] = x[i * n + index_at(name, indices, i, n)];
  }
  static Tensor dx(const Tensor& dy, const Shape& x, const Tensor& indices, Unused) {
    return apply(PutPicked(x[x.rank() - 1]), dy, indices);
  }
  static constexpr std::tuple pullbacks{&Pick::dx, not_differentiable};
};

// The shape of x with the axis replaced by the axes of the indices.
Shape gathered(const Shape& x, int axis, const Shape& indices) {
  ShapeBuilder extents;
  for (int a = 0; a < axis; ++a) extents.push_back(x[a]);
  for (const Index extent : indices) extents.push_back(extent);
  for (int a = axis + 1; a < x.rank(); ++a) extents.push_back(x[a]);
  return extents.shape();
}

/// y = zeros, and slice i of x added at the i-th index along an axis.   dx = gather(dy, indices)
struct AddSlices : AnyDtype {
  static constexpr std::string_view name = "add_slices";
  Shape to;
  int axis;
  std::string_view called;  // by the user, who reads the errors
  AddSlices(Shape target, int along, std::string_view by)
      : to(std::move(target)), axis(along), called(by) {}

  Shape shape(const Shape&, const Shape&) const { return to; }
  template <class T>
  void value(View<T> y, View<const T> x, View<const Index> indices) const {
    const kernels::AroundAxis a(y.shape, axis);
    std::fill(y.data, y.data + y.size(), T(0));
    const Index m = indices.size();
    parallel_for(a.outer, std::max<Index>(1, kernels::map_grain / std::max<Index>(1, m * a.inner)),
                 [&](Index begin, Index end) {
                   for (Index k = begin * m; k < end * m; ++k) {
                     const Index at = index_at(called, indices, k % m, a.n);
                     T* into = y.data + (k / m * a.n + at) * a.inner;
                     for (Index j = 0; j < a.inner; ++j) into[j] += x[k * a.inner + j];
                   }
                 });
  }
  Tensor dx(const Tensor& dy, Unused, const Tensor& indices, Unused) const {
    return gather(dy, indices, axis);
  }
  std::string settings() const { return "axis " + std::to_string(axis); }
  static constexpr std::tuple pullbacks{&AddSlices::dx, not_differentiable};
};

/// y's slice i along an axis = x's slice indexᵢ.   dx = Σ dy's slices i in slice indexᵢ
struct Gather : AnyDtype {
  static constexpr std::string_view name = "gather";
  int axis;
  std::string_view called;  // by the user, who reads the errors
  Gather(int along, std::string_view by) : axis(along), called(by) {}

  Shape shape(const Shape& x, const Shape& indices) const { return gathered(x, axis, indices); }
  template <class T>
  void value(View<T> y, View<const T> x, View<const Index> indices) const {
    const kernels::AroundAxis a(x.shape, axis);
    const Index m = indices.size();
    parallel_for(a.outer * m, std::max<Index>(1, kernels::map_grain / std::max<Index>(1, a.inner)),
                 [&](Index begin, Index end) {
                   for (Index k = begin; k < end; ++k) {
                     const Index at = index_at(called, indices, k % m, a.n);
                     const T* from = x.data + (k / m * a.n + at) * a.inner;
                     std::copy(from, from + a.inner, y.data + k * a.inner);
                   }
                 });
  }
  Tensor dx(const Tensor& dy, const Shape& x, const Tensor& indices, Unused) const {
    return apply(AddSlices(x, axis, called), dy, indices);
  }
  std::string settings() const { return "axis " + std::to_string(axis); }
  static constexpr std::tuple pullbacks{&Gather::dx, not_differentiable};
};

/// y = zeros, and x[.., i, ..] added at its index along an axis.   dx = take_along_axis(dy,
/// indices)
struct AddAlongAxis : AnyDtype {
  static constexpr std::string_view name = "add_along_axis";
  int axis;
  Index extent;
  AddAlongAxis(int along, Index n) : axis(along), extent(n) {}

  Shape shape(const Shape& x, const Shape&) const { return x.with(axis, extent); }
  template <class T>
  void value(View<T> y, View<const T> x, View<const Index> indices) const {
    const kernels::AroundAxis a(x.shape, axis);
    std::fill(y.data, y.data + y.size(), T(0));
    for (Index k = 0; k < x.size(); ++k) {
      const Index outer = k / (a.n * a.inner), j = k % a.inner;
      y[(outer * extent + indices[k]) * a.inner + j] += x[k];
    }
  }
  Tensor dx(const Tensor& dy, Unused, const Tensor& indices, Unused) const {
    return take_along_axis(dy, indices, axis);
  }
  std::string settings() const { return "axis " + std::to_string(axis); }
  static constexpr std::tuple pullbacks{&AddAlongAxis::dx, not_differentiable};
};

/// y[.., i, ..] = x[.., index there, ..].   dx = Σ dy over what was taken from there
struct TakeAlongAxis : AnyDtype {
  static constexpr std::string_view name = "take_along_axis";
  int axis;
  explicit TakeAlongAxis(int along) : axis(along) {}

  Shape shape(const Shape& x, const Shape& indices) const {
    if (x.rank() != indices.rank() || x.with(axis, 0) != indices.with(axis, 0)) {
      throw Error("take_along_axis: expected x and indices of equal extents but along axis " +
                  std::to_string(axis) + "; got " + to_string(x) + " and " + to_string(indices));
    }
    return indices;
  }
  template <class T>
  void value(View<T> y, View<const T> x, View<const Index> indices) const {
    const kernels::AroundAxis a(y.shape, axis);
    const Index n = x.shape[axis];
    for (Index k = 0; k < y.size(); ++k) {
      const Index outer = k / (a.n * a.inner), j = k % a.inner;
      y[k] = x[(outer * n + index_at(name, indices, k, n)) * a.inner + j];
    }
  }
  Tensor dx(const Tensor& dy, const Shape& x, const Tensor& indices, Unused) const {
    return apply(AddAlongAxis(axis, x[axis]), dy, indices);
  }
  std::string settings() const { return "axis " + std::to_string(axis); }
  static constexpr std::tuple pullbacks{&TakeAlongAxis::dx, not_differentiable};
};

/// y[.., j] = 1 where j is the label, else 0; no derivative
struct OneHot {
  static constexpr std::string_view name = "one_hot";
  Index classes;
  Dtype dtype;
  Shape shape(const Shape& labels) const { return labels.inserted(labels.rank(), classes); }
  template <class T>
  void value(View<T> y, View<const Index> labels) const {
    std::fill(y.data, y.data + y.size(), T(0));
    for (Index i = 0; i < labels.size(); ++i) {
      y[i * classes + index_at(name, labels, i, classes)] = T(1);
    }
  }
  static constexpr std::tuple pullbacks{not_differentiable};
};

}  // namespace
}  // namespace autograd::ops

namespace autograd {

Tensor pick(const Tensor& x, const Tensor& indices) { return ops::apply(ops::Pick{}, x, indices); }

Tensor gather(const Tensor& x, const Tensor& indices, Index axis) {
  const int at = normalize_axis("gather", axis, x.rank());
  return ops::apply(ops::Gather(at, "gather"), x, indices);
}

Tensor index_rows(const Tensor& x, const Tensor& indices) {
  if (x.rank() == 0) {
    throw Error("index_rows: expected x [n, ..] and indices [..]; got a scalar and " +
                to_string(indices.shape()));
  }
  return ops::apply(ops::Gather(0, "index_rows"), x, indices);
}

Tensor scatter_add(const Tensor& x, const Tensor& indices, const Tensor& updates, Index axis) {
  const int at = normalize_axis("scatter_add", axis, x.rank());
  const Shape expected = ops::gathered(x.shape(), at, indices.shape());
  if (updates.shape() != expected) {
    throw Error("scatter_add: expected updates " + to_string(expected) + " for x " +
                to_string(x.shape()) + " and indices " + to_string(indices.shape()) + "; got " +
                to_string(updates.shape()));
  }
  return x + ops::apply(ops::AddSlices(x.shape(), at, "scatter_add"), updates, indices);
}

Tensor take_along_axis(const Tensor& x, const Tensor& indices, Index axis) {
  const int at = normalize_axis("take_along_axis", axis, x.rank());
  return ops::apply(ops::TakeAlongAxis(at), x, indices);
}

Tensor one_hot(const Tensor& labels, Index classes, Dtype dtype) {
  if (classes < 1 || !is_floating(dtype)) {
    throw Error("one_hot: expected at least one class and f32 or f64; got " +
                std::to_string(classes) + " and " + std::string(name(dtype)));
  }
  return ops::apply(ops::OneHot{classes, dtype}, labels);
}

}  // namespace autograd
