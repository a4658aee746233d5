#pragma once

#include "autograd/tensor/tensor.h"

/// The cross entropies of which loss.h makes its losses: one a sample, [N].
namespace autograd::ops {

/// −log softmax(logits) at the labels: logits [N, classes], labels i64 [N].
Tensor cross_entropies(const Tensor& logits, const Tensor& labels);

/// −Σ targets·log softmax(logits): both [N, classes].
Tensor cross_entropies_with_probabilities(const Tensor& logits, const Tensor& targets);

/// Throws Error unless the shapes are [N, classes] with at least one class, and [N].
void require_logits_and_labels(const Shape& logits, const Shape& labels);

}  // namespace autograd::ops
