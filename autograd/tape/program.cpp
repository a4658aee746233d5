#include "autograd/tape/program.h"

#include <algorithm>
#include <utility>

#include "autograd/kernels/dual.h"
#include "autograd/ops/apply.h"
#include "autograd/tape/program_parts.h"
#include "autograd/tape/recording.h"
#include "autograd/tape/tape.h"
#include "autograd/tensor/error.h"
#include "autograd/tensor/factories.h"

namespace autograd {

using detail::ProgramParts;
using detail::Step;
using kernels::Dual;

namespace {

// Steps in their order; what nobody reads any more is given up.
template <class Value, class Compute>
std::vector<Value> run(const ProgramParts& parts, const Compute& compute) {
  std::vector<Value> values(parts.steps.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    const Step& step = parts.steps[i];
    values[i] = compute(step, values);
    for (const std::uint32_t j : parts.operands_of(step)) {
      if (parts.steps[j].last_reader == i) values[j] = Value();
    }
  }
  return values;
}

// Numbers of one step of a run on dual numbers: duals, or the i64 of a tensor.
struct DualValue {
  std::vector<Dual> numbers;
  Tensor indices;

  ops::Array array(const Shape& shape) {
    if (indices.defined()) return {const_cast<void*>(indices.data()), &shape};
    if (numbers.empty()) numbers.reserve(1);  // nothing has a place too, as it has in a tensor
    return {numbers.data(), &shape};
  }
};

DualValue dual_of(const Tensor& x, const Tensor& dx) {
  DualValue value;
  if (x.dtype() == i64) {
    value.indices = x;
    return value;
  }
  const auto size = static_cast<std::size_t>(x.size());
  value.numbers.resize(size);
  with_floating(x.dtype(), [&](auto zero) {
    using T = decltype(zero);
    const auto numbers = x.values<T>();
    for (std::size_t i = 0; i < size; ++i) value.numbers[i].v = static_cast<double>(numbers[i]);
    if (!dx.defined()) return;
    const auto slopes = dx.values<T>();
    for (std::size_t i = 0; i < size; ++i) value.numbers[i].d = static_cast<double>(slopes[i]);
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

DualValue compute_dual(const ProgramParts& parts, const Step& step,
                       std::vector<DualValue>& values) {
  const auto is_index = [&](std::uint32_t j) { return values[j].indices.defined(); };
  const auto from = parts.operands_of(step);
  if (std::all_of(from.begin(), from.end(), is_index)) {  // nothing that a direction could move
    std::vector<Tensor> indices;
    for (const std::uint32_t j : from) indices.push_back(values[j].indices);
    return dual_of(step.operation->value(step.settings, indices), {});
  }
  if (step.operation->dual == nullptr) {
    throw Error("jvp: " + std::string(step.operation->name) +
                " is known for tensors alone, not for dual numbers; use vjp");
  }
  std::vector<ops::Array> operands;
  for (const std::uint32_t j : from) {
    operands.push_back(values[j].array(parts.steps[j].shape));
  }
  DualValue y;
  if (step.dtype == i64) {
    y.indices = Tensor::uninitialized(step.shape, i64);
  } else {
    y.numbers.resize(static_cast<std::size_t>(step.shape.size()));
  }
  step.operation->dual(step.settings, operands, y.array(step.shape));
  return y;
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

bool Program::has_jvp() const {
  return std::all_of(parts_->steps.begin(), parts_->steps.end(), [&](const Step& step) {
    const auto from = parts_->operands_of(step);
    const auto is_index = [&](std::uint32_t j) { return parts_->steps[j].dtype == i64; };
    return step.operation == nullptr || step.operation->dual != nullptr ||
           std::all_of(from.begin(), from.end(), is_index);
  });
}

std::size_t Program::size() const { return parts_->steps.size(); }
std::size_t Program::inputs() const { return parts_->inputs.size(); }
std::size_t Program::outputs() const { return parts_->outputs.size(); }

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
  check_inputs("Program", inputs);
  std::vector<Tensor> operands;
  std::vector<const Tensor*> pointers;
  std::vector<Tensor> values =
      run<Tensor>(*parts_, [&](const Step& step, const std::vector<Tensor>& done) -> Tensor {
        if (step.input >= 0) return inputs[static_cast<std::size_t>(step.input)];
        if (step.parameter) return *step.parameter;
        if (step.operation == nullptr) return step.constant;
        operands.clear();
        pointers.clear();
        for (const std::uint32_t j : parts_->operands_of(step)) operands.push_back(done[j]);
        Tensor y = step.operation->value(step.settings, operands);
        if (ops::Recorder* here = ops::recorder()) {
          for (const Tensor& x : operands) pointers.push_back(&x);
          here->record(*step.operation, step.settings, pointers, y);
        }
        return y;
      });
  std::vector<Tensor> outputs;
  for (const std::uint32_t i : parts_->outputs) outputs.push_back(values[i]);
  return outputs;
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
  std::vector<DualValue> values =
      run<DualValue>(*parts_, [&](const Step& step, std::vector<DualValue>& done) {
        if (step.input >= 0) {
          const auto k = static_cast<std::size_t>(step.input);
          return dual_of(inputs[k], dx[k]);
        }
        if (step.parameter) return dual_of(step.parameter->value(), {});
        if (step.operation == nullptr) return dual_of(step.constant, {});
        return compute_dual(*parts_, step, done);
      });
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
