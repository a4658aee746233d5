#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "autograd/check/report.h"

namespace autograd::check {

/// Sizes of the problem that a wrong factor may be traced to.
struct KnownSizes {
  std::int64_t batch = 0;  ///< number of samples in the loss; 0: not known
  /// Others, as {"the width of layer 1", 40}.
  std::vector<std::pair<std::string, std::int64_t>> others;
};

/// One diagnosis a block. A cause is named only if it explains every entry of the block to within
/// 4 times its bar and allowance; otherwise the text says what is wrong and names no cause.
std::vector<Diagnosis> diagnose(const Report& report, const KnownSizes& sizes = {});

/// One line a block: "W1: 5 times too large: summed over the batch of 5 instead of averaged".
std::string describe(std::span<const Diagnosis> diagnoses);

}  // namespace autograd::check
