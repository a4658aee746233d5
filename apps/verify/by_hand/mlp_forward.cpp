#include "apps/verify/by_hand/mlp_forward.h"

#include <algorithm>
#include <cmath>

namespace by_hand {

using verify::Activation;
using verify::Loss;
using verify::Network;
using verify::Output;

template <class T>
T activate(Activation activation, T z) {
  switch (activation) {
    case Activation::identity:
      return z;
    case Activation::tanh:
      return std::tanh(z);
    case Activation::sigmoid:
      return 1 / (1 + std::exp(-z));
    case Activation::relu:
      return z > 0 ? z : 0;
    case Activation::leaky_relu:
      return z > 0 ? z : static_cast<T>(verify::leaky_slope) * z;
    case Activation::elu:
      return z > 0 ? z : std::exp(z) - 1;
    case Activation::softplus:
      return z > 0 ? z + std::log(1 + std::exp(-z)) : std::log(1 + std::exp(z));
    case Activation::gelu:
      return z * std::erfc(-z * static_cast<T>(0.70710678118654752)) / 2;
    case Activation::silu:
      return z / (1 + std::exp(-z));
  }
  return z;
}

namespace {

template <class T>
std::vector<T> output_of(Output output, std::span<const T> z) {
  std::vector<T> y(z.begin(), z.end());
  if (output == Output::tanh) {
    for (T& v : y) v = std::tanh(v);
  } else if (output == Output::sigmoid) {
    for (T& v : y) v = activate(Activation::sigmoid, v);
  } else if (output == Output::softmax || output == Output::log_softmax) {
    const T largest = *std::max_element(z.begin(), z.end());
    T sum = 0;
    for (const T v : z) sum += std::exp(v - largest);
    for (T& v : y) {
      v = output == Output::softmax ? std::exp(v - largest) / sum : v - largest - std::log(sum);
    }
  }
  return y;
}

// ln σ(z), which a saturated σ has lost.
template <class T>
T log_sigmoid(T z) {
  return z < 0 ? z - std::log(1 + std::exp(z)) : -std::log(1 + std::exp(-z));
}

template <class T>
T loss_of(const Network& network, std::span<const T> z, std::span<const T> y,
          std::span<const double> target) {
  T sum = 0;
  for (std::size_t k = 0; k < y.size(); ++k) {
    const T t = static_cast<T>(target[k]);
    switch (network.loss) {
      case Loss::cross_entropy:
        if (t == 0) break;
        sum -= t * (network.output == Output::log_softmax ? y[k]
                    : network.output == Output::sigmoid   ? log_sigmoid(z[k])
                                                          : std::log(y[k]));
        break;
      case Loss::squared_error:
      case Loss::sum_squared_error:
        sum += (y[k] - t) * (y[k] - t);
        break;
      case Loss::binary_cross_entropy:
        if (network.output == Output::sigmoid) {
          sum -= t * log_sigmoid(z[k]) + (1 - t) * log_sigmoid(-z[k]);
        } else {
          sum -= t * std::log(y[k]) + (1 - t) * std::log(1 - y[k]);
        }
        break;
    }
  }
  const bool mean =
      network.loss == Loss::squared_error || network.loss == Loss::binary_cross_entropy;
  return mean ? sum / static_cast<T>(y.size()) : sum;
}

}  // namespace

template <class T>
Forward<T> forward(const Network& network, const verify::Samples& samples,
                   std::span<const T> point) {
  const std::size_t N = samples.count;
  Forward<T> pass;
  std::vector<T> a(samples.x.begin(), samples.x.end());
  T squares = 0;
  for (const verify::Array& w : arrays(network)) {
    if (w.is_bias) {
      std::vector<T>& z = pass.z.back();
      for (std::size_t i = 0; i < z.size(); ++i) z[i] += point[w.offset + i % w.rows];
    } else {
      std::vector<T> z(N * w.rows, 0);
      for (std::size_t n = 0; n < N; ++n) {
        for (std::size_t i = 0; i < w.rows; ++i) {
          for (std::size_t j = 0; j < w.columns; ++j) {
            z[n * w.rows + i] += point[w.offset + i * w.columns + j] * a[n * w.columns + j];
          }
        }
      }
      for (std::size_t i = 0; i < w.size(); ++i) {
        squares += point[w.offset + i] * point[w.offset + i];
      }
      pass.z.push_back(std::move(z));
    }
    const std::size_t l = w.layer;
    if (network.biases[l] != w.is_bias || l + 1 == network.layers()) continue;
    std::vector<T> y = pass.z[l];
    for (T& v : y) v = activate(network.hidden[l], v);
    a = y;
    if (l < samples.masks.size() && !samples.masks[l].empty()) {
      for (std::size_t i = 0; i < a.size(); ++i) a[i] *= static_cast<T>(samples.masks[l][i]);
    }
    pass.outputs.push_back(std::move(y));
    pass.a.push_back(a);
  }
  const std::size_t c = network.widths.back();
  pass.outputs.emplace_back();
  T sum = 0;
  for (std::size_t n = 0; n < N; ++n) {
    const auto z = std::span<const T>(pass.z.back()).subspan(n * c, c);
    const std::vector<T> y = output_of<T>(network.output, z);
    sum += loss_of<T>(network, z, y, std::span(samples.targets).subspan(n * c, c));
    pass.outputs.back().insert(pass.outputs.back().end(), y.begin(), y.end());
  }
  if (network.average) sum /= static_cast<T>(N);
  pass.loss = static_cast<T>(network.scale) * sum + static_cast<T>(network.l2) / 2 * squares;
  return pass;
}

template float activate(Activation, float);
template double activate(Activation, double);
template Forward<float> forward(const Network&, const verify::Samples&, std::span<const float>);
template Forward<double> forward(const Network&, const verify::Samples&, std::span<const double>);

}  // namespace by_hand
