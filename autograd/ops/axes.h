#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

#include "autograd/kernels/reduce.h"
#include "autograd/tensor/shape.h"

namespace autograd {

/// The axes that an operation works along: `sum(x)` all of them, `sum(x, 1)` one, `sum(x, {0, -1})`
/// several; negative ones count from the end.
class Axes {
 public:
  Axes() = default;
  Axes(Index axis) : all_(false) { axes_.push_back(axis); }  // NOLINT: implicit by design
  Axes(std::initializer_list<Index> axes) : all_(false) {
    for (const Index axis : axes) axes_.push_back(axis);
  }

  /// As a set of axes of a shape. Throws `operation: …` for one out of range or named twice.
  kernels::AxisSet of(std::string_view operation, const Shape& shape) const;

 private:
  bool all_ = true;
  ShapeBuilder axes_;
};

/// Whether a reduction leaves an axis of extent 1 where it worked.
enum class KeepAxes { no, yes };

namespace ops {

using kernels::AxisSet;

/// What is left of a shape without the axes, or with extent 1 there.
Shape reduced(const Shape& shape, AxisSet axes, KeepAxes keep);

/// The number of elements along the axes.
Index count_along(const Shape& shape, AxisSet axes);

/// The axes, along which there must be elements; throws `operation: …` where there are none.
AxisSet not_empty(std::string_view operation, const Shape& x, const Axes& axes);

/// "axes 0, 2", in words of a table.
std::string in_words(AxisSet axes);

}  // namespace ops
}  // namespace autograd
