#include "apps/verify/by_hand/three_ways.h"

#include <cmath>
#include <stdexcept>
#include <string>

namespace by_hand {

template <class T>
Slope<T> sum_of_squares(std::span<const T> x) {
  Slope<T> y;
  for (const T v : x) {
    y.loss += static_cast<double>(v * v + 2 * v);
    y.gradient.push_back(2 * v + 2);
  }
  return y;
}

template <class T>
Slope<T> linear_softmax(std::span<const T> W, std::span<const T> h, std::size_t label) {
  const std::size_t rows = h.empty() ? 0 : W.size() / h.size();
  require_size("linear_softmax", "W", W.size(), rows * h.size());
  if (label >= rows) {
    throw std::invalid_argument("linear_softmax: the label is " + std::to_string(label) +
                                "; expected a row of W, from 0 to below " + std::to_string(rows) +
                                "; check W and h");
  }
  // y = Wh,  −log p[label] = log Σ exp(y) − y[label]
  std::vector<T> y(rows);
  multiply_add<T>(W, h, {}, y);
  Slope<T> result{static_cast<double>(cross_entropy<T>(y, static_cast<std::int64_t>(label))),
                  std::vector<T>(W.size())};

  // dy = p − onehot,  dW = dy·hᵀ
  std::vector<T>& dy = y;
  softmax<T>(dy);
  dy[label] -= T(1);
  add_outer<T>(dy, h, result.gradient);
  return result;
}

template <class T>
Gradient<T> three_ways(const Layers& layers, std::span<const T> W1, std::span<const T> W2,
                       std::span<const T> x, std::span<const T> labels) {
  const auto [d, h, c] = layers;
  require_layers("three_ways", layers);
  const std::size_t N = x.size() / d;
  if (N == 0) throw std::invalid_argument("three_ways: there are no samples; give at least one");
  require_size("three_ways", "W1", W1.size(), h * d);
  require_size("three_ways", "W2", W2.size(), c * h);
  require_size("three_ways", "x", x.size(), N * d);
  require_size("three_ways", "labels", labels.size(), N * c);

  Gradient<T> g{0, std::vector<T>(h * d), {}, std::vector<T>(c * h), {}};
  std::vector<T> z1(h), dz1(h), z2(c);
  for (std::size_t n = 0; n < N; ++n) {
    const std::span<const T> xn = x.subspan(n * d, d);
    const std::span<const T> label = labels.subspan(n * c, c);

    // z₁ = σ(W₁x),  z₂ = W₂z₁,  log p = z₂ − log Σ exp(z₂),  loss = −Σ label·log p
    multiply_add<T>(W1, xn, {}, z1);
    for (T& v : z1) v = sigmoid(v);
    multiply_add<T>(W2, z1, {}, z2);
    const T log_sum = log_sum_exp<T>(z2);
    for (std::size_t k = 0; k < c; ++k) {
      g.loss -= static_cast<double>(label[k] * (z2[k] - log_sum)) / static_cast<double>(N);
    }

    // δ₂ = (p − label) / N,  dW₂ = Σ δ₂z₁ᵀ
    std::vector<T>& delta2 = z2;
    softmax<T>(delta2);
    for (std::size_t k = 0; k < c; ++k) delta2[k] = (delta2[k] - label[k]) / static_cast<T>(N);
    add_outer<T>(delta2, z1, g.W2);

    // δ₁ = (W₂ᵀδ₂) ⊙ z₁(1 − z₁),  dW₁ = Σ δ₁xᵀ
    multiply_transposed<T>(W2, delta2, dz1);
    std::vector<T>& delta1 = dz1;
    for (std::size_t i = 0; i < h; ++i) delta1[i] *= z1[i] * (T(1) - z1[i]);
    add_outer<T>(delta1, xn, g.W1);
  }
  return g;
}

template Slope<float> sum_of_squares(std::span<const float>);
template Slope<double> sum_of_squares(std::span<const double>);
template Slope<float> linear_softmax(std::span<const float>, std::span<const float>, std::size_t);
template Slope<double> linear_softmax(std::span<const double>, std::span<const double>,
                                      std::size_t);
template Gradient<float> three_ways(const Layers&, std::span<const float>, std::span<const float>,
                                    std::span<const float>, std::span<const float>);
template Gradient<double> three_ways(const Layers&, std::span<const double>,
                                     std::span<const double>, std::span<const double>,
                                     std::span<const double>);

}  // namespace by_hand
