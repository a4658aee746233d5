#pragma once

#include <span>
#include <string>

#include "apps/verify/report/claims.h"

namespace verify {

/// A comparison in words, but for its question: for each claim a table of its blocks and, where it
/// does not agree, what is wrong with it; for every two claims a table of how far they are apart.
std::string describe(const Comparison& comparison);

/// One line for a study: "flat-vector: the gradient by hand agrees with the differences".
std::string conclude(const std::string& study, std::span<const Comparison> comparisons);

}  // namespace verify
