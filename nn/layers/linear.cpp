#include "nn/layers/linear.h"

#include "autograd/ops/linalg.h"
#include "autograd/tensor/error.h"
#include "autograd/tensor/factories.h"

namespace nn {

using autograd::Index;

namespace {

Tensor draw(Index in, Index out, autograd::Random& random, const Linear::Options& options) {
  if (in < 1 || out < 1) {
    throw autograd::Error("Linear: expected at least one input and one output; got " +
                          std::to_string(in) + " and " + std::to_string(out));
  }
  return options.weights(random, out, in, options.dtype);
}

}  // namespace

Linear::Linear(Index in, Index out, autograd::Random& random)
    : Linear(in, out, random, Options{}) {}

Linear::Linear(Index in, Index out, autograd::Random& random, const Options& options)
    : w_("w", draw(in, out, random, options)) {
  if (options.bias) b_.emplace("b", autograd::full({out}, options.bias_value, options.dtype));
}

Tensor Linear::operator()(const Tensor& x) const {
  return b_ ? autograd::linear(x, w_, *b_) : autograd::linear(x, w_);
}

std::vector<NamedParameter> Linear::named_parameters() const {
  std::vector<NamedParameter> named{{"w", w_}};
  if (b_) named.push_back({"b", *b_});
  return named;
}

std::string Linear::describe() const {
  return "Linear(" + std::to_string(w_.shape()[1]) + ", " + std::to_string(w_.shape()[0]) +
         (b_ ? ")" : ", no bias)");
}

}  // namespace nn
