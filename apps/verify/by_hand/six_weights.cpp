#include "apps/verify/by_hand/six_weights.h"

#include <cmath>
#include <vector>

namespace by_hand {

template <class T>
Gradient<T> six_weights(const Layers& layers, const Weights<T>& weights, std::span<const T> x,
                        std::span<const std::int64_t> labels) {
  const auto [d, h, c] = layers;
  const std::size_t N = labels.size();
  require_weights("six_weights", layers, weights);
  require_labels("six_weights", labels, c);
  require_size("six_weights", "x", x.size(), N * d);

  Gradient<T> g{0, std::vector<T>(h * d), std::vector<T>(h), std::vector<T>(c * h),
                std::vector<T>(c)};
  std::vector<T> a(h), da(h), z2(c);
  for (std::size_t n = 0; n < N; ++n) {
    const std::span<const T> xn = x.subspan(n * d, d);

    // a = tanh(W₁x + b₁),  z₂ = W₂a + b₂,  loss = log Σ exp(z₂) − z₂[label]
    multiply_add<T>(weights.W1, xn, weights.b1, a);
    for (T& v : a) v = std::tanh(v);
    multiply_add<T>(weights.W2, a, weights.b2, z2);
    g.loss += static_cast<double>(cross_entropy<T>(z2, labels[n])) / static_cast<double>(N);

    // δ₂ = (p − onehot) / N
    std::vector<T>& delta2 = z2;
    softmax<T>(delta2);
    delta2[static_cast<std::size_t>(labels[n])] -= T(1);
    for (T& v : delta2) v /= static_cast<T>(N);

    // dW₂ = Σ δ₂aᵀ,  db₂ = Σ δ₂
    add_outer<T>(delta2, a, g.W2);
    add_scaled(T(1), delta2.data(), g.b2.data(), c);

    // δ₁ = (W₂ᵀδ₂) ⊙ (1 − a²),  because tanh′ = 1 − tanh²
    multiply_transposed<T>(weights.W2, delta2, da);
    std::vector<T>& delta1 = da;
    for (std::size_t i = 0; i < h; ++i) delta1[i] *= T(1) - a[i] * a[i];

    // dW₁ = Σ δ₁xᵀ,  db₁ = Σ δ₁
    add_outer<T>(delta1, xn, g.W1);
    add_scaled(T(1), delta1.data(), g.b1.data(), h);
  }
  return g;
}

template Gradient<float> six_weights(const Layers&, const Weights<float>&, std::span<const float>,
                                     std::span<const std::int64_t>);
template Gradient<double> six_weights(const Layers&, const Weights<double>&,
                                      std::span<const double>, std::span<const std::int64_t>);

}  // namespace by_hand
