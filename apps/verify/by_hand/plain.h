#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

// Backpropagation as people write it on paper: plain arrays, plain loops, one file a network. It
// shares nothing with the library whose gradients it judges, not even its tensors, so that a
// mistake there cannot be repeated here. This header holds what every derivation needs: the three
// sums that linear algebra is made of, and the softmax.
//
// Arrays are row-major. Everything is instantiated for float and double; losses are summed in
// double. A wrong size throws std::invalid_argument.

namespace by_hand {

/// The widths of a network with one hidden layer.
struct Layers {
  std::size_t d = 0;  ///< inputs
  std::size_t h = 0;  ///< hidden units
  std::size_t c = 0;  ///< outputs, or classes
};

/// The parameters, seen: W1 (h, d), b1 (h), W2 (c, h), b2 (c). They belong to the caller.
template <class T>
struct Weights {
  std::span<const T> W1, b1, W2, b2;
};

/// The parameters, owned.
template <class T>
struct Network {
  std::vector<T> W1, b1, W2, b2;

  Weights<T> weights() const { return {W1, b1, W2, b2}; }
};

/// A loss and its derivatives, each of the shape of its parameter.
template <class T>
struct Gradient {
  double loss = 0;
  std::vector<T> W1, b1, W2, b2;
};

/// Σ xᵢ·yᵢ of two arrays of n numbers.
template <class T>
T dot(const T* x, const T* y, std::size_t n);

/// y ← y + a·x. The arrays must not overlap.
template <class T>
void add_scaled(T a, const T* x, T* y, std::size_t n);

/// y ← M·x + b, with M (rows, n) and b empty for none; rows is y's size, n is x's.
template <class T>
void multiply_add(std::span<const T> M, std::span<const T> x, std::span<const T> b, std::span<T> y);

/// y ← Mᵀ·x, with M (rows, n); rows is x's size, n is y's.
template <class T>
void multiply_transposed(std::span<const T> M, std::span<const T> x, std::span<T> y);

/// M ← M + x·yᵀ, with M (rows, n); rows is x's size, n is y's.
template <class T>
void add_outer(std::span<const T> x, std::span<const T> y, std::span<T> M);

/// z ← softmax(z): pₖ = exp(zₖ − max z) / Σⱼ exp(zⱼ − max z). No exponential overflows.
template <class T>
void softmax(std::span<T> z);

/// log Σₖ exp(zₖ) = max z + log Σₖ exp(zₖ − max z).
template <class T>
T log_sum_exp(std::span<const T> z);

/// −log softmax(z)[label] = log Σₖ exp(zₖ − max z) + (max z − z[label]). The maximum is never added
/// to the logarithm, so that large logits leave its digits alone.
template <class T>
T cross_entropy(std::span<const T> z, std::int64_t label);

/// σ(z) = 1 / (1 + exp(−z)).
template <class T>
T sigmoid(T z);

/// The index of the largest number, the first one of equals.
template <class T>
std::size_t argmax(std::span<const T> z);

/// Throws "who: what needs <expected> numbers; got <size>" unless the sizes are equal.
void require_size(std::string_view who, std::string_view what, std::size_t size,
                  std::size_t expected);

/// Throws unless every layer has a unit.
void require_layers(std::string_view who, const Layers& layers);

/// Throws unless every label is one of 0 … classes − 1 and there is at least one.
void require_labels(std::string_view who, std::span<const std::int64_t> labels,
                    std::size_t classes);

/// Throws unless every layer has a unit and the four arrays have the sizes of the layers.
template <class T>
void require_weights(std::string_view who, const Layers& layers, const Weights<T>& weights);

}  // namespace by_hand
