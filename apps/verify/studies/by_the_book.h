#pragma once

#include "apps/verify/studies/study.h"

namespace verify {

/// A tanh network 784–50–10 with squared error, trained by hand on a thousand images, one sample
/// at a time and one step an epoch, in float32 unless asked otherwise; its gradient is checked
/// where the training starts and where it ends.
Outcome by_the_book(const Options& options, const Progress& progress);

}  // namespace verify
