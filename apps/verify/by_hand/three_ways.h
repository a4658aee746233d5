#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "apps/verify/by_hand/plain.h"

namespace by_hand {

/// A value and its derivative by the one array it depends on.
template <class T>
struct Slope {
  double loss = 0;
  std::vector<T> gradient;
};

/// First warm-up: y = Σ(x² + 2x), dy/dx = 2x + 2.
template <class T>
Slope<T> sum_of_squares(std::span<const T> x);

/// Second warm-up: y = Wh, p = softmax(y), loss = −log p[label]; dW = (p − onehot)·hᵀ.
/// W is (W.size() / h.size(), h.size()).
template <class T>
Slope<T> linear_softmax(std::span<const T> W, std::span<const T> h, std::size_t label);

/// A sigmoid network without biases, the mean over N samples (in the study, one):
///
///   z₁ = σ(W₁x),  z₂ = W₂z₁,  log p = z₂ − log Σ exp(z₂),  loss = −Σ label·log p
///
/// `x` is (N, d) and `labels` (N, c), one sample a row; each label sums to 1. The gradient's b1
/// and b2 stay empty.
template <class T>
Gradient<T> three_ways(const Layers& layers, std::span<const T> W1, std::span<const T> W2,
                       std::span<const T> x, std::span<const T> labels);

}  // namespace by_hand
