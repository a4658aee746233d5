#include "bench/checker/unusual.h"

#include <cmath>
#include <string>
#include <vector>

#include "apps/verify/check/network_program.h"
#include "autograd/ops/activation.h"
#include "autograd/ops/arithmetic.h"
#include "autograd/ops/elementwise.h"
#include "autograd/ops/linalg.h"
#include "autograd/ops/loss.h"
#include "autograd/ops/normalisation.h"
#include "autograd/tensor/factories.h"
#include "autograd/tensor/random.h"
#include "autograd/witness/check.h"
#include "autograd/witness/flat.h"
#include "bench/checker/trials.h"

namespace bench {

namespace check = autograd::check;
using autograd::Dtype;
using autograd::Index;
using autograd::Random;
using autograd::Tensor;

namespace {

std::size_t place(Index i) { return static_cast<std::size_t>(i); }

// z = W1·x + b1,   y = gain ⊙ (z − mean)/√(variance + 1e-5) + shift,   p = softmax(W2·tanh(y) + b2)
struct LayerNorm {
  Index n, d, h, c;
  std::vector<double> x;
  std::vector<Index> labels;
  std::vector<Tensor> parameters;  // W1, b1, gain, shift, W2, b2

  LayerNorm(std::uint64_t seed, Dtype dtype) {
    Random random(seed, 77);
    n = 1 + random.below(12);
    d = 4 + random.below(30);
    h = 3 + random.below(22);
    c = 2 + random.below(9);
    const auto drawn = [&](const autograd::Shape& shape, double deviation, double mean) {
      return autograd::to(autograd::to(deviation * random.normal(shape) + mean, dtype),
                          autograd::f64);
    };
    x = autograd::to_vector(drawn({n, d}, 1, 0));
    for (Index i = 0; i < n; ++i) labels.push_back(random.below(c));
    const auto of = [](Index extent) { return 1.2 / std::sqrt(static_cast<double>(extent)); };
    parameters = {drawn({h, d}, of(d), 0), drawn({h}, 0.1, 0),      drawn({h}, 0.2, 1),
                  drawn({h}, 0.2, 0),      drawn({c, h}, of(h), 0), drawn({c}, 0.1, 0)};
  }

  Tensor loss(std::span<const Tensor> w) const {
    const Tensor data = Tensor::of(std::span<const double>(x), {n, d});
    const Tensor y = layer_norm(linear(data, w[0], w[1]), w[2], w[3]);
    return cross_entropy(linear(tanh(y), w[4], w[5]),
                         Tensor::of(std::span<const Index>(labels), {n}));
  }

  // Backpropagation by hand; the gradient of one sample is added to that of the others.
  template <class T>
  std::vector<double> gradient() const {
    std::vector<std::vector<T>> w, dw;
    for (const Tensor& p : parameters) {
      w.emplace_back();
      for (const double v : to_vector(p)) w.back().push_back(static_cast<T>(v));
      dw.emplace_back(w.back().size(), T(0));
    }
    for (Index i = 0; i < n; ++i) add_sample<T>(i, w, dw);
    std::vector<double> flat;
    for (const std::vector<T>& g : dw) flat.insert(flat.end(), g.begin(), g.end());
    return flat;
  }

  template <class T>
  void add_sample(Index i, const std::vector<std::vector<T>>& w,
                  std::vector<std::vector<T>>& dw) const {
    const std::size_t inputs = place(d), units = place(h), classes = place(c);
    std::vector<T> in(inputs), z(units), normal(units), a(units), p(classes);
    for (std::size_t j = 0; j < inputs; ++j) in[j] = static_cast<T>(x[place(i) * inputs + j]);
    T mean = 0, variance = 0;
    for (std::size_t k = 0; k < units; ++k) {
      z[k] = w[1][k];
      for (std::size_t j = 0; j < inputs; ++j) z[k] += w[0][k * inputs + j] * in[j];
      mean += z[k] / static_cast<T>(h);
    }
    for (const T v : z) variance += (v - mean) * (v - mean) / static_cast<T>(h);
    const T scale = 1 / std::sqrt(variance + static_cast<T>(1e-5));
    for (std::size_t k = 0; k < units; ++k) {
      normal[k] = (z[k] - mean) * scale;
      a[k] = std::tanh(w[2][k] * normal[k] + w[3][k]);
    }
    T total = 0;
    for (std::size_t k = 0; k < classes; ++k) {
      T logit = w[5][k];
      for (std::size_t j = 0; j < units; ++j) logit += w[4][k * units + j] * a[j];
      p[k] = std::exp(logit);
      total += p[k];
    }
    std::vector<T> da(units, T(0)), dn(units);
    for (std::size_t k = 0; k < classes; ++k) {
      const T hit = labels[place(i)] == static_cast<Index>(k) ? T(1) : T(0);
      const T dz = (p[k] / total - hit) / static_cast<T>(n);
      dw[5][k] += dz;
      for (std::size_t j = 0; j < units; ++j) {
        dw[4][k * units + j] += dz * a[j];
        da[j] += dz * w[4][k * units + j];
      }
    }
    T mean_dn = 0, mean_dn_normal = 0;
    for (std::size_t k = 0; k < units; ++k) {
      const T dy = da[k] * (1 - a[k] * a[k]);
      dw[2][k] += dy * normal[k];
      dw[3][k] += dy;
      dn[k] = dy * w[2][k];
      mean_dn += dn[k] / static_cast<T>(h);
      mean_dn_normal += dn[k] * normal[k] / static_cast<T>(h);
    }
    for (std::size_t k = 0; k < units; ++k) {
      const T dz = scale * (dn[k] - mean_dn - normal[k] * mean_dn_normal);
      dw[1][k] += dz;
      for (std::size_t j = 0; j < inputs; ++j) dw[0][k * inputs + j] += dz * in[j];
    }
  }
};

}  // namespace

check::Report judge_layer_norm(std::uint64_t seed, Dtype dtype) {
  const LayerNorm network(seed, dtype);
  check::Claim claim;
  const std::vector<std::string> names{"W1", "b1", "gain", "shift", "W2", "b2"};
  claim.blocks = check::blocks_of(network.parameters, names);
  claim.values = dtype == autograd::f32 ? network.gradient<float>() : network.gradient<double>();
  const check::TensorFunction f = [&](std::span<const Tensor> w) { return network.loss(w); };
  return check::check(f, network.parameters, claim, {.dtype = dtype});
}

check::Report judge_shifted_loss(std::uint64_t seed, Dtype dtype) {
  constexpr double shift = 1e5;
  const Fresh fresh = draw(Regime::nominal, seed, dtype);
  const verify::NetworkClaim by_hand = claim_of(fresh, "", dtype);
  const auto program = program_of(fresh.network, fresh.samples, fresh.point);
  const std::vector<Tensor> parameters = verify::tensors_of(fresh.network, fresh.point);
  const auto f = [&](std::span<const Tensor> w) { return program(w)[0] + shift; };
  check::Claim claim;
  claim.values = by_hand.gradient;
  std::vector<std::string> names;
  for (const verify::Array& a : arrays(fresh.network)) names.push_back(a.name);
  claim.blocks = check::blocks_of(parameters, names);
  if (seed % 2 == 0)
    return check::check(check::TensorFunction(f), parameters, claim, {.dtype = dtype});
  const check::Function black_box = [&](std::span<const double> flat) {
    return f(check::cut(flat, claim.blocks)).item();
  };
  return check::check(black_box, fresh.point, claim, {.dtype = dtype});
}

}  // namespace bench
