#include "apps/verify/studies/problem.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "autograd/tensor/shape.h"

namespace verify {

using autograd::Dtype;
using autograd::Index;

std::vector<double> rounded(std::vector<double> numbers, Dtype dtype) {
  if (dtype == Dtype::f32) {
    for (double& v : numbers) v = static_cast<double>(static_cast<float>(v));
  }
  return numbers;
}

Problem first_samples(const Problem& problem, std::size_t count) {
  const std::size_t n = std::min(count, problem.labels.size());
  const auto x = problem.x.begin();
  const auto labels = problem.labels.begin();
  return {problem.layers,
          problem.dtype,
          {x, x + static_cast<std::ptrdiff_t>(n * problem.layers.d)},
          {labels, labels + static_cast<std::ptrdiff_t>(n)}};
}

by_differences::PlainLoss plain_loss(const Problem& problem, by_differences::LossSpec spec) {
  const auto [d, h, c] = problem.layers;
  spec.layers = {static_cast<Index>(d), static_cast<Index>(h), static_cast<Index>(c)};
  spec.samples = problem.x;
  spec.targets.assign(problem.labels.size() * c, 0);
  for (std::size_t i = 0; i < problem.labels.size(); ++i) {
    spec.targets.at(i * c + static_cast<std::size_t>(problem.labels[i])) = 1;
  }
  return by_differences::PlainLoss(std::move(spec));
}

autograd::check::KnownSizes known_sizes(const Problem& problem) {
  return {static_cast<Index>(problem.labels.size()),
          {{"the width of the hidden layer", static_cast<Index>(problem.layers.h)},
           {"the number of classes", static_cast<Index>(problem.layers.c)}}};
}

std::vector<double> term_sizes(const Problem& problem, std::span<const double> point,
                               by_differences::Reduction reduction, const JudgesOf& judges_of) {
  const auto N = problem.labels.size();
  const auto d = static_cast<std::ptrdiff_t>(problem.layers.d);
  const double weight =
      reduction == by_differences::Reduction::mean ? 1 / static_cast<double>(N) : 1;
  const std::vector<double> here(point.begin(), point.end());
  std::vector<double> slack = here;  // no unit of the first layer is saturated
  std::fill_n(slack.begin(), problem.layers.h * problem.layers.d, 0.0);
  std::vector<double> sizes(point.size(), 0);
  for (std::size_t n = 0; n < N; ++n) {
    const auto x = problem.x.begin() + static_cast<std::ptrdiff_t>(n) * d;
    const auto classes = static_cast<std::int64_t>(problem.layers.c);
    std::vector<double> largest(point.size(), 0);
    for (const std::int64_t label : {problem.labels[n], (problem.labels[n] + 1) % classes}) {
      const auto judge = judges_of({problem.layers, autograd::f64, {x, x + d}, {label}}).front();
      for (const std::span<const double> at :
           {std::span<const double>(here), std::span<const double>(slack)}) {
        const std::vector<double> gradient = judge.at(at).gradient;
        for (std::size_t i = 0; i < largest.size(); ++i) {
          largest[i] = std::max(largest[i], std::abs(gradient[i]));
        }
      }
    }
    for (std::size_t i = 0; i < sizes.size(); ++i) sizes[i] += weight * largest[i];
  }
  return sizes;
}

namespace {

Activation activation_of(by_differences::Activation activation) {
  switch (activation) {
    case by_differences::Activation::tanh:
      return Activation::tanh;
    case by_differences::Activation::relu:
      return Activation::relu;
    case by_differences::Activation::sigmoid:
      return Activation::sigmoid;
    case by_differences::Activation::identity:
      break;
  }
  return Activation::identity;
}

}  // namespace

NetworkClaim subject_of(const by_differences::LossSpec& spec, std::span<const double> point,
                        Dtype dtype) {
  NetworkClaim subject;
  Network& network = subject.network;
  for (const std::int64_t width : spec.layers) {
    network.widths.push_back(static_cast<std::size_t>(width));
  }
  network.hidden.assign(network.layers() - 1, activation_of(spec.hidden));
  network.biases.assign(network.layers(), spec.biases);
  if (spec.loss == by_differences::LossKind::sum_squared_error) {
    network.loss = Loss::sum_squared_error;
    network.output =
        spec.output == by_differences::Activation::tanh ? Output::tanh : Output::identity;
  }
  network.average = spec.reduction == by_differences::Reduction::mean;
  subject.samples.x = spec.samples;
  subject.samples.targets = spec.targets;
  subject.samples.count = spec.targets.size() / network.widths.back();
  subject.point.assign(point.begin(), point.end());
  subject.dtype = dtype;
  return subject;
}

Comparison compare_at(const std::string& what, const Problem& problem,
                      const by_differences::PlainLoss& loss, std::span<const double> point,
                      const JudgesOf& judges_of) {
  const Question question{what, problem.dtype, loss.blocks(), known_sizes(problem), [&] {
                            return term_sizes(problem, point, loss.spec().reduction, judges_of);
                          }};
  const std::vector<Judge> judges = judges_of(problem);
  Comparison comparison = compare_claims(question, loss.at(point), judges);
  check_exactly(comparison, subject_of(loss.spec(), point, problem.dtype), judges);
  return comparison;
}

std::string to_string(const by_hand::Layers& layers) {
  return std::to_string(layers.d) + "-" + std::to_string(layers.h) + "-" + std::to_string(layers.c);
}

std::string precision(Dtype dtype) { return dtype == Dtype::f32 ? "float32" : "float64"; }

}  // namespace verify
