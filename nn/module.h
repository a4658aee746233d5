#pragma once

#include <string>
#include <vector>

#include "autograd/tape/parameter.h"
#include "autograd/tensor/tensor.h"

/// What networks are made of.
///
/// A module is a function of a tensor that owns parameters. Called under a tape it is recorded,
/// called without one it is inference; it has no mode and no hidden state.
///
///     Random random(1);
///     nn::Sequential model = nn::mlp({784, 40, 10}, random);
///     nn::Sgd sgd(model.parameters(), {.learning_rate = 0.1});
///     for (...) {
///       Tape tape;
///       sgd.step(std::move(tape).gradient(cross_entropy(model(x), labels)));
///     }
namespace nn {

using autograd::Parameter;
using autograd::Tensor;

/// A parameter and the path to it, such as "0.w".
struct NamedParameter {
  std::string name;
  Parameter parameter;
};

class Module {
 public:
  virtual ~Module() = default;

  /// The module's value at x.
  virtual Tensor operator()(const Tensor& x) const = 0;

  /// Its parameters under their names, always in the same order. None unless overridden.
  virtual std::vector<NamedParameter> named_parameters() const { return {}; }

  /// One line for a person: "Linear(784, 40)".
  virtual std::string describe() const = 0;

  /// The parameters alone, in the same order.
  std::vector<Parameter> parameters() const;

  /// How many numbers the parameters hold.
  autograd::Index parameter_count() const;
};

}  // namespace nn
