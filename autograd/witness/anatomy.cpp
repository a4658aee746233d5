#include <algorithm>
#include <array>
#include <string_view>

#include "autograd/tensor/factories.h"
#include "autograd/witness/flat.h"
#include "autograd/witness/mutants.h"

namespace autograd::check {
namespace {

template <std::size_t N>
bool is_one_of(const std::array<std::string_view, N>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

constexpr std::array<std::string_view, 15> activation_names{
    "tanh",      "sigmoid", "relu", "leaky_relu", "elu",         "selu", "softplus", "gelu",
    "gelu_tanh", "silu",    "mish", "hardtanh",   "log_sigmoid", "sin",  "erf"};

constexpr std::array<std::string_view, 5> output_names{"softmax", "log_softmax", "cross_entropy",
                                                       "cross_entropy_with_probabilities",
                                                       "bce_with_logits"};

}  // namespace

bool is_activation(std::string_view operation) { return is_one_of(activation_names, operation); }
bool is_output(std::string_view operation) { return is_one_of(output_names, operation); }

Anatomy::Anatomy(const Program& program, std::span<const Tensor> inputs)
    : program_(program),
      inputs_(inputs.begin(), inputs.end()),
      walk_(program, inputs),
      layers_(walk_.size(), 0) {
  for (std::size_t step = 0; step < walk_.size(); ++step) classify(step);
  find_samples();
}

void Anatomy::classify(std::size_t step) {
  const auto operands = walk_.operands(step);
  const std::string_view name = walk_.operation(step);
  if (name.empty() || !walk_.varies(step)) return;
  for (const std::uint32_t j : operands) layers_[step] = std::max(layers_[step], layers_[j]);
  if (name == "linear" || name == "matmul") {
    ++layers_[step];
    products_.push_back(step);
  } else if (layers_[step] == 0) {
    return;  // of the parameters alone, such as a penalty
  } else if (is_activation(name)) {
    activations_.push_back(step);
  } else if (is_output(name)) {
    outputs_.push_back(step);
  } else if (name == "multiply" && walk_.varies(operands[0]) != walk_.varies(operands[1])) {
    const std::size_t constant = walk_.varies(operands[0]) ? operands[1] : operands[0];
    const std::size_t other = walk_.varies(operands[0]) ? operands[0] : operands[1];
    const bool before_output = walk_.value(other).rank() >= 2;
    if (walk_.value(constant).size() > 1 && before_output) masks_.push_back(step);
  }
}

// From the loss down through sums, scalings and penalties to the first sum over rows that come from
// matrix products.
void Anatomy::find_samples() {
  std::size_t step = walk_.output(0);
  while (true) {
    const auto operands = walk_.operands(step);
    const auto next = std::find_if(operands.begin(), operands.end(), [&](std::uint32_t j) {
      return walk_.varies(j) && layers_[j] > 0;
    });
    if (next == operands.end()) return;
    if (walk_.value(step).size() == 1 && walk_.value(*next).rank() > 0) {
      samples_ = *next;
      batch_ = walk_.value(*next).extent(0);
      return;
    }
    if (walk_.value(step).size() != 1) return;
    step = *next;
  }
}

std::string Anatomy::describe(std::size_t step) const {
  const std::string of_layer = " of layer " + std::to_string(layer(step));
  const auto is_in = [&](const std::vector<std::size_t>& steps) {
    return std::find(steps.begin(), steps.end(), step) != steps.end();
  };
  if (is_in(products_)) return "the pre-activations" + of_layer;
  if (is_in(activations_)) return "the activations" + of_layer;
  if (is_in(masks_)) return "the masked activations" + of_layer;
  if (!walk_.varies(step)) return "the input";
  return "step " + std::to_string(step) + " (" + std::string(walk_.operation(step)) + ")";
}

std::vector<double> Anatomy::flat(const std::vector<Tensor>& adjoints) const {
  std::vector<Tensor> gradient;
  for (std::size_t k = 0; k < inputs_.size(); ++k) {
    const Tensor& dx = adjoints[walk_.input(k)];
    gradient.push_back(dx.defined() ? dx : zeros_like(inputs_[k]));
  }
  return flatten(gradient);
}

std::vector<double> Anatomy::gradient(const Walk::Pull& pull) const {
  return flat(walk_.pull(walk_.output(0), Tensor(1.0), pull));
}

std::vector<double> Anatomy::gradient_from(std::size_t step, const Tensor& dy) const {
  return flat(walk_.pull(step, dy));
}

std::vector<Mutant> mutants_of(const Anatomy& anatomy, std::span<const Block> blocks,
                               std::span<const double> claim) {
  std::vector<Mutant> mutants;
  add_slopes(anatomy, mutants);
  add_outputs(anatomy, mutants);
  add_masks(anatomy, mutants);
  add_weights(anatomy, blocks, claim, mutants);
  return mutants;
}

}  // namespace autograd::check
