#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <vector>

#include "apps/verify/network/network.h"

// The loss and the gradient of any perceptron by backpropagation, written out with plain loops as a
// student would write it. The steps that people get wrong stand apart, as rules that can be
// exchanged: with the rules as they are made, the gradient is right.
//
//   δ[L] = ∂ℓ/∂z[L],   δ[l] = (W[l+1]ᵀ·δ[l+1]) ⊙ mask[l] ⊙ φ′(z[l]),
//   dW[l] = Σ over the samples of δ[l]·a[l−1]ᵀ + λ·W[l],   db[l] = Σ δ[l]

namespace by_hand {

/// What the forward pass leaves behind: arrays (N, width), index 0 for the first layer.
template <class T>
struct Forward {
  std::vector<std::vector<T>> z;        ///< pre-activations
  std::vector<std::vector<T>> outputs;  ///< φ(z), and ψ(z) in the last layer
  std::vector<std::vector<T>> a;        ///< φ(z) ⊙ mask
  T loss = 0;
};

/// What stands around one entry of a hidden layer's slope.
template <class T>
struct Unit {
  verify::Activation activation;
  T z, a;
};

/// The adjoint of a sample's last pre-activations, before the weight of the sample: from z, the
/// output and the target.
template <class T>
using OutputRule =
    std::function<std::vector<T>(const verify::Network&, std::span<const T> z,
                                 std::span<const T> output, std::span<const T> target)>;

template <class T>
struct Rules {
  Rules();  ///< the right ones

  std::function<T(const Unit<T>&)> slope;
  OutputRule<T> output;
  std::function<T(T mask)> mask;
  std::function<bool(std::size_t sample, std::size_t count)> counts;
  /// The input that a layer's dW is taken with; layer 0 has x.
  std::function<const std::vector<T>&(const Forward<T>&, std::size_t layer)> input;
  T penalty = 1;     ///< times λ·W
  T early_step = 0;  ///< weights are moved by −step·dW before δ goes down through them
};

template <class T>
struct MlpGradient {
  T loss = 0;
  std::vector<T> gradient;  ///< flat
};

/// The slope of an activation, φ′(z), a = φ(z).
template <class T>
T slope_of(verify::Activation activation, T z, T a);

/// The loss and its gradient at a point, with the given rules.
template <class T>
MlpGradient<T> mlp(const verify::Network& network, const verify::Samples& samples,
                   std::span<const T> point, const Rules<T>& rules = {});

}  // namespace by_hand
