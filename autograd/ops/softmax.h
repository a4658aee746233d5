#pragma once

#include "autograd/tensor/tensor.h"

/// Numbers turned into probabilities, along an axis that must not be empty. No exponential
/// overflows: the maximum is subtracted first. Each throws Error for an axis that x has not.
namespace autograd {

/// log Σ exp(x) along an axis, which is gone from the result.
Tensor logsumexp(const Tensor& x, Index axis = -1);

/// exp(x) / Σ exp(x) along an axis; x's shape.
Tensor softmax(const Tensor& x, Index axis = -1);

/// log softmax(x), exact where the softmax itself underflows; x's shape.
Tensor log_softmax(const Tensor& x, Index axis = -1);

}  // namespace autograd
