#include "apps/verify/by_hand/flat_vector.h"

#include <algorithm>

namespace by_hand {
namespace {

// The four arrays inside a flat vector, to be written to.
template <class T>
struct Blocks {
  std::span<T> W1, b1, W2, b2;

  Blocks(const Layers& layers, std::span<T> flat) {
    const auto [d, h, c] = layers;
    W1 = flat.subspan(0, h * d);
    b1 = flat.subspan(h * d, h);
    W2 = flat.subspan(h * d + h, c * h);
    b2 = flat.subspan(h * d + h + c * h, c);
  }
};

template <class T>
void divide(std::span<T> block, std::size_t N) {
  for (T& v : block) v /= static_cast<T>(N);
}

}  // namespace

std::size_t flat_size(const Layers& layers) {
  const auto [d, h, c] = layers;
  return h * d + h + c * h + c;
}

template <class T>
std::vector<T> pack(const Weights<T>& weights) {
  std::vector<T> flat;
  flat.reserve(weights.W1.size() + weights.b1.size() + weights.W2.size() + weights.b2.size());
  for (const std::span<const T> block : {weights.W1, weights.b1, weights.W2, weights.b2}) {
    flat.insert(flat.end(), block.begin(), block.end());
  }
  return flat;
}

template <class T>
Weights<T> unpack(const Layers& layers, std::span<const T> flat) {
  require_size("unpack", "the flat vector", flat.size(), flat_size(layers));
  const Blocks<const T> blocks(layers, flat);
  return {blocks.W1, blocks.b1, blocks.W2, blocks.b2};
}

template <class T>
FlatGradient<T> flat_vector(const Layers& layers, std::span<const T> flat, std::span<const T> x,
                            std::span<const std::int64_t> labels, Variant variant) {
  const auto [d, h, c] = layers;
  const std::size_t N = labels.size();
  require_layers("flat_vector", layers);
  const Weights<T> weights = unpack(layers, flat);
  require_labels("flat_vector", labels, c);
  require_size("flat_vector", "x", x.size(), N * d);

  FlatGradient<T> result{0, std::vector<T>(flat.size())};
  const Blocks<T> g(layers, result.gradient);
  std::vector<T> a(h), da(h), z2(c);
  for (std::size_t n = 0; n < N; ++n) {
    const std::span<const T> xn = x.subspan(n * d, d);

    // a = max(W₁x + b₁, 0),  z₂ = W₂a + b₂,  loss = log Σ exp(z₂) − z₂[label]
    multiply_add<T>(weights.W1, xn, weights.b1, a);
    for (T& v : a) v = std::max(v, T(0));
    multiply_add<T>(weights.W2, a, weights.b2, z2);
    result.loss += static_cast<double>(cross_entropy<T>(z2, labels[n]));

    // δ₂ = p − onehot
    std::vector<T>& delta2 = z2;
    softmax<T>(delta2);
    delta2[static_cast<std::size_t>(labels[n])] -= T(1);

    // δ₁ = (W₂ᵀδ₂) ⊙ [z₁ > 0]
    multiply_transposed<T>(weights.W2, delta2, da);
    std::vector<T>& delta1 = da;
    for (std::size_t i = 0; i < h; ++i) delta1[i] = a[i] > 0 ? delta1[i] : T(0);

    // Over the batch: Σ δ₂aᵀ, Σ δ₂, Σ δ₁xᵀ, Σ δ₁
    add_outer<T>(delta2, a, g.W2);
    add_scaled(T(1), delta2.data(), g.b2.data(), c);
    add_outer<T>(delta1, xn, g.W1);
    add_scaled(T(1), delta1.data(), g.b1.data(), h);
  }

  // The loss is a mean, so every gradient is the sum divided by N. The bug forgot it in two.
  result.loss /= static_cast<double>(N);
  divide(g.b1, N);
  divide(g.b2, N);
  if (variant == Variant::correct) {
    divide(g.W1, N);
    divide(g.W2, N);
  }
  return result;
}

template std::vector<float> pack(const Weights<float>&);
template std::vector<double> pack(const Weights<double>&);
template Weights<float> unpack(const Layers&, std::span<const float>);
template Weights<double> unpack(const Layers&, std::span<const double>);
template FlatGradient<float> flat_vector(const Layers&, std::span<const float>,
                                         std::span<const float>, std::span<const std::int64_t>,
                                         Variant);
template FlatGradient<double> flat_vector(const Layers&, std::span<const double>,
                                          std::span<const double>, std::span<const std::int64_t>,
                                          Variant);

}  // namespace by_hand
