#include "apps/verify/by_hand/by_the_book.h"

#include <cmath>
#include <string_view>

namespace by_hand {
namespace {

template <class T>
void require_samples(std::string_view who, const Layers& layers, const Samples<T>& samples) {
  require_labels(who, samples.labels, layers.c);
  require_size(who, "x", samples.x.size(), samples.labels.size() * layers.d);
}

// x₁ = tanh(W₁x + b₁),  x₂ = tanh(W₂x₁ + b₂)
template <class T>
void forward(const Weights<T>& weights, std::span<const T> x, std::vector<T>& x1,
             std::vector<T>& x2) {
  multiply_add<T>(weights.W1, x, weights.b1, x1);
  for (T& v : x1) v = std::tanh(v);
  multiply_add<T>(weights.W2, x1, weights.b2, x2);
  for (T& v : x2) v = std::tanh(v);
}

// p ← p − step·dp
template <class T>
void take_step(T step, const std::vector<T>& dp, std::vector<T>& p) {
  add_scaled(-step, dp.data(), p.data(), p.size());
}

}  // namespace

template <class T>
Gradient<T> by_the_book(const Layers& layers, const Weights<T>& weights, const Samples<T>& samples,
                        std::size_t* errors) {
  const auto [d, h, c] = layers;
  require_weights("by_the_book", layers, weights);
  require_samples("by_the_book", layers, samples);

  Gradient<T> g{0, std::vector<T>(h * d), std::vector<T>(h), std::vector<T>(c * h),
                std::vector<T>(c)};
  std::vector<T> x1(h), x2(c), delta1(h), delta2(c);
  std::size_t wrong = 0;
  for (std::size_t n = 0; n < samples.labels.size(); ++n) {
    const std::span<const T> x = samples.x.subspan(n * d, d);
    const auto label = static_cast<std::size_t>(samples.labels[n]);
    forward(weights, x, x1, x2);
    wrong += argmax<T>(x2) != label;

    // loss = Σ(x₂ − t)²,  δ₂ = 2(x₂ − t) ⊙ (1 − x₂²)
    for (std::size_t k = 0; k < c; ++k) {
      const T miss = x2[k] - (k == label ? T(1) : T(0));
      g.loss += static_cast<double>(miss * miss);
      delta2[k] = T(2) * miss * (T(1) - x2[k] * x2[k]);
    }

    // dW₂ = Σ δ₂x₁ᵀ,  db₂ = Σ δ₂
    add_outer<T>(delta2, x1, g.W2);
    add_scaled(T(1), delta2.data(), g.b2.data(), c);

    // δ₁ = (W₂ᵀδ₂) ⊙ (1 − x₁²)
    multiply_transposed<T>(weights.W2, delta2, delta1);
    for (std::size_t i = 0; i < h; ++i) delta1[i] *= T(1) - x1[i] * x1[i];

    // dW₁ = Σ δ₁xᵀ,  db₁ = Σ δ₁
    add_outer<T>(delta1, x, g.W1);
    add_scaled(T(1), delta1.data(), g.b1.data(), h);
  }
  if (errors != nullptr) *errors = wrong;
  return g;
}

template <class T>
std::size_t by_the_book_errors(const Layers& layers, const Weights<T>& weights,
                               const Samples<T>& samples) {
  require_weights("by_the_book_errors", layers, weights);
  require_samples("by_the_book_errors", layers, samples);
  std::vector<T> x1(layers.h), x2(layers.c);
  std::size_t wrong = 0;
  for (std::size_t n = 0; n < samples.labels.size(); ++n) {
    forward<T>(weights, samples.x.subspan(n * layers.d, layers.d), x1, x2);
    wrong += argmax<T>(x2) != static_cast<std::size_t>(samples.labels[n]);
  }
  return wrong;
}

template <class T>
std::vector<Epoch> train_by_the_book(const Layers& layers, Network<T>& network,
                                     const Samples<T>& train, const Samples<T>& test, T step,
                                     std::size_t epochs,
                                     const std::function<void(const Epoch&)>& on_epoch) {
  std::vector<Epoch> history;
  for (std::size_t k = 0; k < epochs; ++k) {
    Epoch epoch{k};
    const Gradient<T> g = by_the_book(layers, network.weights(), train, &epoch.train_errors);
    epoch.train_loss = g.loss;
    if (!test.labels.empty()) {
      epoch.test_errors = by_the_book_errors(layers, network.weights(), test);
    }
    take_step(step, g.W1, network.W1);
    take_step(step, g.b1, network.b1);
    take_step(step, g.W2, network.W2);
    take_step(step, g.b2, network.b2);
    history.push_back(epoch);
    if (on_epoch) on_epoch(epoch);
  }
  return history;
}

template Gradient<float> by_the_book(const Layers&, const Weights<float>&, const Samples<float>&,
                                     std::size_t*);
template Gradient<double> by_the_book(const Layers&, const Weights<double>&, const Samples<double>&,
                                      std::size_t*);
template std::size_t by_the_book_errors(const Layers&, const Weights<float>&,
                                        const Samples<float>&);
template std::size_t by_the_book_errors(const Layers&, const Weights<double>&,
                                        const Samples<double>&);
template std::vector<Epoch> train_by_the_book(const Layers&, Network<float>&, const Samples<float>&,
                                              const Samples<float>&, float, std::size_t,
                                              const std::function<void(const Epoch&)>&);
template std::vector<Epoch> train_by_the_book(const Layers&, Network<double>&,
                                              const Samples<double>&, const Samples<double>&,
                                              double, std::size_t,
                                              const std::function<void(const Epoch&)>&);

}  // namespace by_hand
