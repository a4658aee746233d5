#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "autograd/check/estimate.h"
#include "autograd/check/probe.h"
#include "autograd/tape/program.h"

/// The witnesses of a gradient, each usable alone.
///
/// Each gives the derivative of a recorded program's first output, a scalar, along a direction, or
/// by every entry of its inputs. They share less and less with the rules that the tape follows:
///
///     dual             numbers v + d·ε with derivative formulas of their own; as exact as a tape
///     complex_step     Im f(x + ih)/h with h = 1e-100, which nothing cancels in; f must be
///     analytic double_double    central differences with 106 bits and a step of 2⁻³⁶: values of f
///     alone finite_difference   the same with 53 bits, its step searched and its error known
///     (estimate.h)
///
/// The first three throw Error where an operation is not known for their numbers.
namespace autograd::check {

/// f's derivative at x along a direction, both flat over all inputs.
double dual_along(const Program& f, std::span<const double> x, std::span<const double> direction);
double complex_step_along(const Program& f, std::span<const double> x,
                          std::span<const double> direction);

/// The same by differences of 106 bits; `low`, where given, gets the digits beyond double's.
double double_double_along(const Program& f, std::span<const double> x,
                           std::span<const double> direction, double step = 0x1p-36,
                           double* low = nullptr);

/// All entries of the gradient, one run (or two) of the program an entry, with bars: those of dual
/// numbers and complex steps allow for rounding of the entry alone, not for what cancels in f.
std::vector<Estimate> dual(const Program& f, std::span<const double> x);
std::vector<Estimate> complex_step(const Program& f, std::span<const double> x);
std::vector<Estimate> double_double(const Program& f, std::span<const double> x);
std::vector<Estimate> finite_difference(const Program& f, std::span<const double> x);

}  // namespace autograd::check
