#pragma once

#include "autograd/tensor/tensor.h"

/// The nonlinear functions of networks, element by element; the result has x's shape and dtype.
/// Each throws Error for i64. Hardtanh stands among the bounds in rounding.h.
namespace autograd {

Tensor tanh(const Tensor& x);

/// σ(x) = 1/(1 + e⁻ˣ); neither end overflows.
Tensor sigmoid(const Tensor& x);

/// ln σ(x), exact where σ(x) underflows or is almost 1.
Tensor log_sigmoid(const Tensor& x);

/// ln(1 + eˣ), a smooth relu.
Tensor softplus(const Tensor& x);

/// max(x, 0); at 0 the slope is 0.
Tensor relu(const Tensor& x);

/// x above 0, below·x from 0 down; at 0 the slope is `below`.
Tensor leaky_relu(const Tensor& x, double below = 0.01);

/// x above 0, α(eˣ − 1) from 0 down; at 0 the slope is α.
Tensor elu(const Tensor& x, double alpha = 1);

/// λ·elu(x, α) with the λ and α that keep mean 0 and variance 1; at 0 the slope is λα.
Tensor selu(const Tensor& x);

/// x·σ(x), also called swish.
Tensor silu(const Tensor& x);

/// x·Φ(x), Φ the normal distribution.
Tensor gelu(const Tensor& x);

/// The approximation of gelu by ½x(1 + tanh(√(2/π)(x + 0.044715x³))).
Tensor gelu_tanh(const Tensor& x);

/// x·tanh(ln(1 + eˣ))
Tensor mish(const Tensor& x);

}  // namespace autograd
