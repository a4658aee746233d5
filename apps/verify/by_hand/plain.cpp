#include "apps/verify/by_hand/plain.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <string>

namespace by_hand {
namespace {

// Sums and updates go in blocks of this many numbers, a constant, so that compilers turn a block
// into a few vector instructions without being allowed to reorder anybody's sums.
constexpr std::size_t kBlock = 8;

// log Σₖ exp(zₖ − largest)
template <class T>
T log_sum_exp_below(std::span<const T> z, T largest) {
  T sum = 0;
  for (const T v : z) sum += std::exp(v - largest);
  return std::log(sum);
}

}  // namespace

template <class T>
T dot(const T* x, const T* y, std::size_t n) {
  T sums[2 * kBlock] = {};
  std::size_t i = 0;
  for (; i + 2 * kBlock <= n; i += 2 * kBlock) {
    for (std::size_t k = 0; k < 2 * kBlock; ++k) sums[k] += x[i + k] * y[i + k];
  }
  T rest = 0;
  for (; i < n; ++i) rest += x[i] * y[i];
  for (std::size_t width = kBlock; width > 0; width /= 2) {
    for (std::size_t k = 0; k < width; ++k) sums[k] += sums[k + width];
  }
  return sums[0] + rest;
}

template <class T>
void add_scaled(T a, const T* __restrict x, T* __restrict y, std::size_t n) {
  std::size_t i = 0;
  for (; i + kBlock <= n; i += kBlock) {
    for (std::size_t k = 0; k < kBlock; ++k) y[i + k] += a * x[i + k];
  }
  for (; i < n; ++i) y[i] += a * x[i];
}

template <class T>
void multiply_add(std::span<const T> M, std::span<const T> x, std::span<const T> b,
                  std::span<T> y) {
  const std::size_t n = x.size();
  for (std::size_t i = 0; i < y.size(); ++i) {
    const T sum = dot(M.data() + i * n, x.data(), n);
    y[i] = b.empty() ? sum : sum + b[i];
  }
}

template <class T>
void multiply_transposed(std::span<const T> M, std::span<const T> x, std::span<T> y) {
  const std::size_t n = y.size();
  std::fill(y.begin(), y.end(), T(0));
  for (std::size_t i = 0; i < x.size(); ++i) add_scaled(x[i], M.data() + i * n, y.data(), n);
}

template <class T>
void add_outer(std::span<const T> x, std::span<const T> y, std::span<T> M) {
  const std::size_t n = y.size();
  for (std::size_t i = 0; i < x.size(); ++i) add_scaled(x[i], y.data(), M.data() + i * n, n);
}

template <class T>
void softmax(std::span<T> z) {
  const T largest = *std::max_element(z.begin(), z.end());
  T sum = 0;
  for (T& v : z) {
    v = std::exp(v - largest);
    sum += v;
  }
  for (T& v : z) v /= sum;
}

template <class T>
T log_sum_exp(std::span<const T> z) {
  const T largest = *std::max_element(z.begin(), z.end());
  return largest + log_sum_exp_below(z, largest);
}

template <class T>
T cross_entropy(std::span<const T> z, std::int64_t label) {
  const T largest = *std::max_element(z.begin(), z.end());
  return log_sum_exp_below(z, largest) + (largest - z[static_cast<std::size_t>(label)]);
}

template <class T>
T sigmoid(T z) {
  return T(1) / (T(1) + std::exp(-z));
}

template <class T>
std::size_t argmax(std::span<const T> z) {
  return static_cast<std::size_t>(std::max_element(z.begin(), z.end()) - z.begin());
}

void require_size(std::string_view who, std::string_view what, std::size_t size,
                  std::size_t expected) {
  if (size == expected) return;
  throw std::invalid_argument(std::string(who) + ": " + std::string(what) + " needs " +
                              std::to_string(expected) + " numbers; got " + std::to_string(size) +
                              "; check it against the widths of the layers");
}

void require_layers(std::string_view who, const Layers& layers) {
  if (layers.d > 0 && layers.h > 0 && layers.c > 0) return;
  throw std::invalid_argument(std::string(who) + ": a layer has no units; got " +
                              std::to_string(layers.d) + "-" + std::to_string(layers.h) + "-" +
                              std::to_string(layers.c) + "; give each at least one");
}

void require_labels(std::string_view who, std::span<const std::int64_t> labels,
                    std::size_t classes) {
  if (labels.empty()) {
    throw std::invalid_argument(std::string(who) + ": there are no samples; give at least one");
  }
  for (std::size_t n = 0; n < labels.size(); ++n) {
    if (labels[n] >= 0 && static_cast<std::size_t>(labels[n]) < classes) continue;
    throw std::invalid_argument(std::string(who) + ": label " + std::to_string(n) + " is " +
                                std::to_string(labels[n]) + "; expected a class from 0 to below " +
                                std::to_string(classes) + "; check the data");
  }
}

template <class T>
void require_weights(std::string_view who, const Layers& layers, const Weights<T>& weights) {
  require_layers(who, layers);
  require_size(who, "W1", weights.W1.size(), layers.h * layers.d);
  require_size(who, "b1", weights.b1.size(), layers.h);
  require_size(who, "W2", weights.W2.size(), layers.c * layers.h);
  require_size(who, "b2", weights.b2.size(), layers.c);
}

template float dot(const float*, const float*, std::size_t);
template double dot(const double*, const double*, std::size_t);
template void add_scaled(float, const float*, float*, std::size_t);
template void add_scaled(double, const double*, double*, std::size_t);
template void multiply_add(std::span<const float>, std::span<const float>, std::span<const float>,
                           std::span<float>);
template void multiply_add(std::span<const double>, std::span<const double>,
                           std::span<const double>, std::span<double>);
template void multiply_transposed(std::span<const float>, std::span<const float>, std::span<float>);
template void multiply_transposed(std::span<const double>, std::span<const double>,
                                  std::span<double>);
template void add_outer(std::span<const float>, std::span<const float>, std::span<float>);
template void add_outer(std::span<const double>, std::span<const double>, std::span<double>);
template void softmax(std::span<float>);
template void softmax(std::span<double>);
template float log_sum_exp(std::span<const float>);
template double log_sum_exp(std::span<const double>);
template float cross_entropy(std::span<const float>, std::int64_t);
template double cross_entropy(std::span<const double>, std::int64_t);
template float sigmoid(float);
template double sigmoid(double);
template std::size_t argmax(std::span<const float>);
template std::size_t argmax(std::span<const double>);
template void require_weights(std::string_view, const Layers&, const Weights<float>&);
template void require_weights(std::string_view, const Layers&, const Weights<double>&);

}  // namespace by_hand
