#include "nn/layers/sequential.h"

#include "autograd/tensor/error.h"

namespace nn {

Tensor Sequential::operator()(const Tensor& x) const {
  Tensor y = x;
  for (const auto& module : modules_) y = (*module)(y);
  return y;
}

std::vector<NamedParameter> Sequential::named_parameters() const {
  std::vector<NamedParameter> all;
  for (std::size_t i = 0; i < modules_.size(); ++i) {
    for (NamedParameter& named : modules_[i]->named_parameters()) {
      all.push_back({std::to_string(i) + "." + named.name, std::move(named.parameter)});
    }
  }
  return all;
}

std::string Sequential::describe() const {
  std::string text;
  for (const auto& module : modules_) text += (text.empty() ? "" : " → ") + module->describe();
  return text;
}

Sequential mlp(const std::vector<autograd::Index>& widths, autograd::Random& random,
               const MlpOptions& options) {
  if (widths.size() < 2) {
    throw autograd::Error("mlp: expected at least two widths, inputs and outputs; got " +
                          std::to_string(widths.size()));
  }
  Sequential model;
  for (std::size_t i = 1; i < widths.size(); ++i) {
    const std::string& activation = i + 1 < widths.size() ? options.hidden : options.output;
    model.push_back(Linear(widths[i - 1], widths[i], random, options.linear));
    if (activation != "identity") model.push_back(Activation(activation));
  }
  return model;
}

}  // namespace nn
