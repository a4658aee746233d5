#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "autograd/tape/walk.h"

/// What rounding may do to a gradient that somebody else computed in a given precision.
///
/// Nobody knows the order of their operations, so it is not bounded but sampled, as in Monte Carlo
/// arithmetic: the program runs a few times with every value and every adjoint off by about a unit
/// in the last place, sums by as much more as a sum of that length may lose when it is added up one
/// after another. How far the answers scatter tells what rounding does here: to terms that cancel,
/// to saturated units, to units within rounding of their kink.
/// (D. S. Parker, "Monte Carlo arithmetic", 1997.)
namespace autograd::check {

struct Rounding {
  /// For each entry, flat: how far an honest computation may be off.
  std::vector<double> gradient;
  /// The same for the output.
  double loss = 0;
  /// The same for the value of each step; undefined for indices and what does not vary.
  std::vector<Tensor> values;
};

/// `epsilon` is the relative error of one rounding: 2⁻⁵³ for double, 2⁻²⁴ for float. The program's
/// first output must be a scalar.
Rounding rounding_of(const Program& program, std::span<const Tensor> inputs, double epsilon,
                     std::uint64_t seed = 1);

}  // namespace autograd::check
