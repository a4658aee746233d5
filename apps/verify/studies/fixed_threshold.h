#pragma once

#include <string>
#include <vector>

#include "apps/verify/report/claims.h"

// The check of a course: one step for all entries, one threshold for the relative difference
// |a − b| / (|a| + |b|), where 0/0 is 0. It is here to be shown falling into its trap.

namespace verify {

inline constexpr double fixed_step = 1e-3;
inline constexpr double fixed_threshold = 1e-4;

struct FixedCheck {
  std::size_t failed = 0;  ///< entries at or above the threshold; NaN fails
  std::size_t entries = 0;
  double largest = 0;   ///< relative difference
  std::string worst;    ///< the entry of the largest
  double claimed = 0;   ///< its claim
  double estimate = 0;  ///< its difference quotient
};

FixedCheck check_fixed(const std::vector<autograd::check::Block>& blocks,
                       const std::vector<double>& claimed, const std::vector<double>& differences);

/// "all 260 entries pass", or how many fail and the worst of them by name.
std::string describe(const FixedCheck& check);

}  // namespace verify
