#include "autograd/ops/axes.h"

#include "autograd/tensor/error.h"

namespace autograd {

kernels::AxisSet Axes::of(std::string_view operation, const Shape& shape) const {
  kernels::AxisSet set = 0;
  if (all_) {
    for (int axis = 0; axis < shape.rank(); ++axis) set |= 1U << axis;
    return set;
  }
  ShapeBuilder axes(axes_);
  for (int i = 0; i < axes.rank(); ++i) {
    const int axis = normalize_axis(operation, axes[i], shape.rank());
    if (kernels::contains(set, axis)) {
      throw Error(std::string(operation) + ": axis " + std::to_string(axis) +
                  " is named twice; name each axis once");
    }
    set |= 1U << axis;
  }
  return set;
}

namespace ops {

Shape reduced(const Shape& shape, AxisSet axes, KeepAxes keep) {
  ShapeBuilder left;
  for (int axis = 0; axis < shape.rank(); ++axis) {
    if (!kernels::contains(axes, axis)) {
      left.push_back(shape[axis]);
    } else if (keep == KeepAxes::yes) {
      left.push_back(1);
    }
  }
  return left.shape();
}

Index count_along(const Shape& shape, AxisSet axes) {
  Index count = 1;
  for (int axis = 0; axis < shape.rank(); ++axis) {
    if (kernels::contains(axes, axis)) count *= shape[axis];
  }
  return count;
}

AxisSet not_empty(std::string_view operation, const Shape& x, const Axes& axes) {
  const AxisSet set = axes.of(operation, x);
  if (count_along(x, set) == 0) {
    throw Error(std::string(operation) + ": there is nothing along " + in_words(set) +
                " of shape " + to_string(x) + "; expected at least one element");
  }
  return set;
}

std::string in_words(AxisSet axes) {
  std::string words;
  for (int axis = 0; axis < Shape::largest_rank; ++axis) {
    if (kernels::contains(axes, axis)) words += (words.empty() ? "" : ", ") + std::to_string(axis);
  }
  return words.empty() ? "no axis" : "axes " + words;
}

}  // namespace ops
}  // namespace autograd
