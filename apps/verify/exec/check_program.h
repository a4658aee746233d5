#pragma once

#include <functional>
#include <string>

#include "apps/verify/exec/program.h"
#include "apps/verify/report/progress.h"
#include "autograd/check/report.h"
#include "autograd/tensor/dtype.h"

namespace verify {

struct ProgramOptions {
  autograd::Dtype dtype = autograd::f64;  ///< in which the program computes: f32 or f64
  double budget = 60;                     ///< seconds to spend on differences, roughly
  Progress progress;
  /// Told once, before the time is spent, what it will cost; may be empty.
  std::function<void(const std::string&)> announce;
};

/// Holds the gradient that a program claims at its own parameters against differences of its loss.
/// Where all entries would take longer than the budget, a sample spread evenly over each block is
/// checked, and the report says so. Throws autograd::Error where the program does not keep to the
/// protocol, its loss is not finite, or differs from call to call.
autograd::check::Report check_program(Program& program, const ProgramOptions& options = {});

}  // namespace verify
