#include "autograd/ops/slice.h"

#include <string>

#include "autograd/kernels/reduce.h"
#include "autograd/ops/apply.h"
#include "autograd/ops/shape.h"
#include "autograd/tensor/error.h"

namespace autograd::ops {
namespace {

/// Places first, first + step, … along an axis.
struct Places {
  int axis;
  Index first, step;
};

// Calls copy(whole, part, n) with n neighbouring numbers of the whole at the places along an axis
// and of the part that holds nothing else.
template <class Copy>
void for_runs(const Shape& whole, const Shape& part, const Places& p, const Copy& copy) {
  const kernels::AroundAxis w(whole, p.axis), a(part, p.axis);
  const Index joined = p.step == 1 ? a.n : 1;  // places of one run
  const Index runs = p.step == 1 ? 1 : a.n;
  const Index length = joined * a.inner;
  if (part.size() == 0) return;
  parallel_for(a.outer * runs, std::max<Index>(1, kernels::map_grain / length),
               [&](Index begin, Index end) {
                 for (Index k = begin; k < end; ++k) {
                   const Index place = p.first + k % runs * p.step;
                   copy((k / runs * w.n + place) * w.inner, k * length, length);
                 }
               });
}

std::string in_words(const Places& p) {
  return "axis " + std::to_string(p.axis) + ", from " + std::to_string(p.first) +
         (p.step == 1 ? "" : ", step " + std::to_string(p.step));
}

Tensor slice_at(const Tensor& x, const Places& places, Index count);

/// y = x at places along an axis of a longer extent, `fill` elsewhere.   dx = dy at the places
struct PutSlice : AnyDtype {
  static constexpr std::string_view name = "put_slice";
  Places places;
  Index extent;
  double fill;
  PutSlice(const Places& at, Index n, double around) : places(at), extent(n), fill(around) {}

  Shape shape(const Shape& x) const { return x.with(places.axis, extent); }
  template <class T>
  void value(View<T> y, View<const T> x) const {
    std::fill(y.data, y.data + y.size(), static_cast<T>(fill));
    for_runs(y.shape, x.shape, places, [&](Index whole, Index part, Index n) {
      std::copy(x.data + part, x.data + part + n, y.data + whole);
    });
  }
  Tensor dx(const Tensor& dy, const Shape& x, Unused) const {
    return slice_at(dy, places, x[places.axis]);
  }
  std::string settings() const { return in_words(places) + " of " + std::to_string(extent); }
  static constexpr std::tuple pullbacks{&PutSlice::dx};
};

/// yᵢ = x at the i-th place along an axis.   dx = dy at the places, 0 elsewhere
struct Slice : AnyDtype {
  static constexpr std::string_view name = "slice";
  Places places;
  Index count;
  Slice(const Places& at, Index n) : places(at), count(n) {}

  Shape shape(const Shape& x) const { return x.with(places.axis, count); }
  Index shares(const Shape& x) const {
    const kernels::AroundAxis a(x, places.axis);
    const bool one_stretch = a.outer == 1 && places.step == 1;
    return one_stretch ? places.first * a.inner : -1;
  }
  Tensor evaluate(const Tensor& x) const {
    if (shares(x.shape()) >= 0) {
      const kernels::AroundAxis a(x.shape(), places.axis);
      const Tensor rows = x.reshaped({a.n, a.inner});
      return rows.rows(places.first, places.first + count).reshaped(shape(x.shape()));
    }
    return detail::evaluate_numbers(std::index_sequence<0>{}, *this, x);
  }
  template <class T>
  void value(View<T> y, View<const T> x) const {
    for_runs(x.shape, y.shape, places, [&](Index whole, Index part, Index n) {
      std::copy(x.data + whole, x.data + whole + n, y.data + part);
    });
  }
  Tensor dx(const Tensor& dy, const Shape& x, Unused) const {
    return apply(PutSlice(places, x[places.axis], 0), dy);
  }
  std::string settings() const { return in_words(places) + ", " + std::to_string(count); }
  static constexpr std::tuple pullbacks{&Slice::dx};
};

Tensor slice_at(const Tensor& x, const Places& places, Index count) {
  return apply(Slice(places, count), x);
}

/// yᵢ = x₍ᵢ₋ₛ₎ mod n along an axis.   dx = dy rolled back
struct Roll : AnyDtype {
  static constexpr std::string_view name = "roll";
  int axis;
  Index shift;  // from 0 to n − 1
  Roll(int along, Index by) : axis(along), shift(by) {}

  static Shape shape(const Shape& x) { return x; }
  template <class T>
  void value(View<T> y, View<const T> x) const {
    const kernels::AroundAxis a(x.shape, axis);
    const Index row = a.n * a.inner, moved = shift * a.inner;
    for (Index at = 0; at < x.size(); at += row) {
      std::rotate_copy(x.data + at, x.data + at + row - moved, x.data + at + row, y.data + at);
    }
  }
  Tensor dx(const Tensor& dy, const Shape& x, Unused) const {
    return roll(dy, x[axis] - shift, axis);
  }
  std::string settings() const {
    return "axis " + std::to_string(axis) + ", by " + std::to_string(shift);
  }
  static constexpr std::tuple pullbacks{&Roll::dx};
};

}  // namespace
}  // namespace autograd::ops

namespace autograd {

Tensor slice(const Tensor& x, Index axis, Index begin, Index end, Index step) {
  const int at = normalize_axis("slice", axis, x.rank());
  const Index extent = x.shape()[at];
  const Index from = begin < 0 ? begin + extent : begin;
  const Index to = end < 0 ? end + extent : end;
  if (from < 0 || from > to || to > extent) {
    throw Error("slice: [" + std::to_string(begin) + ", " + std::to_string(end) +
                ") does not lie within axis " + std::to_string(at) + " of shape " +
                to_string(x.shape()));
  }
  if (step == 0) throw Error("slice: the step is 0; expected 1 or more, or a negative one");
  const Index length = to - from;
  if (step < -length || step > length) step = step < 0 ? -length - 1 : length + 1;
  const Index stride = step < 0 ? -step : step;
  const Index count = (length + stride - 1) / stride;
  return ops::slice_at(x, {at, step < 0 && count > 0 ? to - 1 : from, step}, count);
}

Tensor select(const Tensor& x, Index axis, Index i) {
  const int at = normalize_axis("select", axis, x.rank());
  const Index extent = x.shape()[at];
  if (i < -extent || i >= extent) {
    throw Error("select: index " + std::to_string(i) + " is out of range for axis " +
                std::to_string(at) + " of shape " + to_string(x.shape()));
  }
  const Tensor row = ops::slice_at(x, {at, i < 0 ? i + extent : i, 1}, 1);
  return reshape(row, x.shape().without(at));
}

std::vector<Tensor> split(const Tensor& x, std::span<const Index> sizes, Index axis) {
  const int at = normalize_axis("split", axis, x.rank());
  Index begin = 0;
  bool fits = true;
  for (const Index size : sizes) {
    fits = fits && size >= 0 && size <= x.shape()[at] - begin;
    if (fits) begin += size;
  }
  if (!fits || begin != x.shape()[at]) {
    throw Error("split: sizes [" + list(sizes) + "] do not add up to the " +
                std::to_string(x.shape()[at]) + " elements along axis " + std::to_string(at) +
                " of shape " + to_string(x.shape()));
  }
  std::vector<Tensor> parts;
  begin = 0;
  for (const Index size : sizes) {
    parts.push_back(ops::slice_at(x, {at, begin, 1}, size));
    begin += size;
  }
  return parts;
}

std::vector<Tensor> chunk(const Tensor& x, Index count, Index axis) {
  const int at = normalize_axis("chunk", axis, x.rank());
  const Index extent = x.shape()[at];
  if (count < 1 || count > extent) {
    throw Error("chunk: expected 1 to " + std::to_string(extent) + " parts along axis " +
                std::to_string(at) + " of shape " + to_string(x.shape()) + "; got " +
                std::to_string(count));
  }
  std::vector<Index> sizes(static_cast<std::size_t>(count), extent / count);
  for (Index k = 0; k < extent % count; ++k) ++sizes[static_cast<std::size_t>(k)];
  return split(x, sizes, at);
}

std::vector<Tensor> unstack(const Tensor& x, Index axis) {
  const int at = normalize_axis("unstack", axis, x.rank());
  std::vector<Tensor> slices;
  for (Index i = 0; i < x.extent(at); ++i) slices.push_back(select(x, at, i));
  return slices;
}

Tensor flip(const Tensor& x, const Axes& axes) {
  const ops::AxisSet set = axes.of("flip", x.shape());
  Tensor y = x;
  for (int axis = 0; axis < x.rank(); ++axis) {
    if (!kernels::contains(set, axis) || x.shape()[axis] <= 1) continue;
    y = ops::slice_at(y, {axis, x.shape()[axis] - 1, -1}, x.shape()[axis]);
  }
  return y;
}

Tensor roll(const Tensor& x, Index shift, Index axis) {
  const int at = normalize_axis("roll", axis, x.rank());
  const Index n = x.shape()[at];
  const Index by = n == 0 ? 0 : (shift % n + n) % n;
  return by == 0 ? x : ops::apply(ops::Roll(at, by), x);
}

Tensor pad(const Tensor& x, std::span<const Padding> padding, double value) {
  if (static_cast<int>(padding.size()) != x.rank()) {
    throw Error("pad: expected before and after for each of the " + std::to_string(x.rank()) +
                " axes of shape " + to_string(x.shape()) + "; got " +
                std::to_string(padding.size()) + " of them");
  }
  Tensor y = x;
  int axis = 0;
  for (const Padding& p : padding) {
    if (p.before < 0 || p.after < 0) {
      throw Error("pad: expected no negative padding; got " + std::to_string(p.before) + " and " +
                  std::to_string(p.after) + " for axis " + std::to_string(axis) +
                  "; take parts away with slice");
    }
    if (p.before + p.after > 0) {
      const Index extent = p.before + x.shape()[axis] + p.after;
      y = ops::apply(ops::PutSlice({axis, p.before, 1}, extent, value), y);
    }
    ++axis;
  }
  return y;
}

Tensor pad(const Tensor& x, std::initializer_list<Padding> padding, double value) {
  return pad(x, std::span(padding.begin(), padding.size()), value);
}

}  // namespace autograd
