#include "bench/checker/fresh.h"

#include <array>
#include <cmath>

#include "apps/verify/by_hand/mlp_forward.h"
#include "autograd/tensor/random.h"

namespace bench {

using autograd::Random;
using verify::Activation;
using verify::Loss;
using verify::Network;
using verify::Output;
using verify::Samples;

namespace {

constexpr std::array all{Regime::nominal,      Regime::near_kinks,  Regime::exact_kinks,
                         Regime::tiny_weights, Regime::large_loss,  Regime::raw_pixels,
                         Regime::small_loss,   Regime::smaller_loss};

std::size_t between(Random& random, autograd::Index low, autograd::Index high) {
  return static_cast<std::size_t>(low + random.below(high - low + 1));
}

struct Head {
  Output output;
  Loss loss;
};

Head draw_head(Random& random) {
  constexpr std::array heads{Head{Output::softmax, Loss::cross_entropy},
                             Head{Output::softmax, Loss::cross_entropy},
                             Head{Output::softmax, Loss::cross_entropy},
                             Head{Output::log_softmax, Loss::cross_entropy},
                             Head{Output::identity, Loss::squared_error},
                             Head{Output::identity, Loss::sum_squared_error},
                             Head{Output::tanh, Loss::sum_squared_error},
                             Head{Output::sigmoid, Loss::binary_cross_entropy},
                             Head{Output::sigmoid, Loss::squared_error},
                             Head{Output::softmax, Loss::squared_error}};
  return heads[static_cast<std::size_t>(random.below(std::ssize(heads)))];
}

bool wants_relu(Regime regime) {
  return regime == Regime::near_kinks || regime == Regime::exact_kinks;
}

Network draw_network(Regime regime, Random& random) {
  constexpr std::array activations{Activation::tanh,       Activation::relu, Activation::sigmoid,
                                   Activation::gelu,       Activation::tanh, Activation::relu,
                                   Activation::leaky_relu, Activation::elu,  Activation::softplus,
                                   Activation::silu};
  Network network;
  network.widths.push_back(between(random, 4, 40));
  const std::size_t hidden = between(random, 1, 3);
  const auto activation =
      wants_relu(regime)
          ? Activation::relu
          : activations[static_cast<std::size_t>(random.below(std::ssize(activations)))];
  for (std::size_t l = 0; l < hidden; ++l) {
    network.widths.push_back(between(random, 3, 24));
    network.hidden.push_back(activation);
  }
  network.widths.push_back(between(random, 2, 10));
  const Head head = draw_head(random);
  network.output = head.output;
  network.loss = head.loss;
  network.average = random.uniform() < 0.75;
  network.biases.assign(network.layers(), regime == Regime::exact_kinks || random.uniform() < 0.9);
  if (random.uniform() < 0.4) network.l2 = 0.001 * (1 + random.uniform());
  if (regime == Regime::small_loss) network.scale = 1e-6;
  if (regime == Regime::smaller_loss) network.scale = 1e-4;
  if (regime == Regime::large_loss) network.scale = 1e6;
  if (network.scale != 1) network.l2 *= network.scale;
  return network;
}

Samples draw_samples(Regime regime, const Network& network, Random& random) {
  Samples samples;
  samples.count = between(random, 1, 12);
  const std::size_t d = network.widths.front(), c = network.widths.back();
  for (std::size_t i = 0; i < samples.count * d; ++i) {
    const bool blank = regime == Regime::exact_kinks && (i / d) % 3 == 0;
    const double pixel = std::floor(256 * random.uniform());
    samples.x.push_back(blank ? 0 : regime == Regime::raw_pixels ? pixel : random.normal());
  }
  samples.targets.assign(samples.count * c, 0);
  const bool classes = network.loss == Loss::cross_entropy ||
                       network.loss == Loss::binary_cross_entropy || random.uniform() < 0.5;
  for (std::size_t n = 0; n < samples.count; ++n) {
    if (classes) {
      samples.labels.push_back(random.below(static_cast<autograd::Index>(c)));
      samples.targets[n * c + static_cast<std::size_t>(samples.labels.back())] = 1;
    } else {
      for (std::size_t k = 0; k < c; ++k) samples.targets[n * c + k] = random.normal();
    }
  }
  if (random.uniform() < 0.3) {
    const double keep = random.uniform() < 0.5 ? 0.5 : 0.8;
    for (std::size_t l = 1; l + 1 < network.widths.size(); ++l) {
      std::vector<double> mask(samples.count * network.widths[l]);
      for (double& m : mask) m = random.uniform() < keep ? 1 / keep : 0;
      samples.masks.push_back(std::move(mask));
    }
  }
  return samples;
}

std::vector<double> draw_point(Regime regime, const Network& network, Random& random) {
  std::vector<double> point;
  for (const verify::Array& a : arrays(network)) {
    double deviation = 1.2 / std::sqrt(static_cast<double>(a.columns));
    if (a.is_bias) deviation = regime == Regime::exact_kinks ? 0 : 0.1;
    if (regime == Regime::raw_pixels && a.layer == 0) deviation /= 128;
    if (regime == Regime::tiny_weights) deviation = 1e-6;
    for (std::size_t i = 0; i < a.size(); ++i) point.push_back(deviation * random.normal());
  }
  return point;
}

// Moves the biases of the first layer so that one unit of every sample's lies near its kink.
void bring_near_kinks(Fresh& fresh, Random& random) {
  const std::vector<verify::Array> blocks = arrays(fresh.network);
  if (!fresh.network.biases[0]) return;
  const auto pass = by_hand::forward<double>(fresh.network, fresh.samples, fresh.point);
  const std::size_t h = fresh.network.widths[1];
  for (std::size_t unit = 0; unit < h; ++unit) {
    const std::size_t n = unit % fresh.samples.count;
    const double distance = std::pow(10.0, -8 + 5 * random.uniform());
    const double sign = random.uniform() < 0.5 ? -1 : 1;
    fresh.point[blocks[1].offset + unit] += sign * distance - pass.z[0][n * h + unit];
  }
}

void round_to_float(std::vector<double>& numbers) {
  for (double& x : numbers) x = static_cast<double>(static_cast<float>(x));
}

}  // namespace

std::span<const Regime> regimes() { return all; }

std::string to_string(Regime regime) {
  switch (regime) {
    case Regime::nominal:
      return "nominal";
    case Regime::near_kinks:
      return "near kinks";
    case Regime::exact_kinks:
      return "exact kinks";
    case Regime::tiny_weights:
      return "weights of 1e-6";
    case Regime::large_loss:
      return "loss around 1e6";
    case Regime::raw_pixels:
      return "inputs 0 to 255";
    case Regime::small_loss:
      return "loss times 1e-6";
    case Regime::smaller_loss:
      return "loss times 1e-4";
  }
  return "unknown";
}

Fresh draw(Regime regime, std::uint64_t seed, autograd::Dtype dtype) {
  Random random(seed, static_cast<std::uint64_t>(regime));
  Fresh fresh;
  fresh.regime = regime;
  fresh.network = draw_network(regime, random);
  fresh.samples = draw_samples(regime, fresh.network, random);
  fresh.point = draw_point(regime, fresh.network, random);
  if (regime == Regime::near_kinks) bring_near_kinks(fresh, random);
  if (dtype == autograd::f32) {
    round_to_float(fresh.samples.x);
    round_to_float(fresh.samples.targets);
    round_to_float(fresh.point);
    for (std::vector<double>& mask : fresh.samples.masks) round_to_float(mask);
    fresh.network.l2 = static_cast<double>(static_cast<float>(fresh.network.l2));
    fresh.network.scale = static_cast<double>(static_cast<float>(fresh.network.scale));
  }
  return fresh;
}

}  // namespace bench
