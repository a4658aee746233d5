#pragma once

#include "autograd/ops/activation.h"
#include "autograd/ops/exponential.h"
#include "autograd/ops/rounding.h"
#include "autograd/ops/trigonometric.h"
#include "autograd/tensor/tensor.h"

/// Functions applied to every element, f32 and f64: powers and magnitudes here, the other families
/// in the headers above. The formulas and their slopes stand in the files beside the headers; how
/// exact they are and what they do at kinks is said in the README of this folder. Each throws
/// Error for i64.
namespace autograd {

/// x²
Tensor square(const Tensor& x);

/// √x; NaN for x < 0. At 0 the slope is infinite.
Tensor sqrt(const Tensor& x);

/// 1/√x; NaN for x < 0, ∞ at 0.
Tensor rsqrt(const Tensor& x);

/// 1/x; ∞ at 0.
Tensor reciprocal(const Tensor& x);

/// aᵇ, both broadcast; NaN for a negative a with a b that is no integer. At a = 0 the slope by b
/// is 0, and b = 0 makes the slope by a 0. Throws where shapes do not broadcast or dtypes differ.
Tensor pow(const Tensor& a, const Tensor& b);

/// xᵖ with a constant exponent.
Tensor pow(const Tensor& x, double p);

/// |x|; at 0 the slope is 0.
Tensor abs(const Tensor& x);

/// The same values in another dtype; f64 to f32 rounds to nearest, floating to i64 truncates, and
/// only a floating result of a floating x is differentiated.
Tensor to(const Tensor& x, Dtype dtype);

/// x as a constant: no adjoint flows through it.
Tensor detach(const Tensor& x);

}  // namespace autograd
