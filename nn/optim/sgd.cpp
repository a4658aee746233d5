#include "nn/optim/sgd.h"

#include <string>
#include <utility>

#include "autograd/ops/arithmetic.h"
#include "autograd/ops/elementwise.h"
#include "autograd/tensor/error.h"
#include "autograd/tensor/factories.h"

namespace nn {

using autograd::Error;
using autograd::Parameter;
using autograd::Tensor;

Sgd::Sgd(std::vector<Parameter> parameters, const Options& options)
    : parameters_(std::move(parameters)), velocities_(parameters_.size()), options_(options) {
  if (!(options.learning_rate > 0) || !(options.momentum >= 0 && options.momentum < 1) ||
      !(options.l2 >= 0)) {
    throw Error("Sgd: expected learning_rate > 0, 0 <= momentum < 1 and l2 >= 0; got " +
                std::to_string(options.learning_rate) + ", " + std::to_string(options.momentum) +
                " and " + std::to_string(options.l2));
  }
}

void Sgd::step(const autograd::Gradients& gradients) {
  for (const Parameter& p : parameters_) {
    if (!autograd::is_finite(gradients[p])) {
      throw Error("Sgd: the derivative by " + p.name() + " " + to_string(p.shape()) +
                  " holds NaN or infinity; no step was taken");
    }
  }
  for (std::size_t i = 0; i < parameters_.size(); ++i) {
    Parameter& p = parameters_[i];
    Tensor g = detach(gradients[p]);
    if (options_.l2 > 0) g = g + options_.l2 * p.value();
    if (options_.momentum > 0) {
      Tensor& v = velocities_[i];
      v = v.defined() ? options_.momentum * v + g : g;
      g = v;
    }
    p.set(p.value() - options_.learning_rate * g);
  }
}

}  // namespace nn
