#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "autograd/check/estimate.h"
#include "autograd/check/probe.h"

// A claimed gradient held against differences of the function itself.
//
// There is no threshold to choose. Each entry is judged by the error bar of its own difference and
// by the rounding the claim is allowed: tolerance = 3 bars + allowance. Nothing is called wrong on
// one look: a second ladder with other steps must reject the claim too and, when the claim can be
// asked for at other points, two points nearby as well. Kinks do not survive that; bugs do.

namespace autograd::check {

/// What is known about one entry of a claim, or about all of it.
enum class Verdict { agree, kink, cannot_tell, disagree };

/// "agree", "kink", "cannot tell", "disagree".
std::string to_string(Verdict verdict);

/// A gradient that somebody claims.
struct Claim {
  std::vector<Block> blocks;   ///< the parameter arrays, one after another
  std::vector<double> values;  ///< all blocks flattened
  /// What rounding may do to each entry, absolute. Empty: rounding_allowance of a float64 claim.
  std::vector<double> allowance;
  /// The claim at any point, optional: with it, a disagreement is confirmed at two more points and
  /// the claim is asked for twice at its own.
  std::function<std::vector<double>(std::span<const double> point)> gradient;
};

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

struct Report {
  /// disagree: a confirmed entry. cannot_tell: a block less than 95 % conclusive. Otherwise agree.
  Verdict verdict = Verdict::agree;
  std::vector<BlockReport> blocks;
  std::vector<Entry> entries;  ///< all of them, in flat order
  double noise = 0;            ///< of f, as measured
  bool repeatable = true;      ///< the claim gave the same answer the second time
};

struct CompareOptions {
  EstimateOptions estimate;
  std::int64_t confirm = 24;  ///< disagreements confirmed one by one in a block, the worst first
};

/// The rounding allowance of each entry: 256 · epsilon · the largest reference in its block. A
/// gradient entry is a sum over samples and units whose terms may cancel, so its rounding error
/// goes with the size of the terms, for which the block's largest entry stands, not with the size
/// of the entry; 256 leaves room for sums of some ten thousand terms whose errors add at random.
/// epsilon is 2⁻⁵² for a float64 claim, 2⁻²³ for float32.
std::vector<double> rounding_allowance(std::span<const Estimate> reference,
                                       std::span<const Block> blocks, double epsilon);

/// Judges a claim at the probe's point. Error when sizes do not fit or f is not finite there.
Report compare(const Probe& probe, const Claim& claim, const CompareOptions& options = {});

/// The same against an estimate that is there already, so that several claims can share one: that
/// of estimate_gradient at the probe's point with the claim's blocks and the same options.
Report compare(const Probe& probe, const Claim& claim, std::span<const Estimate> reference,
               const CompareOptions& options = {});

/// The same for a plain function.
Report compare(const Function& f, std::span<const double> point, const Claim& claim,
               const CompareOptions& options = {});

/// The report in words: one line a block, the worst entries of blocks that disagree, the verdict
/// and the resolution it reached.
std::string describe(const Report& report);

}  // namespace autograd::check
