#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "autograd/check/compare.h"

namespace autograd::check {

/// Sizes of the problem that a wrong factor may be traced to.
struct KnownSizes {
  std::int64_t batch = 0;  ///< number of samples in the loss; 0: not known
  /// Others, as {"the width of layer 1", 40}.
  std::vector<std::pair<std::string, std::int64_t>> others;
};

enum class Cause {
  none,            ///< the block does not disagree
  summed,          ///< N times too large
  averaged_twice,  ///< N times too small
  sign,            ///< −1
  doubled,         ///< 2
  halved,          ///< ½
  unbiased,        ///< N/(N − 1): divided by N − 1
  factor,          ///< another known size or its inverse
  ambiguous,       ///< one factor, several causes that cannot be told apart
  zero,            ///< the claim is zero in the whole block
  transposed,      ///< the block's transpose
  other_block,     ///< the gradient of another block
  not_finite,      ///< NaN or infinity
  few_entries,     ///< at most three entries, all others agree
  unknown          ///< wrong, and none of the above explains the whole block
};

/// What is wrong with one block.
struct Diagnosis {
  std::string block;
  Verdict verdict = Verdict::agree;  ///< the block's
  Cause cause = Cause::none;
  double alpha = 1;  ///< ⟨claim, reference⟩/⟨reference, reference⟩
  std::string text;  ///< a sentence without the block's name: "cleared", "5 times too large: …"
};

/// One diagnosis a block. A cause is named only if it explains every entry of the block to within
/// 4 times its bar and allowance; otherwise the text says what is wrong and names no cause.
std::vector<Diagnosis> diagnose(const Report& report, const KnownSizes& sizes = {});

/// One line a block: "W1: 5 times too large: summed over the batch of 5 instead of averaged".
std::string describe(std::span<const Diagnosis> diagnoses);

}  // namespace autograd::check
