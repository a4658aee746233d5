#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "autograd/check/compare.h"

// How entries are judged and summed up, and the second look that is taken before one is called
// wrong. For those who make reports.

namespace autograd::check {

/// One entry judged by one estimate; `largest` is the largest |reference| of its block.
Entry judge(std::int64_t index, double claimed, const Estimate& reference, double allowance,
            double largest);

/// Whether a tolerance is too wide to tell much: over 5 % of the entry and over 1e-4 of the block's
/// largest.
bool is_coarse(const Entry& entry, double tolerance, double largest);

/// Throws Error unless the claim has `size` entries and its blocks hold just them.
void check_claim(const Claim& claim, std::size_t size);

/// Whether the claim, asked twice at the point, says the same twice, to within its allowance.
bool asks_the_same(const Claim& claim, std::span<const double> point,
                   std::span<const double> allowance);

/// A block's report from its entries, as many as the block has.
BlockReport summarize(const Block& block, std::span<const Entry> entries);

/// The verdict of all blocks and of the claim's being repeatable.
Verdict overall(const Report& report);

/// Holds entries that seem to disagree against a second ladder of steps and, when the claim can be
/// asked for there, against two points nearby.
class Confirmation {
 public:
  /// Keeps references: probe, claim, allowance and options must outlive it.
  Confirmation(const Probe& probe, const Claim& claim, std::span<const double> allowance,
               double noise, const CompareOptions& options);
  ~Confirmation();

  /// Reviews the disagreements of one block, the worst first, and rewrites the verdicts of those
  /// that do not stand. Once most of a batch has stood, the rest of the block stands with it.
  void review(std::span<Entry> block, double largest);

 private:
  struct Nearby;

  void judge_again(std::span<Entry* const> batch, double largest) const;
  void judge_nearby(const Nearby& nearby, std::span<Entry* const> batch, double largest) const;
  void visit_nearby();

  const Probe& probe_;
  const Claim& claim_;
  std::span<const double> allowance_;
  double noise_;
  const CompareOptions& options_;
  std::vector<std::unique_ptr<Nearby>> nearby_;  // found when first needed
};

}  // namespace autograd::check
