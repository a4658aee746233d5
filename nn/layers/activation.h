#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "nn/module.h"

namespace nn {

/// A function without parameters as a module: `Activation("tanh")`, or any function of tensors
/// under a name of one's own.
class Activation final : public Module {
 public:
  using Function = Tensor (*)(const Tensor&);

  /// One of names(). Throws autograd::Error for any other, with the names there are.
  explicit Activation(std::string_view name);
  Activation(std::string name, Function function) : name_(std::move(name)), function_(function) {}

  Tensor operator()(const Tensor& x) const override { return function_(x); }
  std::string describe() const override { return name_; }

  /// "identity", "log-softmax", "relu", …
  static std::vector<std::string> names();

 private:
  std::string name_;
  Function function_;
};

}  // namespace nn
