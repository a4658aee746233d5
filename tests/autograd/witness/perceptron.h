#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "autograd/ops/activation.h"
#include "autograd/ops/arithmetic.h"
#include "autograd/ops/elementwise.h"
#include "autograd/ops/index.h"
#include "autograd/ops/linalg.h"
#include "autograd/ops/loss.h"
#include "autograd/ops/reduce.h"
#include "autograd/tape/tape.h"
#include "autograd/tensor/error.h"
#include "autograd/tensor/factories.h"
#include "autograd/tensor/random.h"
#include "autograd/witness/check.h"
#include "autograd/witness/flat.h"

namespace autograd::check {

/// A small network with a loss, recorded, and its right gradient, for tests to spoil.
struct Perceptron {
  using Activation = std::function<Tensor(const Tensor&)>;

  explicit Perceptron(
      Activation f = [](const Tensor& z) { return tanh(z); }, Index samples = 5, double l2 = 0)
      : activation(std::move(f)), penalty(l2) {
    autograd::Random random(7);
    x = random.normal({samples, 6});
    labels = random.integers({samples}, 0, 3);
    parameters = {random.normal({4, 6}, 0, 0.6), random.normal({4}, 0, 0.3),
                  random.normal({3, 4}, 0, 0.8), random.normal({3}, 0, 0.3)};
    program = Program::record([this](std::span<const Tensor> p) { return std::vector{loss(p)}; },
                              parameters);
    gradient = program->vjp(parameters, std::vector{Tensor(1.0)});
    claim = claim_of(parameters, names, gradient);
  }

  Tensor loss(std::span<const Tensor> p) const {
    const Tensor a = activation(linear(x, p[0], p[1]));
    const Tensor y = cross_entropy(linear(a, p[2], p[3]), labels);
    return penalty == 0 ? y : y + penalty / 2 * (sum(square(p[0])) + sum(square(p[2])));
  }

  Report check(const CheckOptions& options = {}) const {
    return check::check(*program, parameters, claim, options);
  }

  /// The claim's entries of one parameter.
  std::span<double> block(std::size_t k) {
    const Block& b = claim.blocks[k];
    return std::span(claim.values)
        .subspan(static_cast<std::size_t>(b.offset), static_cast<std::size_t>(b.count()));
  }

  Activation activation;
  double penalty;
  Tensor x, labels;
  std::vector<std::string> names{"W1", "b1", "W2", "b2"};
  std::vector<Tensor> parameters;
  std::optional<Program> program;
  std::vector<Tensor> gradient;
  Claim claim;
};

}  // namespace autograd::check
