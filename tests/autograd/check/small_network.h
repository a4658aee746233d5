#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <span>
#include <vector>

#include "autograd/check/probe.h"
#include "autograd/check/random.h"

namespace autograd::check {

/// A d–h–c network with biases, softmax cross-entropy averaged over n samples, and its gradient by
/// hand: what the checker's tests know the right answer of. loss = scale · mean ℓ + offset.
struct SmallNetwork {
  std::size_t n = 3, d = 4, h = 5, c = 3;
  bool relu = false;
  double scale = 1, offset = 0;
  std::vector<double> x;            // n × d
  std::vector<std::size_t> labels;  // n

  SmallNetwork(std::uint64_t seed, bool use_relu, double input_size = 1) : relu(use_relu) {
    Random random(seed);
    for (std::size_t i = 0; i < n * d; ++i) x.push_back(input_size * (2 * random.uniform() - 1));
    for (std::size_t i = 0; i < n; ++i) {
      labels.push_back(static_cast<std::size_t>(random.below(static_cast<std::int64_t>(c))));
    }
  }

  std::vector<Block> blocks() const {
    const auto i = [](std::size_t v) { return static_cast<std::int64_t>(v); };
    return {{"W1", {i(h), i(d)}, 0},
            {"b1", {i(h)}, i(h * d)},
            {"W2", {i(c), i(h)}, i(h * d + h)},
            {"b2", {i(c)}, i(h * d + h + c * h)}};
  }

  std::size_t size() const { return h * d + h + c * h + c; }

  std::vector<double> random_point(std::uint64_t seed, double size_of = 0.7) const {
    Random random(seed);
    std::vector<double> p(size());
    for (double& v : p) v = size_of * (2 * random.uniform() - 1);
    return p;
  }

  struct Forward {
    std::vector<double> z1, a1, probability;
    double loss = 0;
  };

  Forward forward(std::span<const double> p, std::size_t s) const {
    Forward f;
    const double *w1 = p.data(), *b1 = w1 + h * d, *w2 = b1 + h, *b2 = w2 + c * h;
    for (std::size_t j = 0; j < h; ++j) {
      double z = b1[j];
      for (std::size_t i = 0; i < d; ++i) z += w1[j * d + i] * x[s * d + i];
      f.z1.push_back(z);
      f.a1.push_back(relu ? (z > 0 ? z : 0) : std::tanh(z));
    }
    std::vector<double> o;
    double largest = -INFINITY;
    for (std::size_t k = 0; k < c; ++k) {
      double z = b2[k];
      for (std::size_t j = 0; j < h; ++j) z += w2[k * h + j] * f.a1[j];
      o.push_back(z);
      largest = std::max(largest, z);
    }
    double sum = 0;
    for (const double z : o) sum += std::exp(z - largest);
    for (const double z : o) f.probability.push_back(std::exp(z - largest) / sum);
    f.loss = largest + std::log(sum) - o[labels[s]];
    return f;
  }

  double operator()(std::span<const double> p) const {
    double sum = 0;
    for (std::size_t s = 0; s < n; ++s) sum += forward(p, s).loss;
    return scale * sum / static_cast<double>(n) + offset;
  }

  std::vector<double> gradient(std::span<const double> p) const {
    std::vector<double> g(size(), 0.0);
    double *w1 = g.data(), *b1 = w1 + h * d, *w2 = b1 + h, *b2 = w2 + c * h;
    for (std::size_t s = 0; s < n; ++s) {
      const Forward f = forward(p, s);
      for (std::size_t k = 0; k < c; ++k) {
        const double delta =
            scale * (f.probability[k] - (labels[s] == k ? 1 : 0)) / static_cast<double>(n);
        b2[k] += delta;
        for (std::size_t j = 0; j < h; ++j) w2[k * h + j] += delta * f.a1[j];
      }
      for (std::size_t j = 0; j < h; ++j) {
        double back = 0;
        for (std::size_t k = 0; k < c; ++k) {
          back += p[h * d + h + k * h + j] * scale * (f.probability[k] - (labels[s] == k ? 1 : 0)) /
                  static_cast<double>(n);
        }
        back *= relu ? (f.z1[j] > 0 ? 1 : 0) : 1 - f.a1[j] * f.a1[j];
        b1[j] += back;
        for (std::size_t i = 0; i < d; ++i) w1[j * d + i] += back * x[s * d + i];
      }
    }
    return g;
  }
};

}  // namespace autograd::check
