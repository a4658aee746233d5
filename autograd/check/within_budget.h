#pragma once

#include <span>

#include "autograd/check/compare.h"
#include "autograd/check/spending.h"

namespace autograd::check {

/// compare(), of as many entries as the budget allows. Where all of them would take longer, a
/// sample spread evenly over each block is checked: its blocks are called "W1 (200 of 31360)", and
/// the report says what was left out and where in the whole block a wrong entry lies. Where
/// Claim::allowance is empty it is that of rounding_allowance with `epsilon`.
Report compare_within(Meter& meter, const Probe& probe, const Claim& claim, double epsilon,
                      CompareOptions options = {});

/// The same for a plain function.
Report compare_within(Meter& meter, const Function& f, std::span<const double> point,
                      const Claim& claim, double epsilon, CompareOptions options = {});

}  // namespace autograd::check
