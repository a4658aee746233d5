#include "autograd/tape/replay.h"

#include <algorithm>
#include <string>

#include "autograd/tape/program_parts.h"
#include "autograd/tape/run_steps.h"
#include "autograd/tensor/error.h"

namespace autograd {

using detail::ProgramParts;
using detail::ScalarValue;
using detail::Step;

namespace {

template <class S>
void check_numbers(const ProgramParts& parts, std::span<const std::vector<S>> inputs) {
  if (inputs.size() != parts.inputs.size()) {
    throw Error("replay: expected " + std::to_string(parts.inputs.size()) + " inputs; got " +
                std::to_string(inputs.size()));
  }
  for (std::size_t k = 0; k < inputs.size(); ++k) {
    const Step& step = parts.steps[parts.inputs[k]];
    if (static_cast<Index>(inputs[k].size()) == step.shape.size()) continue;
    throw Error("replay: input " + std::to_string(k) + " was recorded as " + to_string(step.shape) +
                "; expected " + std::to_string(step.shape.size()) + " numbers, got " +
                std::to_string(inputs[k].size()));
  }
}

template <class S>
ScalarValue<S> value_of(const Step& step, const std::vector<S>& numbers) {
  if (step.dtype != i64) return {numbers, {}};
  return {{}, Tensor::build<Index>(step.shape, [&](std::span<Index> out) {
            std::transform(numbers.begin(), numbers.end(), out.begin(),
                           [](const S& x) { return to_index(x); });
          })};
}

template <class S>
std::vector<S> numbers_of(ScalarValue<S>& value) {
  if (!value.indices.defined()) return value.numbers;
  std::vector<S> numbers;
  for (const Index i : value.indices.template values<Index>())
    numbers.push_back(S(static_cast<double>(i)));
  return numbers;
}

}  // namespace

template <class S>
std::vector<std::vector<S>> replay(const Program& program, std::span<const std::vector<S>> inputs) {
  const ProgramParts& parts = detail::parts_of(program);
  check_numbers(parts, inputs);
  auto values = detail::run_on_scalars<S>(
      parts, [&](std::size_t k) { return value_of(parts.steps[parts.inputs[k]], inputs[k]); },
      "replay", "record the program without it");
  std::vector<std::vector<S>> outputs;
  for (const std::uint32_t i : parts.outputs) outputs.push_back(numbers_of(values[i]));
  return outputs;
}

template <class S>
bool can_replay(const Program& program) {
  const ProgramParts& parts = detail::parts_of(program);
  return std::all_of(parts.steps.begin(), parts.steps.end(), [&](const Step& step) {
    return step.operation == nullptr || ops::on<S>(*step.operation) != nullptr ||
           detail::is_on_indices(parts, step);
  });
}

template std::vector<std::vector<kernels::Dual>> replay(
    const Program& program, std::span<const std::vector<kernels::Dual>> inputs);
template std::vector<std::vector<kernels::Complex>> replay(
    const Program& program, std::span<const std::vector<kernels::Complex>> inputs);
template std::vector<std::vector<kernels::DoubleDouble>> replay(
    const Program& program, std::span<const std::vector<kernels::DoubleDouble>> inputs);

template bool can_replay<kernels::Dual>(const Program& program);
template bool can_replay<kernels::Complex>(const Program& program);
template bool can_replay<kernels::DoubleDouble>(const Program& program);

}  // namespace autograd
