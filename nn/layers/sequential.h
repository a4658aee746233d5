#pragma once

#include <concepts>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "autograd/tensor/random.h"
#include "nn/layers/activation.h"
#include "nn/layers/linear.h"
#include "nn/module.h"

namespace nn {

/// Modules one after another: `Sequential(Linear(784, 40, random), Activation("relu"), …)`. The
/// parameters of the i-th are named "i.…".
class Sequential final : public Module {
 public:
  Sequential() = default;
  template <std::derived_from<Module>... M>
  requires(sizeof...(M) > 0 && !(sizeof...(M) == 1 && (std::same_as<M, Sequential> &&
                                                       ...))) explicit Sequential(M... modules) {
    (push_back(std::move(modules)), ...);
  }

  template <std::derived_from<Module> M>
  void push_back(M module) {
    modules_.push_back(std::make_shared<const M>(std::move(module)));
  }

  Tensor operator()(const Tensor& x) const override;
  std::vector<NamedParameter> named_parameters() const override;
  std::string describe() const override;

  std::size_t size() const { return modules_.size(); }
  const Module& operator[](std::size_t i) const { return *modules_.at(i); }

 private:
  std::vector<std::shared_ptr<const Module>> modules_;
};

/// How a multilayer perceptron is made.
struct MlpOptions {
  std::string hidden = "relu";      ///< the activation of all layers but the last
  std::string output = "identity";  ///< that of the last one; logits by default
  Linear::Options linear;           ///< of every layer
};

/// A multilayer perceptron of the given widths, inputs first: {784, 40, 10}. Throws autograd::Error
/// for fewer than two widths.
Sequential mlp(const std::vector<autograd::Index>& widths, autograd::Random& random,
               const MlpOptions& options = {});

}  // namespace nn
