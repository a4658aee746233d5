#pragma once

#include "autograd/tensor/tensor.h"

/// Functions of one number, applied to every element; f32 and f64. The formulas and their slopes
/// stand in elementwise.cpp.
namespace autograd {

Tensor square(const Tensor& x);
Tensor sqrt(const Tensor& x);
Tensor exp(const Tensor& x);
Tensor log(const Tensor& x);
Tensor sin(const Tensor& x);
Tensor cos(const Tensor& x);
Tensor tanh(const Tensor& x);

/// 1 / (1 + exp(−x)); neither end overflows.
Tensor sigmoid(const Tensor& x);

/// max(x, 0); at 0 the slope is 0.
Tensor relu(const Tensor& x);

/// |x|; at 0 the slope is 0.
Tensor abs(const Tensor& x);

/// The same values in another dtype; f64 to f32 rounds to nearest, floating to i64 truncates, and
/// only a floating result of a floating x is differentiated.
Tensor to(const Tensor& x, Dtype dtype);

/// x as a constant: no adjoint flows through it.
Tensor detach(const Tensor& x);

}  // namespace autograd
