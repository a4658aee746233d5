#pragma once

#include "apps/verify/exec/program.h"
#include "autograd/check/report.h"
#include "autograd/check/spending.h"
#include "autograd/tensor/dtype.h"

namespace verify {

struct ProgramOptions {
  autograd::Dtype dtype = autograd::f64;  ///< in which the program computes: f32 or f64
  autograd::check::Spending spending = {.budget = 60};
};

/// Holds the gradient that a program claims at its own parameters against differences of its loss.
/// Where all entries would take longer than the budget, a sample spread evenly over each block is
/// checked, and the report says so. Throws autograd::Error where the program does not keep to the
/// protocol, its loss is not finite, or differs from call to call.
autograd::check::Report check_program(Program& program, const ProgramOptions& options = {});

}  // namespace verify
