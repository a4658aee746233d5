#include <algorithm>
#include <cmath>
#include <utility>

#include "autograd/check/within_budget.h"
#include "autograd/ops/arithmetic.h"
#include "autograd/ops/reduce.h"
#include "autograd/tape/transform.h"
#include "autograd/tensor/error.h"
#include "autograd/witness/check.h"
#include "autograd/witness/flat.h"
#include "autograd/witness/program_probe.h"
#include "autograd/witness/rounding.h"
#include "autograd/witness/witnesses.h"

// The checks that need no recorded program, or that doubt the tape itself.

namespace autograd::check {

namespace {

double epsilon_of(const CheckOptions& options) { return options.dtype == f32 ? 0x1p-23 : 0x1p-52; }

// What a comparison with differences alone leaves to be said.
Report finished(Report report, double loss, const Claim& claim, const CheckOptions& options,
                const Meter& meter) {
  report.claim = claim.name;
  report.reference = "differences of the function with error bars";
  report.loss = loss;
  report.claimed_loss = claim.loss;
  report.diagnoses = diagnose(report, options.sizes);
  report.cost = meter.text();
  return report;
}

}  // namespace

Report check(const Function& f, std::span<const double> point, const Claim& claim,
             const CheckOptions& options) {
  Meter meter(options.spending);
  Report report = compare_within(meter, f, point, claim, epsilon_of(options), options.differences);
  return finished(std::move(report), f(point), claim, options, meter);
}

Report check_hessian_vector_product(const TensorFunction& f, std::span<const Tensor> parameters,
                                    std::span<const Tensor> v, const Claim& claim,
                                    const CheckOptions& options) {
  if (v.size() != parameters.size()) {
    throw Error("check: the direction has " + std::to_string(v.size()) +
                " tensors; expected one for each of " + std::to_string(parameters.size()) +
                " parameters");
  }
  const auto slope_along_v = [&](std::span<const Tensor> x) {
    const auto loss = [&](const std::vector<Tensor>& inner) { return f(inner); };
    const std::vector<Tensor> gradient = value_and_gradients(loss, {x.begin(), x.end()}).gradients;
    Tensor slope = sum(gradient[0] * v[0]);
    for (std::size_t k = 1; k < v.size(); ++k) slope = slope + sum(gradient[k] * v[k]);
    return slope;
  };
  return check(TensorFunction(slope_along_v), parameters, claim, options);
}

Report check_tape(const Program& f, std::span<const Tensor> parameters,
                  std::span<const std::string> names, const CheckOptions& options) {
  Meter meter(options.spending);
  const std::vector<Block> blocks = blocks_of(parameters, names);
  Claim claim{blocks, flatten(f.vjp(parameters, std::vector{Tensor(1.0)})), {}, {}, {}, "the tape"};
  const std::vector<Tensor> wide = widened(parameters);
  const Program in_full = f.in_f64(parameters);
  const bool single = holds_f32(parameters);
  const std::vector<double> point = flatten(parameters);
  if (!f.has_jvp()) {
    claim.allowance = rounding_of(in_full, wide, single ? 0x1p-24 : 0x1p-53, options.seed).gradient;
    const ProgramProbe probe(in_full, wide);
    Report report = compare_within(meter, probe, claim, epsilon_of(options), options.differences);
    return finished(std::move(report), probe.clone()->value(0, 0), claim, options, meter);
  }
  const double before = meter.spent();
  static_cast<void>(dual_along(f, point, point));
  const double entries = static_cast<double>(point.size());
  const double seconds = entries * (meter.spent() - before);
  meter.predict(seconds, "dual numbers for " + std::to_string(point.size()) + " entries");
  if (!meter.affords(seconds, "dual numbers, entry by entry")) {
    Report report = check(f, parameters, claim, options);
    report.left_out.insert(report.left_out.begin(), meter.left_out().front());
    return report;
  }
  std::vector<Estimate> reference = dual(f, point);
  claim.allowance = rounding_of(in_full, wide, single ? 0x1p-24 : 0x1p-53, options.seed).gradient;
  for (std::size_t i = 0; i < point.size(); ++i) {
    reference[i].bar = std::max(reference[i].bar, claim.allowance[i] / 3);
  }
  const ProgramProbe probe(in_full, wide);
  Report report = compare(probe, claim, reference, options.differences);
  report.claim = claim.name;
  report.reference = "dual numbers, entry by entry";
  report.loss = probe.clone()->value(0, 0);
  report.diagnoses = diagnose(report, options.sizes);
  report.cost = meter.text();
  return report;
}

Claim claim_of(std::span<const Tensor> parameters, std::span<const std::string> names,
               std::span<const Tensor> gradient) {
  Claim claim;
  claim.blocks = blocks_of(parameters, names);
  if (gradient.size() != parameters.size()) {
    throw Error("check: the claim has " + std::to_string(gradient.size()) +
                " arrays; expected one for each of " + std::to_string(parameters.size()) +
                " parameters");
  }
  for (std::size_t k = 0; k < gradient.size(); ++k) {
    if (gradient[k].shape() != parameters[k].shape()) {
      throw Error("check: the claim for " + names[k] + " has shape " +
                  to_string(gradient[k].shape()) + "; expected " +
                  to_string(parameters[k].shape()));
    }
  }
  claim.values = flatten(gradient);
  return claim;
}

}  // namespace autograd::check
