#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "apps/verify/by_hand/plain.h"

namespace by_hand {

/// Samples in rows: x (N, d), and N classes. They belong to the caller.
template <class T>
struct Samples {
  std::span<const T> x;
  std::span<const std::int64_t> labels;
};

/// A tanh network with squared error, added up over N samples one at a time:
///
///   s₁ = W₁x + b₁,  x₁ = tanh(s₁),  s₂ = W₂x₁ + b₂,  x₂ = tanh(s₂),  loss = Σ(x₂ − t)²
///
/// t is 1 at the label and 0 elsewhere. The loss and the gradients are sums, not means. `errors`,
/// where given, is set to the number of samples whose largest output is not their label's.
template <class T>
Gradient<T> by_the_book(const Layers& layers, const Weights<T>& weights, const Samples<T>& samples,
                        std::size_t* errors = nullptr);

/// The number of samples whose largest output is not their label's.
template <class T>
std::size_t by_the_book_errors(const Layers& layers, const Weights<T>& weights,
                               const Samples<T>& samples);

/// One epoch, measured before its step: the training loss is a sum, the errors are counts.
struct Epoch {
  std::size_t k = 0;
  double train_loss = 0;
  std::size_t train_errors = 0;
  std::size_t test_errors = 0;
};

/// Plain gradient descent: in every epoch the gradients are added up over all training samples,
/// then p ← p − step·gradient. `test` may be empty. `on_epoch`, if any, is called once an epoch.
template <class T>
std::vector<Epoch> train_by_the_book(const Layers& layers, Network<T>& network,
                                     const Samples<T>& train, const Samples<T>& test, T step,
                                     std::size_t epochs,
                                     const std::function<void(const Epoch&)>& on_epoch = {});

}  // namespace by_hand
