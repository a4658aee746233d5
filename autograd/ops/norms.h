#pragma once

#include "autograd/ops/axes.h"
#include "autograd/tensor/tensor.h"

/// Lengths of vectors: over a set of axes, all of them unless named.
namespace autograd {

/// Σ |x|; the slope of |x| at 0 is 0.
Tensor norm1(const Tensor& x, const Axes& axes = {}, KeepAxes keep = KeepAxes::no);

/// √(Σ x²), where no square overflows or vanishes; at x = 0 the derivative is 0.
Tensor norm2(const Tensor& x, const Axes& axes = {}, KeepAxes keep = KeepAxes::no);

/// max |x|; ties share the adjoint equally, and at x = 0 the derivative is 0. Throws where there is
/// no element.
Tensor norm_inf(const Tensor& x, const Axes& axes = {}, KeepAxes keep = KeepAxes::no);

}  // namespace autograd
