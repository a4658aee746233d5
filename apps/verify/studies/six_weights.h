#pragma once

#include "apps/verify/studies/study.h"

namespace verify {

/// A tanh network 784–h–10 on one z-scored image: six weights by central differences with step
/// 1e-2 in the table of a course, with its rule of thumb |difference| < 1e-4, then every parameter
/// with error bars. h comes from the config. Throws autograd::Error for a config that is no such
/// network.
Outcome six_weights(const Options& options, const Progress& progress);

}  // namespace verify
