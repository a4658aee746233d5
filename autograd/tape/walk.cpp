#include "autograd/tape/walk.h"

#include "autograd/tape/program_parts.h"
#include "autograd/tape/sweep.h"
#include "autograd/tape/tape.h"

namespace autograd {

using detail::Step;

namespace {

std::vector<ops::Operand> views_of(std::span<const Tensor> tensors) {
  std::vector<ops::Operand> views;
  views.reserve(tensors.size());
  for (const Tensor& x : tensors) views.push_back({&x, &x.shape()});
  return views;
}

}  // namespace

Walk::Walk(const Program& program, std::span<const Tensor> inputs, const Compute& compute)
    : parts_(program.parts_) {
  program.check_inputs("Walk", inputs);
  const Pause pause;
  const auto ask = [&](std::size_t step, std::span<const Tensor> operands, const auto& otherwise) {
    std::optional<Tensor> y;
    if (compute) y = compute(step, operands);
    return y ? *std::move(y) : Tensor(otherwise());
  };
  std::vector<Tensor> operands;
  for (std::size_t i = 0; i < size(); ++i) {
    const Step& step = parts_->steps[i];
    operands.clear();
    for (const std::uint32_t j : this->operands(i)) operands.push_back(values_[j]);
    values_.push_back(ask(i, operands, [&]() -> Tensor {
      if (step.input >= 0) return inputs[static_cast<std::size_t>(step.input)].traced({});
      if (step.parameter) return step.parameter->value().traced({});
      if (step.operation == nullptr) return step.constant;
      return this->compute(i, operands);
    }));
  }
}

std::size_t Walk::size() const { return parts_->steps.size(); }

std::string_view Walk::operation(std::size_t step) const {
  const ops::Operation* operation = parts_->steps[step].operation;
  return operation == nullptr ? std::string_view() : operation->name;
}

bool Walk::elementwise(std::size_t step) const {
  const ops::Operation* operation = parts_->steps[step].operation;
  return operation != nullptr && operation->elementwise;
}

std::string Walk::settings(std::size_t step) const {
  const Step& s = parts_->steps[step];
  return s.operation == nullptr ? std::string() : s.operation->settings(s.settings);
}

std::span<const std::uint32_t> Walk::operands(std::size_t step) const {
  return parts_->operands_of(parts_->steps[step]);
}

bool Walk::varies(std::size_t step) const { return parts_->steps[step].varies; }
std::size_t Walk::input(std::size_t k) const { return parts_->inputs[k]; }
std::size_t Walk::output(std::size_t k) const { return parts_->outputs[k]; }

Tensor Walk::compute(std::size_t step, std::span<const Tensor> operands) const {
  const Step& s = parts_->steps[step];
  return s.operation->value(s.settings, operands);
}

Tensor Walk::rule_at(std::size_t step, std::size_t operand, const Tensor& dy,
                     std::span<const Tensor> operands, const Tensor& y) const {
  const Step& s = parts_->steps[step];
  const std::vector<ops::Operand> views = views_of(operands);
  return s.operation->pullback(s.settings, operand, dy, {views, {&y, &y.shape()}});
}

Tensor Walk::rule(std::size_t step, std::size_t operand, const Tensor& dy) const {
  std::vector<Tensor> here;
  for (const std::uint32_t j : operands(step)) here.push_back(values_[j]);
  return rule_at(step, operand, dy, here, values_[step]);
}

std::vector<Tensor> Walk::pull(std::size_t from, const Tensor& dy, const Pull& pull) const {
  const Pause pause;
  std::vector<Tensor> adjoints(size());
  adjoints[from] = dy;
  for (std::size_t i = from + 1; i-- > 0;) {
    const Step& step = parts_->steps[i];
    if (!adjoints[i].defined() || step.operation == nullptr) continue;
    const auto from_steps = operands(i);
    for (std::size_t k = 0; k < from_steps.size(); ++k) {
      const std::uint32_t j = from_steps[k];
      if (!varies(j)) continue;
      if (!step.operation->needs(step.settings, k, from_steps.size()).differentiable) continue;
      std::optional<Tensor> dx;
      if (pull) dx = pull(i, k, adjoints[i]);
      if (!dx) dx = rule(i, k, adjoints[i]);
      if (!dx->defined()) continue;
      detail::accumulate(adjoints[j], detail::unbroadcast(*dx, parts_->steps[j].shape));
    }
  }
  return adjoints;
}

}  // namespace autograd
