#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "apps/verify/by_hand/plain.h"

namespace by_hand {

/// A logistic network with softmax cross-entropy, the mean over N samples that stand in columns:
///
///   Z₁ = W₁X + b₁1ᵀ,  A = σ(Z₁),  Z₂ = W₂A + b₂1ᵀ,  P = softmax of each column of Z₂,
///   loss = −1/N Σₙ log P[labelₙ, n]
///
/// `X` is (d, N), one sample a column; `labels` are N classes. `errors`, where given, is set to the
/// number of samples whose largest output is not their label's.
template <class T>
Gradient<T> line_search(const Layers& layers, const Weights<T>& weights, std::span<const T> X,
                        std::span<const std::int64_t> labels, std::size_t* errors = nullptr);

/// The loss of `line_search` alone.
template <class T>
double line_search_loss(const Layers& layers, const Weights<T>& weights, std::span<const T> X,
                        std::span<const std::int64_t> labels);

/// The probabilities P (c, N) that the network gives for N samples in columns.
template <class T>
std::vector<T> line_search_probabilities(const Layers& layers, const Weights<T>& weights,
                                         std::span<const T> X);

/// Backtracking by Armijo's rule: α = first·βᵐ for m = 0, 1, …
struct Backtracking {
  double first = 2;
  double beta = 0.5;
  double sigma = 0.01;
  std::size_t at_most = 100;  ///< backtracks: the last m tried
};

/// What a line search found.
struct Step {
  bool found = false;
  double alpha = 0;             ///< 0 if none was found
  double loss = 0;              ///< at the accepted point, or at the start if none was found
  std::size_t evaluations = 0;  ///< of the loss
};

/// The first α with L(p − αg) − L(p) < −σ·α·‖g‖². `loss_at(α)` is L(p − αg), `loss` is L(p).
/// A loss that is not a number is never accepted.
Step backtrack(double loss, double squared_norm, const std::function<double(double)>& loss_at,
               const Backtracking& rule = {});

/// Where gradient descent went.
template <class T>
struct Descent {
  Network<T> network;           ///< where it ended
  std::vector<double> losses;   ///< at the start and after every step
  std::vector<double> alphas;   ///< of every step
  std::size_t evaluations = 0;  ///< of the loss, by the line searches
  bool stuck = false;           ///< a line search found no step, and the descent stopped there
};

/// Called at the start, k = 0, and after the k-th step: the loss there and the number of samples
/// whose largest output is not their label's.
using OnStep = std::function<void(std::size_t k, double loss, std::size_t errors)>;

/// Full-batch gradient descent on `line_search`, each step by backtracking.
template <class T>
Descent<T> descend(const Layers& layers, const Weights<T>& start, std::span<const T> X,
                   std::span<const std::int64_t> labels, std::size_t iterations,
                   const Backtracking& rule = {}, const OnStep& on_step = {});

}  // namespace by_hand
