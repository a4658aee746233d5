#include "nn/optim/line_search.h"

#include <cmath>
#include <string>

#include "autograd/ops/arithmetic.h"
#include "autograd/ops/elementwise.h"
#include "autograd/ops/reduce.h"
#include "autograd/tape/tape.h"
#include "autograd/tensor/error.h"

namespace nn {

using autograd::Parameter;
using autograd::Tensor;

LineStep descend(std::vector<Parameter> parameters, const autograd::Gradients& gradients,
                 double here, const std::function<double()>& loss, const Backtracking& rule) {
  if (!(rule.first > 0) || !(rule.beta > 0 && rule.beta < 1) || !(rule.sigma > 0)) {
    throw autograd::Error("descend: expected first > 0, 0 < beta < 1 and sigma > 0; got " +
                          std::to_string(rule.first) + ", " + std::to_string(rule.beta) + " and " +
                          std::to_string(rule.sigma));
  }
  const autograd::Pause pause;
  std::vector<Tensor> start, slope;
  double squared_norm = 0;
  for (const Parameter& p : parameters) {
    start.push_back(p.value());
    slope.push_back(detach(gradients[p]));
    squared_norm += sum(square(slope.back())).item();
  }
  const auto move = [&](double alpha) {
    for (std::size_t i = 0; i < parameters.size(); ++i) {
      parameters[i].set(alpha == 0 ? start[i] : start[i] - alpha * slope[i]);
    }
  };
  LineStep step{false, 0, here, 0};
  double alpha = rule.first;
  for (int m = 0; m <= rule.most; ++m, alpha *= rule.beta) {
    move(alpha);
    const double there = loss();
    ++step.evaluations;
    if (std::isfinite(there) && there - here < -rule.sigma * alpha * squared_norm) {
      return {true, alpha, there, step.evaluations};
    }
  }
  move(0);
  return step;
}

}  // namespace nn
