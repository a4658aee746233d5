#include "apps/verify/studies/flat_vector.h"

#include <cmath>

#include "apps/data/embedded.h"
#include "apps/verify/by_differences/loss.h"
#include "autograd/check/differences.h"
#include "autograd/tensor/factories.h"
#include "autograd/tensor/random.h"
#include "nn/data/idx.h"

namespace verify {
namespace {

using autograd::Index;

constexpr by_hand::Layers layers{784, 40, 10};
constexpr std::size_t batch = 5;

struct Samples {
  std::vector<double> x;  // (N, d), scaled to [0, 1]
  std::vector<std::int64_t> labels;
};

// Five different training images.
Samples draw_samples(autograd::Random random) {
  const std::string set = "fashion-mnist/train-";
  const auto parse = [&](const std::string& name, int rank) {
    return nn::parse_idx(apps::embedded(set + name), set + name, rank);
  };
  const nn::Idx images = parse("images-idx3-ubyte.gz", 3);
  const nn::Idx labels = parse("labels-idx1-ubyte.gz", 1);
  const auto order = random.permutation(images.shape[0]);
  Samples samples;
  for (std::size_t i = 0; i < batch; ++i) {
    const auto at = static_cast<std::size_t>(order[i]);
    for (std::size_t j = 0; j < layers.d; ++j) {
      samples.x.push_back(images.bytes.at(at * layers.d + j) / 255.0);
    }
    samples.labels.push_back(labels.bytes.at(at));
  }
  return samples;
}

// W uniform in (−1, 1)/√fan_in, b = 0.01, packed.
std::vector<double> draw_parameters(autograd::Random random) {
  const auto weights = [&](std::size_t out, std::size_t in) {
    const double limit = 1 / std::sqrt(static_cast<double>(in));
    return to_vector(random.uniform({static_cast<Index>(out * in)}, -limit, limit));
  };
  const std::vector<double> W1 = weights(layers.h, layers.d);
  const std::vector<double> W2 = weights(layers.c, layers.h);
  const std::vector<double> b1(layers.h, 0.01);
  const std::vector<double> b2(layers.c, 0.01);
  return by_hand::pack<double>({W1, b1, W2, b2});
}

by_differences::PlainLoss plain_loss(const Samples& samples) {
  by_differences::LossSpec spec;
  spec.layers = {static_cast<Index>(layers.d), static_cast<Index>(layers.h),
                 static_cast<Index>(layers.c)};
  spec.hidden = by_differences::Activation::relu;
  spec.samples = samples.x;
  spec.targets.assign(batch * layers.c, 0);
  for (std::size_t i = 0; i < batch; ++i) {
    spec.targets[i * layers.c + static_cast<std::size_t>(samples.labels[i])] = 1;
  }
  return by_differences::PlainLoss(spec);
}

}  // namespace

FlatVector flat_vector(by_hand::Variant variant, std::uint64_t seed) {
  const autograd::Random random(seed);
  const Samples samples = draw_samples(random.split(1));
  const std::vector<double> point = draw_parameters(random.split(2));
  const auto gradient = [&](std::span<const double> flat) {
    return by_hand::flat_vector<double>(layers, flat, samples.x, samples.labels, variant).gradient;
  };
  const by_differences::PlainLoss loss = plain_loss(samples);

  FlatVector study;
  const std::vector<double> claimed = gradient(point);
  const auto differences = autograd::check::forward_differences(loss.at(point), 1e-8);
  double squares = 0;
  for (std::size_t i = 0; i < claimed.size(); ++i) {
    squares += (claimed[i] - differences[i]) * (claimed[i] - differences[i]);
  }
  study.score = std::sqrt(squares);
  study.report = autograd::check::compare(loss.at(point), {loss.blocks(), claimed, {}, gradient});
  study.diagnoses = autograd::check::diagnose(
      study.report, {batch,
                     {{"the width of the hidden layer", static_cast<Index>(layers.h)},
                      {"the number of classes", static_cast<Index>(layers.c)}}});
  return study;
}

}  // namespace verify
