#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "autograd/check/estimate.h"
#include "autograd/check/probe.h"

// What a check has found, as a value: the same for every source of claims, to be printed, written
// as JSON or drawn as a page.

namespace autograd::check {

/// What is known about one entry of a claim, or about all of it.
enum class Verdict { agree, kink, cannot_tell, disagree };

/// "agree", "kink", "cannot tell", "disagree".
std::string to_string(Verdict verdict);

/// One entry under the lens.
struct Entry {
  std::int64_t index = 0;  ///< in the flat vector
  Verdict verdict = Verdict::agree;
  double claimed = 0;
  Estimate reference;
  double difference = 0;  ///< |claimed − reference|; infinite for a claim that is not a number
  double tolerance = 0;   ///< 3 bars + allowance
};

struct BlockReport {
  Block block;
  Verdict verdict = Verdict::agree;
  std::array<std::int64_t, 4> counts{};  ///< entries by verdict
  double largest_reference = 0;          ///< the largest |reference|
  double largest_difference = 0;
  std::int64_t largest_at = 0;  ///< flat index of the largest difference
  /// An entry judged conclusively and wrong by more than this would have been seen.
  double resolution = 0;
  std::int64_t not_finite = 0;  ///< claimed entries that are NaN or infinite; each a disagreement
  std::vector<Entry> worst;     ///< disagreements first, by difference over tolerance; at most 5

  std::int64_t count(Verdict v) const { return counts[static_cast<std::size_t>(v)]; }
};

/// What is wrong with one block, or with all of them at once.
struct Diagnosis {
  std::string block;                 ///< empty: the whole claim
  Verdict verdict = Verdict::agree;  ///< the block's
  /// A short name of the cause, such as "summed" or "transposed". Empty: the block does not
  /// disagree. "unknown": it does, and nothing known explains the whole block.
  std::string cause;
  /// The names of all causes that explain it, where they cannot be told apart here.
  std::vector<std::string> ties;
  double alpha = 1;  ///< ⟨claim, reference⟩/⟨reference, reference⟩
  std::string text;  ///< a sentence without the block's name: "cleared", "5 times too large: …"
  std::string evidence;  ///< what the cause was seen by; may be empty
  std::string fix;       ///< what to do about it; may be empty
};

/// A difference quotient along one direction at one step.
struct CurvePoint {
  double step = 0;
  double forward = 0;  ///< |(f(x + step·v) − f(x))/step − slope|
  double central = 0;  ///< |(f(x + step·v) − f(x − step·v))/(2 step) − slope|
};

struct Report {
  /// disagree: a confirmed entry. cannot_tell: a block less than 95 % conclusive. Otherwise agree.
  Verdict verdict = Verdict::agree;
  std::vector<BlockReport> blocks;
  std::vector<Entry> entries;  ///< all of them, in flat order
  double noise = 0;            ///< of f, as measured; 0 where the reference is not made of f
  bool repeatable = true;      ///< the claim gave the same answer the second time

  std::string claim;                   ///< whose claim, such as "by hand"
  std::string reference;               ///< which witnesses the reference rests on, in words
  double loss = 0;                     ///< f at the point
  std::optional<double> claimed_loss;  ///< as the claim has it, if it says
  std::vector<Diagnosis> diagnoses;    ///< one a block
  std::optional<Diagnosis> whole;      ///< the one cause that explains all blocks, if there is one
  std::vector<std::string> findings;   ///< plain sentences beside the entries
  std::vector<std::string> blind;      ///< mistakes that would not show at this point
  std::vector<CurvePoint> curve;       ///< along a random direction, coarse steps first
  double curve_slope = 0;              ///< f's derivative along that direction
  std::vector<std::string> left_out;   ///< what the time budget had no room for
  std::string cost;                    ///< what was spent, in words
};

/// The report in words: one line a block, the worst entries of blocks that disagree, the cause, the
/// findings, the verdict and the resolution it reached, and what it could not have seen.
std::string describe(const Report& report);

}  // namespace autograd::check
