#include "autograd/ops/shape.h"

#include <string>

#include "autograd/ops/apply.h"
#include "autograd/tensor/error.h"

namespace autograd::ops {
namespace {

/// y = x under another shape.   dx = dy under x's
struct Reshape {
  static constexpr std::string_view name = "reshape";
  Shape to;
  const Shape& shape(const Shape&) const { return to; }
  Tensor evaluate(const Tensor& x) const { return x.reshaped(to); }
  static Index shares(const Shape&) { return 0; }
  template <class T>
  static void value(View<T> y, View<const T> x) {
    std::copy(x.data, x.data + x.size(), y.data);
  }
  static Tensor dx(const Tensor& dy, const Shape& x, Unused) { return reshape(dy, x); }
  static constexpr std::tuple pullbacks{&Reshape::dx};
};

/// y = x repeated.   dx = dy, which the tape sums back to x's shape
struct BroadcastTo : AnyDtype {
  static constexpr std::string_view name = "broadcast_to";
  Shape to;
  explicit BroadcastTo(Shape target) : to(std::move(target)) {}
  const Shape& shape(const Shape&) const { return to; }
  template <class T>
  static T element(const T& x) {
    return x;
  }
  template <class T>
  static void value(View<T> y, View<const T> x) {
    kernels::map([](const T& v) { return v; }, y, x);
  }
  static Tensor dx(const Tensor& dy, Unused, Unused) { return dy; }
  static constexpr std::tuple pullbacks{&BroadcastTo::dx};
};

/// The order of axes, a byte each.
struct Order {
  std::array<std::uint8_t, Shape::largest_rank> axes{};
  int rank = 0;

  int operator[](int i) const { return axes[static_cast<std::size_t>(i)]; }
  Order inverse() const {
    Order back{{}, rank};
    for (int i = 0; i < rank; ++i) {
      back.axes[axes[static_cast<std::size_t>(i)]] = static_cast<std::uint8_t>(i);
    }
    return back;
  }
};

/// y[i…] = x[i… in another order].   dx = dy put back in order
struct Permute : AnyDtype {
  static constexpr std::string_view name = "permute";
  Order order;
  explicit Permute(const Order& by) : order(by) {}
  Shape shape(const Shape& x) const {
    ShapeBuilder extents;
    for (int i = 0; i < order.rank; ++i) extents.push_back(x[order[i]]);
    return extents.shape();
  }
  template <class T>
  void value(View<T> y, View<const T> x) const;
  Tensor dx(const Tensor& dy, Unused, Unused) const { return apply(Permute(order.inverse()), dy); }
  std::string settings() const {
    ShapeBuilder axes;
    for (int i = 0; i < order.rank; ++i) axes.push_back(order[i]);
    return "order " + to_string(axes.shape());
  }
  static constexpr std::tuple pullbacks{&Permute::dx};
};

template <class T>
void Permute::value(View<T> y, View<const T> x) const {
  if (y.size() == 0) return;
  const int last = order.rank - 1;
  std::array<Index, Shape::largest_rank> stride{};  // in x, of each axis of y
  for (int i = 0; i < order.rank; ++i) {
    Index step = 1;
    for (int a = order[i] + 1; a < order.rank; ++a) step *= x.shape[a];
    stride[static_cast<std::size_t>(i)] = step;
  }
  const Index n = order.rank == 0 ? 1 : y.shape[last];
  const Index step = order.rank == 0 ? 1 : stride[static_cast<std::size_t>(last)];
  parallel_for(y.size() / n, std::max<Index>(1, kernels::map_grain / n),
               [&](Index begin, Index end) {
                 for (Index row = begin; row < end; ++row) {
                   Index offset = 0;
                   Index rest = row;
                   for (int a = last - 1; a >= 0; --a) {
                     offset += rest % y.shape[a] * stride[static_cast<std::size_t>(a)];
                     rest /= y.shape[a];
                   }
                   for (Index i = 0; i < n; ++i) y[row * n + i] = x[offset + i * step];
                 }
               });
}

}  // namespace
}  // namespace autograd::ops

namespace autograd {

Tensor reshape(const Tensor& x, const Shape& shape) {
  if (x.shape() == shape) return x;
  return ops::apply_as_is(ops::Reshape{shape}, x);
}

Tensor reshape(const Tensor& x, std::initializer_list<Index> extents) {
  Index known = 1;
  int unknown = -1;
  ShapeBuilder shape;
  for (const Index extent : extents) {
    if (extent == -1) {
      if (unknown >= 0) {
        throw Error("reshape: only one extent may be -1; got [" +
                    list({extents.begin(), extents.size()}) + "]");
      }
      unknown = shape.rank();
    }
    known *= extent == -1 ? 1 : extent;
    shape.push_back(extent);
  }
  if (unknown >= 0) {
    if (known <= 0 || x.size() % known != 0) {
      throw Error("reshape: the extent -1 in [" + list({extents.begin(), extents.size()}) +
                  "] cannot be worked out for " + to_string(x.shape()) + ", which has " +
                  std::to_string(x.size()) + " elements");
    }
    shape[unknown] = x.size() / known;
  }
  return reshape(x, shape.shape());
}

Tensor flatten(const Tensor& x, Index first, Index last) {
  if (x.rank() == 0) return reshape(x, Shape{1});
  const int from = normalize_axis("flatten", first, x.rank());
  const int to = normalize_axis("flatten", last, x.rank());
  if (from > to) {
    throw Error("flatten: axes " + std::to_string(from) + " to " + std::to_string(to) +
                " of shape " + to_string(x.shape()) + " are none; expected the first one first");
  }
  ShapeBuilder extents;
  Index joined = 1;
  for (int axis = 0; axis < x.rank(); ++axis) {
    if (axis >= from && axis <= to) joined *= x.shape()[axis];
    if (axis == to) extents.push_back(joined);
    if (axis < from || axis > to) extents.push_back(x.shape()[axis]);
  }
  return reshape(x, extents.shape());
}

Tensor broadcast_to(const Tensor& x, const Shape& shape) {
  if (x.shape() == shape) return x;
  if (!broadcasts_to(x.shape(), shape)) {
    throw Error("broadcast_to: " + to_string(x.shape()) + " does not broadcast to " +
                to_string(shape) + "; aligned at the last axis, extents must be equal or 1");
  }
  return ops::apply(ops::BroadcastTo(shape), x);
}

Tensor expand(const Tensor& x, std::initializer_list<Index> extents) {
  const int added = static_cast<int>(extents.size()) - x.rank();
  ShapeBuilder shape;
  for (const Index extent : extents) {
    const int own = shape.rank() - added;
    if (extent == -1 && (own < 0 || added < 0)) {
      throw Error("expand: the extent -1 in [" + list({extents.begin(), extents.size()}) +
                  "] stands for no axis of shape " + to_string(x.shape()) +
                  "; give the extents of new axes");
    }
    shape.push_back(extent == -1 ? x.shape()[own] : extent);
  }
  return broadcast_to(x, shape.shape());
}

Tensor permute(const Tensor& x, std::initializer_list<Index> order) {
  return permute(x, std::span(order.begin(), order.size()));
}

Tensor permute(const Tensor& x, std::span<const Index> order) {
  ops::Order by{{}, x.rank()};
  std::uint32_t seen = 0;
  int i = 0;
  for (const Index axis : order) {
    const int from = normalize_axis("permute", axis, x.rank());
    if (i < x.rank()) by.axes[static_cast<std::size_t>(i++)] = static_cast<std::uint8_t>(from);
    seen |= 1U << from;
  }
  if (static_cast<int>(order.size()) != x.rank() || std::popcount(seen) != x.rank()) {
    throw Error("permute: the order [" + list(order) + "] does not name each axis of " +
                to_string(x.shape()) + " once");
  }
  return ops::apply(ops::Permute(by), x);
}

Tensor transpose(const Tensor& x) {
  if (x.rank() < 2) {
    throw Error("transpose: expected at least two axes; got shape " + to_string(x.shape()));
  }
  ops::Order order{{}, x.rank()};
  for (int i = 0; i < x.rank(); ++i) {
    order.axes[static_cast<std::size_t>(i)] = static_cast<std::uint8_t>(i);
  }
  std::swap(order.axes[static_cast<std::size_t>(x.rank() - 1)],
            order.axes[static_cast<std::size_t>(x.rank() - 2)]);
  return ops::apply(ops::Permute(order), x);
}

Tensor unsqueeze(const Tensor& x, Index axis) {
  return reshape(x, x.shape().inserted(normalize_axis("unsqueeze", axis, x.rank() + 1), 1));
}

Tensor squeeze(const Tensor& x, Index axis) {
  const int at = normalize_axis("squeeze", axis, x.rank());
  if (x.shape()[at] != 1) {
    throw Error("squeeze: axis " + std::to_string(at) + " of " + to_string(x.shape()) +
                " has extent " + std::to_string(x.shape()[at]) + "; expected 1");
  }
  return reshape(x, x.shape().without(at));
}

Tensor squeeze(const Tensor& x) {
  ShapeBuilder left;
  for (const Index extent : x.shape()) {
    if (extent != 1) left.push_back(extent);
  }
  return reshape(x, left.shape());
}

}  // namespace autograd
