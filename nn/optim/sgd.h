#pragma once

#include <vector>

#include "autograd/tape/gradients.h"
#include "autograd/tape/parameter.h"

namespace nn {

/// Stochastic gradient descent: g ← g + l2·p,  v ← momentum·v + g,  p ← p − learning_rate·v.
class Sgd {
 public:
  struct Options {
    double learning_rate = 0.01;
    double momentum = 0;
    double l2 = 0;  ///< the gradient of l2/2·‖p‖² is added
  };

  /// Throws autograd::Error unless 0 < learning_rate, 0 ≤ momentum < 1 and 0 ≤ l2.
  Sgd(std::vector<autograd::Parameter> parameters, const Options& options);

  /// Replaces every parameter by the next one. Throws, and changes nothing, when a derivative is
  /// NaN or infinite.
  void step(const autograd::Gradients& gradients);

  const Options& options() const { return options_; }

 private:
  void step_aside(const autograd::Gradients& gradients);
  autograd::Tensor derivative(const autograd::Parameter& p,
                              const autograd::Gradients& gradients) const;

  std::vector<autograd::Parameter> parameters_;
  std::vector<autograd::Tensor> velocities_;  // undefined before the first step
  std::vector<autograd::Tensor> next_;        // undefined between two steps
  Options options_;
  autograd::Index numbers_ = 0;  // in all parameters
};

}  // namespace nn
