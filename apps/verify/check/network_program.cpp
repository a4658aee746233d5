#include "apps/verify/check/network_program.h"

#include <string>

#include "autograd/ops/activation.h"
#include "autograd/ops/arithmetic.h"
#include "autograd/ops/elementwise.h"
#include "autograd/ops/exponential.h"
#include "autograd/ops/linalg.h"
#include "autograd/ops/loss.h"
#include "autograd/ops/reduce.h"
#include "autograd/tensor/error.h"

namespace verify {

using autograd::Error;
using autograd::Index;
using autograd::Tensor;

namespace {

constexpr auto none = autograd::Reduction::none;

Tensor matrix(const std::vector<double>& numbers, std::size_t rows, std::size_t columns) {
  return Tensor::of(std::span<const double>(numbers),
                    {static_cast<Index>(rows), static_cast<Index>(columns)});
}

void require(const std::string& what, std::size_t got, std::size_t expected) {
  if (got == expected) return;
  throw Error("network: " + what + " holds " + std::to_string(got) + " numbers; expected " +
              std::to_string(expected));
}

void require_sizes(const Network& network, const Samples& samples, std::size_t point) {
  if (network.widths.size() < 2) throw Error("network: expected at least two widths");
  require("the list of hidden activations", network.hidden.size(), network.layers() - 1);
  require("the list of biases", network.biases.size(), network.layers());
  require("the point", point, parameters(network));
  require("x", samples.x.size(), samples.count * network.widths.front());
  require("the targets", samples.targets.size(), samples.count * network.widths.back());
  for (std::size_t l = 0; l < samples.masks.size(); ++l) {
    if (samples.masks[l].empty()) continue;
    require("mask " + std::to_string(l + 1), samples.masks[l].size(),
            samples.count * network.widths.at(l + 1));
  }
}

Tensor activate(Activation activation, const Tensor& z) {
  switch (activation) {
    case Activation::identity:
      return z;
    case Activation::tanh:
      return tanh(z);
    case Activation::sigmoid:
      return sigmoid(z);
    case Activation::relu:
      return relu(z);
    case Activation::leaky_relu:
      return leaky_relu(z, leaky_slope);
    case Activation::elu:
      return elu(z);
    case Activation::softplus:
      return softplus(z);
    case Activation::gelu:
      return gelu(z);
    case Activation::silu:
      return silu(z);
  }
  throw Error("network: unknown activation");
}

Tensor output_of(Output output, const Tensor& z) {
  switch (output) {
    case Output::identity:
      return z;
    case Output::softmax:
      return softmax(z);
    case Output::log_softmax:
      return log_softmax(z);
    case Output::tanh:
      return tanh(z);
    case Output::sigmoid:
      return sigmoid(z);
  }
  throw Error("network: unknown output");
}

// A loss that needs logarithms of outputs that are no probabilities.
[[noreturn]] void refuse(const Network& network, const std::string& instead) {
  throw Error("network: " + to_string(network.loss) + " needs probabilities, which the output " +
              to_string(network.output) + " does not give; expected the output " + instead);
}

Tensor cross_entropies(const Network& network, const Tensor& z, const Tensor& t) {
  switch (network.output) {
    case Output::softmax:
    case Output::log_softmax:
      return cross_entropy_with_probabilities(z, t, none);
    case Output::sigmoid:
      return sum(t * softplus(-z), 1);
    case Output::identity:
    case Output::tanh:
      break;
  }
  refuse(network, "softmax, log-softmax or sigmoid");
}

Tensor binary_cross_entropies(const Network& network, const Tensor& z, const Tensor& t) {
  switch (network.output) {
    case Output::sigmoid:
      return mean(bce_with_logits(z, t, none), 1);
    case Output::softmax:
      return mean(-(t * log_softmax(z)) - (1 - t) * log1p(-softmax(z)), 1);
    case Output::log_softmax:
    case Output::identity:
    case Output::tanh:
      break;
  }
  refuse(network, "sigmoid or softmax");
}

// The loss of each sample, [N].
Tensor losses(const Network& network, const Tensor& z, const Tensor& t) {
  switch (network.loss) {
    case Loss::cross_entropy:
      return cross_entropies(network, z, t);
    case Loss::binary_cross_entropy:
      return binary_cross_entropies(network, z, t);
    case Loss::squared_error:
      return mean(squared_error(output_of(network.output, z), t, none), 1);
    case Loss::sum_squared_error:
      return sum(squared_error(output_of(network.output, z), t, none), 1);
  }
  throw Error("network: unknown loss");
}

}  // namespace

std::vector<Tensor> tensors_of(const Network& network, std::span<const double> flat) {
  std::vector<Tensor> tensors;
  for (const Array& a : arrays(network)) {
    const auto numbers = flat.subspan(a.offset, a.size());
    const auto rows = static_cast<Index>(a.rows), columns = static_cast<Index>(a.columns);
    tensors.push_back(a.is_bias ? Tensor::of(numbers, {rows})
                                : Tensor::of(numbers, {rows, columns}));
  }
  return tensors;
}

autograd::Program program_of(const Network& network, const Samples& samples,
                             std::span<const double> point) {
  require_sizes(network, samples, point.size());
  const Tensor x = matrix(samples.x, samples.count, network.widths.front());
  const Tensor targets = matrix(samples.targets, samples.count, network.widths.back());
  const auto loss = [&](std::span<const Tensor> theta) {
    Tensor a = x, squares;
    std::size_t next = 0;
    for (std::size_t l = 0; l < network.layers(); ++l) {
      const Tensor& w = theta[next++];
      if (network.l2 != 0) {
        const Tensor here = sum(square(w));
        squares = l == 0 ? here : squares + here;
      }
      const Tensor z = network.biases[l] ? linear(a, w, theta[next++]) : linear(a, w);
      if (l + 1 == network.layers()) {
        a = z;
        break;
      }
      a = activate(network.hidden[l], z);
      if (l < samples.masks.size() && !samples.masks[l].empty()) {
        a = a * matrix(samples.masks[l], samples.count, network.widths[l + 1]);
      }
    }
    const Tensor each = losses(network, a, targets);
    Tensor data = network.average ? mean(each) : sum(each);
    if (network.scale != 1) data = network.scale * data;
    return std::vector{network.l2 == 0 ? data : data + (network.l2 / 2) * squares};
  };
  return autograd::Program::record(loss, tensors_of(network, point));
}

}  // namespace verify
