#include "nn/optim/line_search.h"

#include <cmath>
#include <string>
#include <utility>

#include "autograd/ops/arithmetic.h"
#include "autograd/ops/elementwise.h"
#include "autograd/ops/reduce.h"
#include "autograd/tape/tape.h"
#include "autograd/tensor/error.h"

namespace nn {

using autograd::Parameter;
using autograd::Tensor;

namespace {

void check_rule(const Backtracking& rule) {
  if (rule.first > 0 && rule.beta > 0 && rule.beta < 1 && rule.sigma > 0) return;
  throw autograd::Error("descend: expected first > 0, 0 < beta < 1 and sigma > 0; got " +
                        std::to_string(rule.first) + ", " + std::to_string(rule.beta) + " and " +
                        std::to_string(rule.sigma));
}

// The search along −g from where the parameters are; `loss_there` is asked at each try.
LineStep search(std::vector<Parameter>& parameters, const autograd::Gradients& gradients,
                double here, const std::function<double()>& loss_there, const Backtracking& rule) {
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
    const double there = loss_there();
    ++step.evaluations;
    if (std::isfinite(there) && there - here < -rule.sigma * alpha * squared_norm) {
      return {true, alpha, there, step.evaluations};
    }
  }
  move(0);
  return step;
}

}  // namespace

LineStep descend(std::vector<Parameter> parameters, const autograd::Gradients& gradients,
                 double here, const std::function<double()>& loss, const Backtracking& rule) {
  check_rule(rule);
  const autograd::Pause pause;
  return search(parameters, gradients, here, loss, rule);
}

struct Descent::Recorded {
  autograd::Tape tape;
  Tensor loss;
};

Descent::Descent(std::vector<Parameter> parameters, std::function<Tensor()> loss,
                 const Backtracking& rule)
    : parameters_(std::move(parameters)), function_(std::move(loss)), rule_(rule) {
  check_rule(rule);
  here_ = record();
  loss_here_ = here_->loss.item();
}

Descent::~Descent() = default;

std::unique_ptr<Descent::Recorded> Descent::record() const {
  auto recorded = std::make_unique<Recorded>();
  recorded->loss = function_();
  recorded->tape.stop();
  if (recorded->loss.size() != 1) {
    throw autograd::Error("Descent: the loss must be a scalar; got shape " +
                          to_string(recorded->loss.shape()));
  }
  return recorded;
}

LineStep Descent::step() {
  if (here_ == nullptr) here_ = record();
  // The tape's last act: what it holds goes before the next point is computed.
  const autograd::Gradients gradients = std::move(here_->tape).gradient(here_->loss);
  here_.reset();
  std::unique_ptr<Recorded> there;
  const auto loss_there = [&] {
    there.reset();
    there = record();
    return there->loss.item();
  };
  const LineStep step = search(parameters_, gradients, loss_here_, loss_there, rule_);
  if (step.found) {
    here_ = std::move(there);
    loss_here_ = step.loss;
  }
  return step;
}

}  // namespace nn
