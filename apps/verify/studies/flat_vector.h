#pragma once

#include "apps/verify/studies/study.h"

namespace verify {

/// A ReLU network 784–40–10 on five images of Fashion-MNIST whose 31,810 parameters lie in one
/// flat vector. Its score, ‖claimed − forward difference‖₂ with step 1e-8, is the number by which
/// it was once judged; the variant summed-weights holds the bug that the score could not name.
Outcome flat_vector(const Options& options, const Progress& progress);

}  // namespace verify
