#include "nn/layers/activation.h"

#include <algorithm>
#include <array>

#include "autograd/ops/elementwise.h"
#include "autograd/ops/loss.h"
#include "autograd/tensor/error.h"

namespace nn {
namespace {

struct Known {
  std::string_view name;
  Activation::Function function;
};

constexpr std::array known{
    Known{"identity", [](const Tensor& x) { return x; }},
    Known{"log-softmax", [](const Tensor& x) { return autograd::log_softmax(x); }},
    Known{"relu", &autograd::relu},
    Known{"sigmoid", &autograd::sigmoid},
    Known{"softmax", [](const Tensor& x) { return autograd::softmax(x); }},
    Known{"tanh", &autograd::tanh},
};

Activation::Function find(std::string_view name) {
  const auto* found =
      std::find_if(known.begin(), known.end(), [&](const Known& k) { return k.name == name; });
  if (found != known.end()) return found->function;
  std::string names;
  for (const Known& k : known) names += (names.empty() ? "" : ", ") + std::string(k.name);
  throw autograd::Error("Activation: there is no '" + std::string(name) + "'; expected one of " +
                        names);
}

}  // namespace

Activation::Activation(std::string_view name) : name_(name), function_(find(name)) {}

std::vector<std::string> Activation::names() {
  std::vector<std::string> names;
  names.reserve(known.size());
  for (const Known& k : known) names.emplace_back(k.name);
  return names;
}

}  // namespace nn
