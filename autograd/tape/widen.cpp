#include "autograd/ops/elementwise.h"
#include "autograd/tape/program.h"
#include "autograd/tape/program_parts.h"
#include "autograd/tape/run_steps.h"

namespace autograd {

using detail::Step;

namespace {

Tensor widened(const Tensor& x) { return x.dtype() == f32 ? to(x, f64) : x; }

}  // namespace

Program Program::in_f64(std::span<const Tensor> inputs) const {
  check_inputs("in_f64", inputs);
  const detail::ProgramParts& parts = *parts_;
  const auto run = [&](std::span<const Tensor> x) {
    const std::vector<Tensor> values = detail::run_steps<Tensor>(
        parts, [&](const Step& step, const std::vector<Tensor>& done) -> Tensor {
          if (step.input >= 0) return x[static_cast<std::size_t>(step.input)];
          if (step.parameter) return widened(step.parameter->value());
          if (step.operation == nullptr) return widened(step.constant);
          if (step.operation->name == "to") return to(done[parts.operands_of(step)[0]], f64);
          return widened(detail::compute_tensor(parts, step, done));
        });
    std::vector<Tensor> y;
    for (const std::uint32_t i : parts.outputs) y.push_back(values[i]);
    return y;
  };
  std::vector<Tensor> wide;
  for (const Tensor& x : inputs) wide.push_back(widened(x));
  return record(run, std::move(wide));
}

}  // namespace autograd
