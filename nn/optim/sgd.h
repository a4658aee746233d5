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
  void descend(std::size_t i, const autograd::Gradients& gradients);
  void gather_speed(std::size_t i, const autograd::Gradients& gradients);
  const autograd::Factors* factors_of(const autograd::Parameter& p,
                                      const autograd::Gradients& gradients) const;
  autograd::Tensor derivative(const autograd::Parameter& p,
                              const autograd::Gradients& gradients) const;

  std::vector<autograd::Parameter> parameters_;
  std::vector<autograd::Tensor> velocities_;  // undefined before the first step
  Options options_;
};

}  // namespace nn
