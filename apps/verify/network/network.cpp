#include "apps/verify/network/network.h"

namespace verify {

std::vector<Array> arrays(const Network& network) {
  std::vector<Array> all;
  std::size_t offset = 0;
  const auto add = [&](const char* letter, std::size_t layer, bool is_bias, std::size_t columns) {
    const std::string name = letter + std::to_string(layer + 1);
    all.push_back({name, layer, is_bias, network.widths[layer + 1], columns, offset});
    offset += all.back().size();
  };
  for (std::size_t layer = 0; layer < network.layers(); ++layer) {
    add("W", layer, false, network.widths[layer]);
    if (network.biases[layer]) add("b", layer, true, 1);
  }
  return all;
}

std::size_t parameters(const Network& network) {
  std::size_t count = 0;
  for (const Array& array : arrays(network)) count += array.size();
  return count;
}

std::string to_string(Activation activation) {
  switch (activation) {
    case Activation::identity:
      return "identity";
    case Activation::tanh:
      return "tanh";
    case Activation::sigmoid:
      return "sigmoid";
    case Activation::relu:
      return "relu";
    case Activation::leaky_relu:
      return "leaky-relu";
    case Activation::elu:
      return "elu";
    case Activation::softplus:
      return "softplus";
    case Activation::gelu:
      return "gelu";
    case Activation::silu:
      return "silu";
  }
  return "unknown";
}

std::string to_string(Output output) {
  switch (output) {
    case Output::identity:
      return "identity";
    case Output::softmax:
      return "softmax";
    case Output::log_softmax:
      return "log-softmax";
    case Output::tanh:
      return "tanh";
    case Output::sigmoid:
      return "sigmoid";
  }
  return "unknown";
}

std::string to_string(Loss loss) {
  switch (loss) {
    case Loss::cross_entropy:
      return "cross-entropy";
    case Loss::squared_error:
      return "squared-error";
    case Loss::sum_squared_error:
      return "sum-squared-error";
    case Loss::binary_cross_entropy:
      return "binary-cross-entropy";
  }
  return "unknown";
}

}  // namespace verify
