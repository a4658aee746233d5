#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "autograd/check/estimate.h"
#include "autograd/check/probe.h"
#include "autograd/check/report.h"

// A claimed gradient held against differences of the function itself.
//
// There is no threshold to choose. Each entry is judged by the error bar of its own difference and
// by the rounding the claim is allowed: tolerance = 3 bars + allowance. Nothing is called wrong on
// one look: a second ladder with other steps must reject the claim too and, when the claim can be
// asked for at other points, two points nearby as well. Kinks do not survive that; bugs do.

namespace autograd::check {

/// A gradient that somebody claims.
struct Claim {
  std::vector<Block> blocks;   ///< the parameter arrays, one after another
  std::vector<double> values;  ///< all blocks flattened
  /// What rounding may do to each entry, absolute. Empty: rounding_allowance of a float64 claim.
  std::vector<double> allowance = {};
  /// The claim at any point, optional: with it, a disagreement is confirmed at two more points and
  /// the claim is asked for twice at its own.
  std::function<std::vector<double>(std::span<const double> point)> gradient = {};
  std::optional<double> loss = {};  ///< the value that is claimed for the function, if one is
  std::string name = "the claim";   ///< whose it is, for the reader
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

}  // namespace autograd::check
