#include "autograd/tape/program.h"

#include <utility>

#include "autograd/kernels/dual.h"
#include "autograd/tape/plan.h"
#include "autograd/tape/program_parts.h"
#include "autograd/tape/recording.h"
#include "autograd/tape/replay.h"
#include "autograd/tape/run_steps.h"
#include "autograd/tape/tape.h"
#include "autograd/tensor/error.h"
#include "autograd/tensor/factories.h"

namespace autograd {

using detail::ProgramParts;
using detail::Step;
using kernels::Dual;

namespace {

using DualValue = detail::ScalarValue<Dual>;

DualValue dual_of(const Tensor& x, const Tensor& dx) {
  DualValue value = detail::scalars_of<Dual>(x);
  if (!dx.defined() || x.dtype() == i64) return value;
  with_floating(x.dtype(), [&](auto zero) {
    const auto slopes = dx.values<decltype(zero)>();
    for (std::size_t i = 0; i < slopes.size(); ++i) {
      value.numbers[i].d = static_cast<double>(slopes[i]);
    }
  });
  return value;
}

// One part of the dual numbers as a tensor of the step's dtype.
Tensor tensor_of(const DualValue& value, const Step& step, double Dual::*part) {
  if (value.indices.defined()) return part == &Dual::v ? value.indices : Tensor();
  return with_floating(step.dtype, [&](auto zero) {
    using T = decltype(zero);
    return Tensor::build<T>(step.shape, [&](std::span<T> out) {
      for (std::size_t i = 0; i < out.size(); ++i) {
        out[i] = static_cast<T>(value.numbers[i].*part);
      }
    });
  });
}

std::string type_of(const Shape& shape, Dtype dtype) {
  return std::string(name(dtype)) + " " + to_string(shape);
}

// A direction or an adjoint, if there is one, must be like what it belongs to.
void check_like(const std::string& what, const Step& step, const Tensor& given) {
  if (!given.defined()) return;
  if (step.dtype == i64) {
    throw Error(what + " must be undefined, for it is i64; got " +
                type_of(given.shape(), given.dtype()));
  }
  if (given.shape() == step.shape && given.dtype() == step.dtype) return;
  throw Error(what + " must be " + type_of(step.shape, step.dtype) + "; got " +
              type_of(given.shape(), given.dtype()));
}

}  // namespace

Program Program::record(const Function& f, std::vector<Tensor> inputs) {
  const Pause pause;  // of the tapes outside, whose recorded tensors are constants here
  const detail::Aside aside;
  const Tape tape;
  auto& recording = detail::Recording::of_thread();
  for (Tensor& x : inputs) x = recording.watch(x.traced({}), recording.active());
  const std::vector<Tensor> outputs = f(inputs);
  return Program(detail::extract(recording, inputs, outputs));
}

bool Program::has_jvp() const { return can_replay<Dual>(*this); }

const ProgramParts& detail::parts_of(const Program& program) { return *program.parts_; }

std::size_t Program::size() const { return parts_->steps.size(); }
std::size_t Program::inputs() const { return parts_->inputs.size(); }
const Shape& Program::input_shape(std::size_t k) const {
  return parts_->steps[parts_->inputs.at(k)].shape;
}
std::size_t Program::outputs() const { return parts_->outputs.size(); }

ProgramMemory Program::memory() const {
  const detail::Plan& plan = parts_->plan();
  return {plan.workspace, plan.without_reuse, plan.output_bytes};
}

void Program::check_inputs(const char* what, std::span<const Tensor> given) const {
  if (given.size() != inputs()) {
    throw Error(std::string(what) + ": expected " + std::to_string(inputs()) + " inputs; got " +
                std::to_string(given.size()));
  }
  for (std::size_t k = 0; k < given.size(); ++k) {
    const Step& step = parts_->steps[parts_->inputs[k]];
    if (given[k].shape() != step.shape || given[k].dtype() != step.dtype) {
      throw Error(std::string(what) + ": input " + std::to_string(k) + " was recorded as " +
                  type_of(step.shape, step.dtype) + "; got " +
                  type_of(given[k].shape(), given[k].dtype()));
    }
  }
}

std::vector<Tensor> Program::operator()(std::span<const Tensor> inputs) const {
  std::vector<Tensor> y(outputs());
  run(inputs, y);
  return y;
}

void Program::run(std::span<const Tensor> inputs, std::span<Tensor> y) const {
  check_inputs("Program", inputs);
  if (y.size() != outputs()) {
    throw Error("Program: expected room for " + std::to_string(outputs()) + " outputs; got " +
                std::to_string(y.size()));
  }
  if (ops::recorder() == nullptr && parts_->plan().possible) {
    return detail::run_plan(*parts_, inputs, y);
  }
  const std::vector<Tensor> values = detail::run_steps<Tensor>(
      *parts_, [&](const Step& step, const std::vector<Tensor>& done) -> Tensor {
        if (step.input >= 0) return inputs[static_cast<std::size_t>(step.input)];
        if (step.parameter) return *step.parameter;
        if (step.operation == nullptr) return step.constant;
        return detail::compute_tensor(*parts_, step, done);
      });
  for (std::size_t k = 0; k < y.size(); ++k) y[k] = values[parts_->outputs[k]];
}

Program::Pushed Program::jvp(std::span<const Tensor> inputs, std::span<const Tensor> dx) const {
  check_inputs("jvp", inputs);
  if (dx.size() != inputs.size()) {
    throw Error("jvp: expected a direction for each of " + std::to_string(inputs.size()) +
                " inputs; got " + std::to_string(dx.size()));
  }
  for (std::size_t k = 0; k < dx.size(); ++k) {
    check_like("jvp: the direction of input " + std::to_string(k), parts_->steps[parts_->inputs[k]],
               dx[k]);
  }
  const std::vector<DualValue> values = detail::run_on_scalars<Dual>(
      *parts_, [&](std::size_t k) { return dual_of(inputs[k], dx[k]); }, "jvp", "use vjp");
  Pushed pushed;
  for (const std::uint32_t i : parts_->outputs) {
    pushed.y.push_back(tensor_of(values[i], parts_->steps[i], &Dual::v));
    pushed.dy.push_back(tensor_of(values[i], parts_->steps[i], &Dual::d));
  }
  return pushed;
}

std::vector<Tensor> Program::vjp(std::span<const Tensor> inputs, std::span<const Tensor> dy) const {
  check_inputs("vjp", inputs);
  if (dy.size() != outputs()) {
    throw Error("vjp: expected an adjoint for each of " + std::to_string(outputs()) +
                " outputs; got " + std::to_string(dy.size()));
  }
  for (std::size_t k = 0; k < dy.size(); ++k) {
    if (dy[k].defined() && dy[k].is_literal()) continue;  // it takes the shape that it meets
    check_like("vjp: the adjoint of output " + std::to_string(k), parts_->steps[parts_->outputs[k]],
               dy[k]);
  }
  Tape tape;
  std::vector<Tensor> watched(inputs.begin(), inputs.end());
  for (Tensor& x : watched) {
    if (is_floating(x.dtype())) x = tape.watch(x);
  }
  const std::vector<Tensor> y = (*this)(watched);
  Gradients total;
  for (std::size_t k = 0; k < y.size(); ++k) {
    if (dy[k].defined()) total += tape.gradient(y[k], dy[k]);
  }
  std::vector<Tensor> dx;
  dx.reserve(watched.size());
  for (const Tensor& x : watched) {
    const bool moves = is_floating(x.dtype());
    dx.push_back(!moves ? Tensor() : total.contains(x) ? total[x] : zeros_like(x));
  }
  return dx;
}

}  // namespace autograd
