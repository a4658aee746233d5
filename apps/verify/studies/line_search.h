#pragma once

#include "apps/verify/studies/study.h"

namespace verify {

/// A logistic network 784–6–10 trained by hand, by gradient descent with a backtracking line
/// search, on the embedded thousand images of MNIST or the first 20,000 of the user's; then all
/// 4,780 parameters by central differences with step 1e-4 on the first five samples, and with error
/// bars. Draws a picture of it where the options name a file. Stops where no step is found.
Outcome line_search(const Options& options, const Progress& progress);

}  // namespace verify
