#pragma once

#include <cstddef>

#include "apps/verify/check/network_check.h"
#include "apps/verify/claim_file/archive_arrays.h"
#include "apps/verify/claim_file/layout.h"
#include "apps/verify/claim_file/settings.h"

namespace verify {

/// The claim under one reading of the arrays, everything in the order that the judges take:
/// weights (out, in), samples in rows, labels as one-hot targets. Throws autograd::Error for labels
/// that are none, numbers that are not finite, and a number of activations that does not fit.
NetworkClaim assemble(const ArchiveArrays& arrays, const FileSettings& settings, const Fit& fit,
                      bool average);

}  // namespace verify
