#pragma once

#include "autograd/tensor/tensor.h"

/// Exponentials, logarithms and their kin, element by element; the result has x's shape and dtype.
/// Each throws Error for i64.
namespace autograd {

/// eˣ
Tensor exp(const Tensor& x);

/// eˣ − 1, with all its digits near 0.
Tensor expm1(const Tensor& x);

/// ln x; NaN for x < 0, −∞ at 0.
Tensor log(const Tensor& x);

/// ln(1 + x), with all its digits near 0; NaN for x < −1, −∞ at −1.
Tensor log1p(const Tensor& x);

/// (eˣ − e⁻ˣ)/2
Tensor sinh(const Tensor& x);

/// (eˣ + e⁻ˣ)/2
Tensor cosh(const Tensor& x);

/// 2/√π·∫₀ˣ exp(−t²) dt
Tensor erf(const Tensor& x);

/// 1 − erf x, with all its digits where erf x is almost 1.
Tensor erfc(const Tensor& x);

}  // namespace autograd
