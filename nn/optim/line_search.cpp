#include "nn/optim/line_search.h"

#include <cmath>
#include <optional>
#include <string>
#include <utility>

#include "autograd/ops/arithmetic.h"
#include "autograd/ops/elementwise.h"
#include "autograd/ops/reduce.h"
#include "autograd/tape/tape.h"
#include "autograd/tensor/error.h"

namespace nn {

using autograd::Gradients;
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
LineStep search(std::vector<Parameter>& parameters, const Gradients& gradients, double here,
                const std::function<double()>& loss_there, const Backtracking& rule) {
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

LineStep descend(std::vector<Parameter> parameters, const Gradients& gradients, double here,
                 const std::function<double()>& loss, const Backtracking& rule) {
  check_rule(rule);
  const autograd::Pause pause;
  return search(parameters, gradients, here, loss, rule);
}

// A loss and its gradient, with what is known of the point at which the loss was computed last.
class Descent::Objective {
 public:
  virtual ~Objective() = default;
  // At the parameters as they are; `likely`: so will the gradient be.
  virtual double value(bool likely) = 0;
  // At the parameters as they are, where `value` was asked last unless it has been forgotten.
  virtual Gradients gradients() = 0;
  virtual void forget() = 0;
};

class Descent::Whole final : public Objective {
 public:
  explicit Whole(std::function<Tensor()> loss) : function_(std::move(loss)) {}

  double value(bool /*likely*/) override {
    forget();  // what a tape holds goes before the next point is computed
    here_ = std::make_unique<Recorded>();
    here_->loss = function_();
    here_->tape.stop();
    if (here_->loss.size() == 1) return here_->loss.item();
    throw autograd::Error("Descent: the loss must be a scalar; got shape " +
                          to_string(here_->loss.shape()));
  }

  Gradients gradients() override {
    if (here_ == nullptr) value(true);
    const auto last = std::move(here_);
    return std::move(last->tape).gradient(last->loss);
  }

  void forget() override { here_.reset(); }

 private:
  struct Recorded {
    autograd::Tape tape;
    Tensor loss;
  };
  std::function<Tensor()> function_;
  std::unique_ptr<Recorded> here_;
};

class Descent::InParts final : public Objective {
 public:
  explicit InParts(MeanInParts loss) : loss_(std::move(loss)) {}

  double value(bool likely) override {
    forget();
    if (!likely) return loss_.value();
    MeanInParts::Point point = loss_.value_and_gradients();
    here_ = std::move(point.gradients);
    return point.value;
  }

  Gradients gradients() override {
    if (!here_) return loss_.value_and_gradients().gradients;
    Gradients last = *std::move(here_);
    forget();
    return last;
  }

  void forget() override { here_.reset(); }

 private:
  MeanInParts loss_;
  std::optional<Gradients> here_;
};

Descent::Descent(std::vector<Parameter> parameters, std::unique_ptr<Objective> objective,
                 const Backtracking& rule)
    : parameters_(std::move(parameters)), objective_(std::move(objective)), rule_(rule) {
  check_rule(rule);
  loss_here_ = objective_->value(true);
}

Descent::Descent(std::vector<Parameter> parameters, std::function<Tensor()> loss,
                 const Backtracking& rule)
    : Descent(std::move(parameters), std::make_unique<Whole>(std::move(loss)), rule) {}

Descent::Descent(std::vector<Parameter> parameters, MeanInParts loss, const Backtracking& rule)
    : Descent(std::move(parameters), std::make_unique<InParts>(std::move(loss)), rule) {}

Descent::~Descent() = default;

LineStep Descent::step() {
  const Gradients gradients = objective_->gradients();
  int asked = 0;
  const auto loss_there = [&] { return objective_->value(++asked >= evaluations_); };
  const LineStep step = search(parameters_, gradients, loss_here_, loss_there, rule_);
  if (step.found) {
    loss_here_ = step.loss;
    evaluations_ = step.evaluations;
  } else {
    objective_->forget();  // the parameters are back where the search began
  }
  return step;
}

}  // namespace nn
