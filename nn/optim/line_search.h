#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "autograd/tape/gradients.h"
#include "autograd/tape/parameter.h"
#include "nn/optim/mean_in_parts.h"

namespace nn {

/// Backtracking by Armijo's rule (L. Armijo, 1966): of α = first·βᵐ for m = 0, 1, …, the first with
/// L(p − αg) − L(p) < −σ·α·‖g‖².
struct Backtracking {
  double first = 2;
  double beta = 0.5;
  double sigma = 0.01;
  int most = 100;  ///< backtracks: the last m that is tried
};

/// What a line search found.
struct LineStep {
  bool found = false;
  double alpha = 0;     ///< 0 if none was found
  double loss = 0;      ///< at the accepted point, or at the start if none was found
  int evaluations = 0;  ///< of the loss
};

/// One step of gradient descent: moves the parameters to p − αg. `loss` computes L of the
/// parameters as they are set, `here` is L(p). Where no α is accepted, the parameters stay as they
/// were and `found` is false; a loss that is NaN or infinite is never accepted. Nothing is
/// recorded.
LineStep descend(std::vector<autograd::Parameter> parameters, const autograd::Gradients& gradients,
                 double here, const std::function<double()>& loss, const Backtracking& rule = {});

/// Gradient descent with that line search, step after step.
///
///     nn::Descent descent(model.parameters(), [&] { return cross_entropy(model(x), labels); });
///     while (descent.step().found) std::cout << descent.loss() << '\n';
///
/// It computes the loss of no point twice: the tape of the accepted point is the one that the next
/// gradient is taken of. Of a loss in parts no tape can be kept. There the gradient is computed
/// together with the loss, while a part is in the cache, at every point that the search is likely
/// to accept: those it reaches with as many backtracks as the last time. A full batch then passes
/// through memory once a step.
class Descent {
 public:
  /// Computes the loss at the parameters as they are; a scalar, or it throws.
  Descent(std::vector<autograd::Parameter> parameters, std::function<autograd::Tensor()> loss,
          const Backtracking& rule = {});
  Descent(std::vector<autograd::Parameter> parameters, MeanInParts loss,
          const Backtracking& rule = {});
  ~Descent();
  Descent(const Descent&) = delete;
  Descent& operator=(const Descent&) = delete;

  /// At the parameters as the last step left them.
  double loss() const { return loss_here_; }

  /// As descend() does. Parameters that somebody else has set meanwhile are not seen.
  LineStep step();

 private:
  class Objective;
  class Whole;
  class InParts;
  Descent(std::vector<autograd::Parameter> parameters, std::unique_ptr<Objective> objective,
          const Backtracking& rule);

  std::vector<autograd::Parameter> parameters_;
  std::unique_ptr<Objective> objective_;
  Backtracking rule_;
  double loss_here_ = 0;
  int evaluations_ = 1;  // that the last search needed
};

}  // namespace nn
