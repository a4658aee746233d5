#pragma once

#include <cstdint>
#include <span>

#include "apps/verify/by_hand/plain.h"

namespace by_hand {

/// A tanh network with softmax cross-entropy, the mean over N samples (in the study, one):
///
///   z₁ = W₁x + b₁,  a = tanh(z₁),  z₂ = W₂a + b₂,  p = softmax(z₂),  loss = −log p[label]
///
/// `x` is (N, d), one sample a row; `labels` are N classes.
template <class T>
Gradient<T> six_weights(const Layers& layers, const Weights<T>& weights, std::span<const T> x,
                        std::span<const std::int64_t> labels);

}  // namespace by_hand
