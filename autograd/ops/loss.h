#pragma once

#include "autograd/tensor/tensor.h"

/// Softmax and the losses that networks are trained on. No exponential overflows: the maximum is
/// subtracted first.
namespace autograd {

/// What becomes of the losses of single samples.
enum class Reduction { mean, sum, none };

/// log Σ exp(x) along an axis, which is gone from the result.
Tensor logsumexp(const Tensor& x, Index axis = -1);

/// exp(x) / Σ exp(x) along an axis.
Tensor softmax(const Tensor& x, Index axis = -1);

/// log softmax(x), exact where the softmax itself underflows.
Tensor log_softmax(const Tensor& x, Index axis = -1);

/// −log softmax(logits)[label] for each sample: logits [N, classes], labels i64 [N].
Tensor cross_entropy(const Tensor& logits, const Tensor& labels,
                     Reduction reduction = Reduction::mean);

/// −Σ target·log softmax(logits) for each sample: targets [N, classes], each row summing to 1.
Tensor cross_entropy_with_probabilities(const Tensor& logits, const Tensor& targets,
                                        Reduction reduction = Reduction::mean);

/// (prediction − target)², element by element; the mean is over all elements.
Tensor squared_error(const Tensor& prediction, const Tensor& target,
                     Reduction reduction = Reduction::mean);

}  // namespace autograd
