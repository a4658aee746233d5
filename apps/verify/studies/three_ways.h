#pragma once

#include "apps/verify/studies/study.h"

namespace verify {

/// Two warm-ups and a sigmoid network without biases, 10–20–3 with weights scaled by 1 and by 0.01
/// and 30–20–2 on the breast-cancer set; each by the fixed step and threshold of a course, where
/// that check falls into its trap, and with error bars. A variant picks one network; with all, the
/// claims are made in float64 and in float32 unless the options ask for one of them.
Outcome three_ways(const Options& options, const Progress& progress);

}  // namespace verify
