#include "apps/verify/by_tape/network.h"

#include <algorithm>
#include <utility>

#include "autograd/ops/arithmetic.h"
#include "autograd/ops/elementwise.h"
#include "autograd/ops/index.h"
#include "autograd/ops/linalg.h"
#include "autograd/ops/loss.h"
#include "autograd/ops/reduce.h"
#include "autograd/ops/shape.h"
#include "autograd/tape/tape.h"
#include "autograd/tensor/factories.h"
#include "nn/flat.h"

namespace by_tape {

using autograd::Dtype;
using autograd::Gradients;
using autograd::Index;
using autograd::Parameter;
using autograd::Tape;
using autograd::Tensor;

namespace {

nn::Sequential make(const Spec& spec) {
  autograd::Random random(0);  // the parameters are set before anything is asked
  nn::MlpOptions options;
  options.hidden = spec.hidden;
  options.output = spec.output;
  options.linear = {nn::constant(0), spec.biases, 0, spec.dtype};
  return nn::mlp(spec.widths, random, options);
}

Tensor vector(std::span<const double> numbers, Dtype dtype) {
  return to(Tensor::of(numbers, {static_cast<Index>(numbers.size())}), dtype);
}

Samples one(const Samples& samples, Index i) {
  return {slice(samples.x, 0, i, i + 1), samples.targets.rows(i, i + 1)};
}

}  // namespace

Samples samples(const Spec& spec, std::span<const double> x, std::span<const std::int64_t> labels) {
  const auto count = static_cast<Index>(labels.size());
  const Tensor classes = Tensor::of(labels, {count});
  const bool wants_labels = spec.loss == Loss::cross_entropy;
  return {reshape(vector(x, spec.dtype), {count, spec.widths.front()}),
          wants_labels ? classes : one_hot(classes, spec.widths.back(), spec.dtype)};
}

Network::Network(const Spec& spec) : spec_(spec), model_(make(spec)) {}

void Network::set(std::span<const double> flat) {
  nn::unpack(vector(flat, spec_.dtype), model_.parameters());
}

std::vector<double> Network::parameters() const { return to_vector(nn::pack(model_.parameters())); }

Tensor Network::loss_of(const Samples& samples) const {
  const Tensor y = model_(samples.x);
  switch (spec_.loss) {
    case Loss::cross_entropy:
      return cross_entropy(y, samples.targets);
    case Loss::log_probability:
      return mean(-sum(samples.targets * y, 1));
    case Loss::sum_squared_error:
      break;
  }
  return squared_error(y, samples.targets, autograd::Reduction::sum);
}

double Network::loss(const Samples& samples) const { return loss_of(samples).item(); }

LossAndGradient Network::gradient(const Samples& samples) const {
  const Tape tape;
  const Tensor loss = loss_of(samples);
  return {loss.item(), to_vector(nn::pack(tape.gradient(loss), model_.parameters()))};
}

LossAndGradient Network::gradient_one_by_one(const Samples& samples) const {
  Gradients total;
  double loss = 0;
  for (Index i = 0; i < samples.x.extent(0); ++i) {
    const Tape tape;
    const Tensor loss_here = loss_of(one(samples, i));
    loss += loss_here.item();
    total += tape.gradient(loss_here);
  }
  return {loss, to_vector(nn::pack(total, model_.parameters()))};
}

void Network::descend(std::span<const double> gradient, double step) {
  const Tensor p = nn::pack(model_.parameters());
  nn::unpack(p - step * vector(gradient, spec_.dtype), model_.parameters());
}

Network::Searched Network::line_search(const Samples& samples, const nn::Backtracking& rule) {
  const Tape tape;
  const Tensor here = loss_of(samples);
  const auto loss_there = [&] { return loss(samples); };
  return {here.item(),
          nn::descend(model_.parameters(), tape.gradient(here), here.item(), loss_there, rule)};
}

std::function<LossAndGradient(std::span<const double> flat)> gradient_of(const Spec& spec,
                                                                         const Samples& samples) {
  return [spec, samples](std::span<const double> flat) {
    Network network(spec);
    network.set(flat);
    return network.gradient(samples);
  };
}

LossAndGradient sum_of_squares(std::span<const double> x, Dtype dtype) {
  Tape tape;
  const Tensor v = tape.watch(vector(x, dtype));
  const Tensor y = sum(v * v + 2 * v);
  return {y.item(), to_vector(tape.gradient(y)[v])};
}

LossAndGradient linear_softmax(std::span<const double> W, std::span<const double> h,
                               std::size_t label, Dtype dtype) {
  const auto n = static_cast<Index>(h.size());
  Tape tape;
  const Tensor w = tape.watch(reshape(vector(W, dtype), {-1, n}));
  const Tensor p = softmax(matmul(w, vector(h, dtype)));
  const Tensor loss = -log(select(p, 0, static_cast<Index>(label)));
  return {loss.item(), to_vector(tape.gradient(loss)[w])};
}

}  // namespace by_tape
