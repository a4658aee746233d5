#pragma once

#include "autograd/tensor/tensor.h"

/// Steps and bounds, element by element; the result has x's shape and dtype. Each throws Error for
/// i64.
namespace autograd {

/// −1, 0 or 1 as x is below, at or above 0; the slope is 0.
Tensor sign(const Tensor& x);

/// The largest integer not above x; the slope is 0.
Tensor floor(const Tensor& x);

/// The smallest integer not below x; the slope is 0.
Tensor ceil(const Tensor& x);

/// The nearest integer, the even one of two that are equally near; the slope is 0.
Tensor round(const Tensor& x);

/// min(max(x, low), high). The slope is 1 from low to high, both included, and 0 outside. Throws
/// where low > high.
Tensor clamp(const Tensor& x, double low, double high);

/// The same values as clamp, as an activation: at both bounds the slope is 0. Throws where
/// low > high.
Tensor hardtanh(const Tensor& x, double low = -1, double high = 1);

}  // namespace autograd
