#include "autograd/ops/index.h"

#include <string>

#include "autograd/kernels/reduce.h"
#include "autograd/ops/apply.h"
#include "autograd/ops/shape.h"
#include "autograd/tensor/error.h"

namespace autograd::ops {
namespace {

// Throws unless 0 ≤ index < count.
void require_index(std::string_view operation, Index index, Index count, Index place) {
  if (index >= 0 && index < count) return;
  throw Error(std::string(operation) + ": index " + std::to_string(index) + " at place " +
              std::to_string(place) + " is out of range; expected 0 to " +
              std::to_string(count - 1));
}

/// y = zeros of a shape with x in [begin, begin + n) along an axis.   dx = dy[begin, begin + n)
struct PutSlice {
  static constexpr std::string_view name = "put_slice";
  int axis;
  Index begin, extent;
  Shape shape(const Shape& x) const { return x.with(axis, extent); }
  template <class T>
  void value(View<T> y, View<const T> x) const {
    const kernels::AroundAxis whole(y.shape, axis), part(x.shape, axis);
    std::fill(y.data, y.data + y.size(), T(0));
    const Index run = part.n * part.inner;
    for (Index o = 0; o < part.outer; ++o) {
      std::copy(x.data + o * run, x.data + (o + 1) * run,
                y.data + (o * whole.n + begin) * whole.inner);
    }
  }
  Tensor dx(const Tensor& dy, const Shape& x, Unused) const {
    return slice(dy, axis, begin, begin + x[axis]);
  }
  static constexpr std::tuple pullbacks{&PutSlice::dx};
};

/// y = x[begin, end) along an axis.   dx = dy in its place, 0 around it
struct Slice {
  static constexpr std::string_view name = "slice";
  int axis;
  Index begin, end;
  Shape shape(const Shape& x) const { return x.with(axis, end - begin); }
  template <class T>
  void value(View<T> y, View<const T> x) const {
    const kernels::AroundAxis whole(x.shape, axis), part(y.shape, axis);
    const Index run = part.n * part.inner;
    for (Index o = 0; o < part.outer; ++o) {
      const T* from = x.data + (o * whole.n + begin) * whole.inner;
      std::copy(from, from + run, y.data + o * run);
    }
  }
  Tensor dx(const Tensor& dy, const Shape& x, Unused) const {
    return apply(PutSlice{axis, begin, x[axis]}, dy);
  }
  std::string settings() const {
    return "axis " + std::to_string(axis) + ", " + std::to_string(begin) + " to " +
           std::to_string(end);
  }
  static constexpr std::tuple pullbacks{&Slice::dx};
};

/// y[.., j] = x[..] where j is the index there, else 0.   dx = pick(dy, indices)
struct PutPicked {
  static constexpr std::string_view name = "put_picked";
  Index n;
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
struct Pick {
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
    for (Index i = 0; i < y.size(); ++i) {
      require_index(name, indices[i], n, i);
      y[i] = x[i * n + indices[i]];
    }
  }
  static Tensor dx(const Tensor& dy, const Shape& x, const Tensor& indices, Unused) {
    return apply(PutPicked{x[x.rank() - 1]}, dy, indices);
  }
  static constexpr std::tuple pullbacks{&Pick::dx, not_differentiable};
};

/// y[j, ..] = Σ x[i, ..] over the i whose index is j.   dx = index_rows(dy, indices)
struct AddRows {
  static constexpr std::string_view name = "add_rows";
  Index n;
  Shape shape(const Shape& x, const Shape&) const { return x.with(0, n); }
  template <class T>
  void value(View<T> y, View<const T> x, View<const Index> indices) const {
    const Index row = n == 0 ? 0 : y.size() / n;
    std::fill(y.data, y.data + y.size(), T(0));
    for (Index i = 0; i < indices.size(); ++i) {
      for (Index j = 0; j < row; ++j) y[indices[i] * row + j] += x[i * row + j];
    }
  }
  static Tensor dx(const Tensor& dy, Unused, const Tensor& indices, Unused) {
    return index_rows(dy, indices);
  }
  static constexpr std::tuple pullbacks{&AddRows::dx, not_differentiable};
};

/// y[i, ..] = x[indexᵢ, ..].   dx = Σ dy[i, ..] in row indexᵢ
struct IndexRows {
  static constexpr std::string_view name = "index_rows";
  static Shape shape(const Shape& x, const Shape& indices) {
    if (x.rank() == 0 || indices.rank() != 1) {
      throw Error("index_rows: expected x [n, ..] and indices [m]; got " + to_string(x) + " and " +
                  to_string(indices));
    }
    return x.with(0, indices[0]);
  }
  template <class T>
  static void value(View<T> y, View<const T> x, View<const Index> indices) {
    const Index n = x.shape[0];
    const Index row = n == 0 ? 0 : x.size() / n;
    for (Index i = 0; i < indices.size(); ++i) {
      require_index(name, indices[i], n, i);
      std::copy(x.data + indices[i] * row, x.data + (indices[i] + 1) * row, y.data + i * row);
    }
  }
  static Tensor dx(const Tensor& dy, const Shape& x, const Tensor& indices, Unused) {
    return apply(AddRows{x[0]}, dy, indices);
  }
  static constexpr std::tuple pullbacks{&IndexRows::dx, not_differentiable};
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
      require_index(name, labels[i], classes, i);
      y[i * classes + labels[i]] = T(1);
    }
  }
  static constexpr std::tuple pullbacks{not_differentiable};
};

}  // namespace
}  // namespace autograd::ops

namespace autograd {

Tensor slice(const Tensor& x, Index axis, Index begin, Index end) {
  const int at = normalize_axis("slice", axis, x.rank());
  const Index extent = x.shape()[at];
  const Index from = begin < 0 ? begin + extent : begin;
  const Index to = end < 0 ? end + extent : end;
  if (from < 0 || from > to || to > extent) {
    throw Error("slice: [" + std::to_string(begin) + ", " + std::to_string(end) +
                ") does not lie within axis " + std::to_string(at) + " of shape " +
                to_string(x.shape()));
  }
  return ops::apply(ops::Slice{at, from, to}, x);
}

Tensor select(const Tensor& x, Index axis, Index i) {
  const int at = normalize_axis("select", axis, x.rank());
  const Index extent = x.shape()[at];
  if (i < -extent || i >= extent) {
    throw Error("select: index " + std::to_string(i) + " is out of range for axis " +
                std::to_string(at) + " of shape " + to_string(x.shape()));
  }
  const Index from = i < 0 ? i + extent : i;
  const Tensor row = ops::apply(ops::Slice{at, from, from + 1}, x);
  return reshape(row, x.shape().without(at));
}

Tensor pick(const Tensor& x, const Tensor& indices) { return ops::apply(ops::Pick{}, x, indices); }

Tensor index_rows(const Tensor& x, const Tensor& indices) {
  return ops::apply(ops::IndexRows{}, x, indices);
}

Tensor one_hot(const Tensor& labels, Index classes, Dtype dtype) {
  if (classes < 1 || !is_floating(dtype)) {
    throw Error("one_hot: expected at least one class and f32 or f64; got " +
                std::to_string(classes) + " and " + std::string(name(dtype)));
  }
  return ops::apply(ops::OneHot{classes, dtype}, labels);
}

}  // namespace autograd
