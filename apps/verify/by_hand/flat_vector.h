#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "apps/verify/by_hand/plain.h"

namespace by_hand {

enum class Variant {
  correct,        ///< every gradient averaged over the batch
  summed_weights  ///< a bug that happened: biases averaged, but weights summed over the batch
};

/// A loss and its gradient, in the order of the flat vector.
template <class T>
struct FlatGradient {
  double loss = 0;
  std::vector<T> gradient;
};

/// The number of parameters: h·d + h + c·h + c.
std::size_t flat_size(const Layers& layers);

/// W1, b1, W2, b2 one after the other in one vector.
template <class T>
std::vector<T> pack(const Weights<T>& weights);

/// The four arrays as they lie in the flat vector. Nothing is copied.
template <class T>
Weights<T> unpack(const Layers& layers, std::span<const T> flat);

/// A ReLU network with softmax cross-entropy, the mean over N samples:
///
///   z₁ = W₁x + b₁,  a = max(z₁, 0),  z₂ = W₂a + b₂,  p = softmax(z₂),  loss = −log p[label]
///
/// `flat` are the packed parameters, `x` is (N, d), one sample a row; `labels` are N classes. At
/// its kink the slope of max(z, 0) is 0.
template <class T>
FlatGradient<T> flat_vector(const Layers& layers, std::span<const T> flat, std::span<const T> x,
                            std::span<const std::int64_t> labels,
                            Variant variant = Variant::correct);

}  // namespace by_hand
