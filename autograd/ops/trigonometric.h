#pragma once

#include "autograd/tensor/tensor.h"

/// Circular functions of angles in radians, element by element. Each throws Error for i64; those
/// of two operands broadcast, and throw where shapes do not fit or dtypes differ.
namespace autograd {

Tensor sin(const Tensor& x);
Tensor cos(const Tensor& x);
Tensor tan(const Tensor& x);

/// The angle in [−π/2, π/2] with the sine x; NaN beyond ±1, where the slope is infinite.
Tensor asin(const Tensor& x);

/// The angle in [0, π] with the cosine x; NaN beyond ±1, where the slope is infinite.
Tensor acos(const Tensor& x);

/// The angle in (−π/2, π/2) with the tangent x.
Tensor atan(const Tensor& x);

/// The angle in [−π, π] of the point (b, a), that is arctan(a/b) in the right quadrant; at the
/// origin the slopes are 0.
Tensor atan2(const Tensor& a, const Tensor& b);

/// √(a² + b²), where neither square overflows; at the origin the slopes are 0.
Tensor hypot(const Tensor& a, const Tensor& b);

}  // namespace autograd
