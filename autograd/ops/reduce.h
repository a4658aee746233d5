#pragma once

#include "autograd/ops/axes.h"
#include "autograd/ops/moments.h"
#include "autograd/ops/norms.h"
#include "autograd/ops/scan.h"
#include "autograd/tensor/tensor.h"

/// Reductions over a set of axes, all of them unless named. With KeepAxes::yes the result has
/// extent 1 there, and broadcasts against x.
namespace autograd {

/// Σ x, added up in pairs; over an empty axis, 0.
Tensor sum(const Tensor& x, const Axes& axes = {}, KeepAxes keep = KeepAxes::no);

/// Σ x / n. Throws where n is 0.
Tensor mean(const Tensor& x, const Axes& axes = {}, KeepAxes keep = KeepAxes::no);

/// The largest and the smallest element; ties share the adjoint equally. Throws where there is
/// none.
Tensor max(const Tensor& x, const Axes& axes = {}, KeepAxes keep = KeepAxes::no);
Tensor min(const Tensor& x, const Axes& axes = {}, KeepAxes keep = KeepAxes::no);

/// The place of the largest and of the smallest element along one axis, the first one of equals:
/// i64, x's shape without the axis. Nothing is differentiated.
Tensor argmax(const Tensor& x, Index axis = -1);
Tensor argmin(const Tensor& x, Index axis = -1);

/// 1 where any element, or every element, is not 0, else 0; over an empty axis, 0 and 1. x is i64,
/// such as the result of a comparison, and so is the result. Nothing is differentiated.
Tensor any(const Tensor& x, const Axes& axes = {}, KeepAxes keep = KeepAxes::no);
Tensor all(const Tensor& x, const Axes& axes = {}, KeepAxes keep = KeepAxes::no);

/// x summed until it has the given shape, from which it must be broadcast.
Tensor sum_to(const Tensor& x, const Shape& shape);

}  // namespace autograd
