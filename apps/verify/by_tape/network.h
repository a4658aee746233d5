#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "autograd/tensor/tensor.h"
#include "nn/layers/sequential.h"
#include "nn/optim/line_search.h"

/// The five studies' networks on the library: the derivatives are the tape's, none is written here.
namespace by_tape {

enum class Loss {
  cross_entropy,  ///< −log softmax(output)[label], the mean over the samples
  log_probability,  ///< −Σ target·output for outputs that are logarithms, the mean over the samples
  sum_squared_error,  ///< Σ (output − target)², the sum over the samples
};

/// A multilayer perceptron, the way the studies pack it: W1, b1, W2, b2, … one after another.
struct Spec {
  std::vector<autograd::Index> widths;
  std::string hidden = "tanh";
  std::string output = "identity";
  Loss loss = Loss::cross_entropy;
  bool biases = true;
  autograd::Dtype dtype = autograd::f64;
};

/// Samples in rows: x [N, d]; targets are i64 labels [N] for cross_entropy, else [N, c].
struct Samples {
  autograd::Tensor x;
  autograd::Tensor targets;
};

/// Samples from plain arrays, x converted to the dtype. Labels become one-hot rows where the loss
/// wants them.
Samples samples(const Spec& spec, std::span<const double> x, std::span<const std::int64_t> labels);

struct LossAndGradient {
  double loss = 0;
  std::vector<double> gradient;  ///< in the order of the flat vector
};

class Network {
 public:
  explicit Network(const Spec& spec);

  /// Replaces all parameters; a flat vector in the spec's order, rounded to its dtype.
  void set(std::span<const double> flat);
  std::vector<double> parameters() const;

  autograd::Tensor outputs(const Samples& samples) const { return model_(samples.x); }
  double loss(const Samples& samples) const;

  /// At the parameters as they are set.
  LossAndGradient gradient(const Samples& samples) const;

  /// The same added up over the samples one at a time; for sum_squared_error.
  LossAndGradient gradient_one_by_one(const Samples& samples) const;

  /// p ← p − step·gradient.
  void descend(std::span<const double> gradient, double step);

  /// One step of gradient descent by backtracking, and the loss where it began.
  struct Searched {
    double before = 0;
    nn::LineStep step;
  };
  Searched line_search(const Samples& samples, const nn::Backtracking& rule);

 private:
  autograd::Tensor loss_of(const Samples& samples) const;

  Spec spec_;
  nn::Sequential model_;
};

/// A network's loss and gradient as a function of the flat vector of its parameters.
std::function<LossAndGradient(std::span<const double> flat)> gradient_of(const Spec& spec,
                                                                         const Samples& samples);

/// The warm-ups of the third study: y = Σ(x² + 2x), and −log softmax(W·h)[label] by W.
LossAndGradient sum_of_squares(std::span<const double> x, autograd::Dtype dtype);
LossAndGradient linear_softmax(std::span<const double> W, std::span<const double> h,
                               std::size_t label, autograd::Dtype dtype);

}  // namespace by_tape
