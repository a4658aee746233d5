#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "autograd/ops/apply.h"
#include "autograd/ops/operation.h"
#include "autograd/tape/program_parts.h"
#include "autograd/tensor/error.h"

/// Running the steps of a program, on tensors or on arrays of another scalar. Used by the files
/// that run programs.
namespace autograd::detail {

/// `compute(step, values)` for the steps in their order; what nobody reads any more is given up.
template <class Value, class Compute>
std::vector<Value> run_steps(const ProgramParts& parts, const Compute& compute) {
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

/// The value of an operation's step, recorded where somebody records.
inline Tensor compute_tensor(const ProgramParts& parts, const Step& step,
                             const std::vector<Tensor>& values) {
  std::vector<Tensor> operands;
  operands.reserve(step.operands);
  for (const std::uint32_t j : parts.operands_of(step)) operands.push_back(values[j]);
  ops::Recorder* const here = ops::recorder();
  if (here != nullptr && step.operation->composed != nullptr) {
    return step.operation->composed(step.settings, operands);
  }
  Tensor y = step.operation->value(step.settings, operands);
  if (here != nullptr) {
    std::vector<const Tensor*> pointers;
    pointers.reserve(operands.size());
    for (const Tensor& x : operands) pointers.push_back(&x);
    here->record(*step.operation, step.settings, pointers, y);
  }
  return y;
}

/// The numbers of one step of a run on scalars: those, or the i64 of a tensor.
template <class S>
struct ScalarValue {
  std::vector<S> numbers;
  Tensor indices;

  ops::Array array(const Shape& shape) {
    if (indices.defined()) return {const_cast<void*>(indices.data()), &shape};
    if (numbers.empty()) numbers.reserve(1);  // nothing has a place too, as it has in a tensor
    return {numbers.data(), &shape};
  }
};

/// The numbers of a tensor, exactly.
template <class S>
ScalarValue<S> scalars_of(const Tensor& x) {
  ScalarValue<S> value;
  if (x.dtype() == i64) {
    value.indices = x;
    return value;
  }
  with_floating(x.dtype(), [&](auto zero) {
    for (const auto number : x.values<decltype(zero)>()) {
      value.numbers.push_back(S(static_cast<double>(number)));
    }
  });
  return value;
}

/// Whether a step's operands are all i64, so that it is run on tensors.
inline bool is_on_indices(const ProgramParts& parts, const Step& step) {
  const auto from = parts.operands_of(step);
  return std::all_of(from.begin(), from.end(),
                     [&](std::uint32_t j) { return parts.steps[j].dtype == i64; });
}

/// The value of an operation's step. `caller` and `advice` go into the Error that is thrown where
/// the operation is not known on S.
template <class S>
ScalarValue<S> compute_scalars(const ProgramParts& parts, const Step& step,
                               std::vector<ScalarValue<S>>& values, std::string_view caller,
                               std::string_view advice) {
  const auto from = parts.operands_of(step);
  if (is_on_indices(parts, step)) {  // nothing that could differ
    std::vector<Tensor> indices;
    for (const std::uint32_t j : from) indices.push_back(values[j].indices);
    return scalars_of<S>(step.operation->value(step.settings, indices));
  }
  const ops::OnScalars on_scalars = ops::on<S>(*step.operation);
  if (on_scalars == nullptr) {
    throw Error(std::string(caller) + ": " + std::string(step.operation->name) +
                " is known for tensors alone, not for " +
                std::string(kernels::scalar_names[kernels::scalar_place<S>]) + "; " +
                std::string(advice));
  }
  std::vector<ops::Array> operands;
  for (const std::uint32_t j : from) operands.push_back(values[j].array(parts.steps[j].shape));
  ScalarValue<S> y;
  if (step.dtype == i64) {
    y.indices = Tensor::uninitialized(step.shape, i64);
  } else {
    y.numbers.resize(static_cast<std::size_t>(step.shape.size()));
  }
  on_scalars(step.settings, operands, y.array(step.shape));
  return y;
}

/// The values of all steps that are still held at the end: those of the outputs. `input(k)` gives
/// an input's.
template <class S, class Input>
std::vector<ScalarValue<S>> run_on_scalars(const ProgramParts& parts, const Input& input,
                                           std::string_view caller, std::string_view advice) {
  return run_steps<ScalarValue<S>>(
      parts, [&](const Step& step, std::vector<ScalarValue<S>>& done) -> ScalarValue<S> {
        if (step.input >= 0) return input(static_cast<std::size_t>(step.input));
        if (step.parameter) return scalars_of<S>(step.parameter->value());
        if (step.operation == nullptr) return scalars_of<S>(step.constant);
        return compute_scalars(parts, step, done, caller, advice);
      });
}

}  // namespace autograd::detail
