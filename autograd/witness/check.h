#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "autograd/check/compare.h"
#include "autograd/check/diagnosis.h"
#include "autograd/check/report.h"
#include "autograd/check/spending.h"
#include "autograd/tape/program.h"

/// Is this gradient right, to what precision, and if not, what is wrong with it?
///
///     Program f = Program::record(loss, {W1, b1, W2, b2});
///     Report report = check::check(f, {W1, b1, W2, b2}, claim);
///     std::cout << describe(report);
///
/// There is no step and no tolerance to choose. The reference is the tape's gradient, and it is not
/// believed either: along a random direction of each block it must be what dual numbers say, whose
/// derivative formulas are their own, and what differences of the function itself say. If it is
/// not, the whole claim is held against differences of the function instead. What rounding may have
/// done to the claim is sampled (rounding.h), kinks are looked for (kinks.h), and a claim that is
/// wrong is compared with the mistakes that people make (explain.h).
///
/// A function of which nothing is known but its values is checked by differences with error bars
/// (check/compare.h). Whatever the source, the report is the same.
namespace autograd::check {

struct CheckOptions {
  /// In which the claim was computed: f32 or f64. By default f32 if a parameter is, else f64.
  std::optional<Dtype> dtype = {};
  KnownSizes sizes = {};   ///< that a wrong factor may be traced to, beside those that f tells
  bool curve = false;      ///< whether report.curve is wanted; it takes 62 values of f
  bool blind = true;       ///< whether report.blind is wanted
  std::uint64_t seed = 1;  ///< of the random directions; equal seeds give equal reports
  CompareOptions differences = {};  ///< of checks by differences alone
  Spending spending = {};           ///< a time budget, and who is told of it
};

/// f's first output must be a scalar and its inputs the parameters; the claim's blocks are those
/// inputs, in their order. A function of f32 parameters is judged by what it would be in f64.
/// Claim::allowance, where given, takes the place of the sampled rounding. Throws Error where sizes
/// do not fit or f is not finite at the point.
Report check(const Program& f, std::span<const Tensor> parameters, const Claim& claim,
             const CheckOptions& options = {});

/// The same for a function of tensors, which is recorded first.
using TensorFunction = std::function<Tensor(std::span<const Tensor> parameters)>;
Report check(const TensorFunction& f, std::span<const Tensor> parameters, const Claim& claim,
             const CheckOptions& options = {});

/// The same for a black box.
Report check(const Function& f, std::span<const double> point, const Claim& claim,
             const CheckOptions& options = {});

/// A claimed Hessian-vector product: H·v for the Hessian of f and a direction v, one tensor for
/// each parameter. It is the gradient of ⟨∇f, v⟩, which is recorded and checked like any function;
/// the report's loss is that number.
Report check_hessian_vector_product(const TensorFunction& f, std::span<const Tensor> parameters,
                                    std::span<const Tensor> v, const Claim& claim,
                                    const CheckOptions& options = {});

/// The tape's own gradient of f, as a claim, held against dual numbers entry by entry, or against
/// differences where f has operations that dual numbers do not know. `names` are those of the
/// parameters.
Report check_tape(const Program& f, std::span<const Tensor> parameters,
                  std::span<const std::string> names, const CheckOptions& options = {});

/// A claim about tensors: the blocks are named and shaped like the parameters. Throws Error where
/// the gradient's shapes differ from the parameters'.
Claim claim_of(std::span<const Tensor> parameters, std::span<const std::string> names,
               std::span<const Tensor> gradient);

}  // namespace autograd::check
