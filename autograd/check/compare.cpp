#include "autograd/check/compare.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "autograd/check/confirm.h"
#include "autograd/tensor/error.h"

namespace autograd::check {
namespace {

constexpr std::size_t kWorst = 5;          // entries of a block that the report shows
constexpr double kConclusive = 0.95;       // of a block's entries: less is "cannot tell"
constexpr double kAllowedRoundings = 256;  // see rounding_allowance

double largest_reference(std::span<const Estimate> reference) {
  double largest = 0;
  for (const Estimate& e : reference) largest = std::max(largest, std::abs(e.value));
  return largest;
}

double excess(const Entry& entry) {
  return entry.tolerance > 0 ? entry.difference / entry.tolerance : entry.difference;
}

bool worse(const Entry& a, const Entry& b) {
  const bool a_wrong = a.verdict == Verdict::disagree;
  const bool b_wrong = b.verdict == Verdict::disagree;
  if (a_wrong != b_wrong) return a_wrong;
  return excess(a) > excess(b);
}

}  // namespace

void check_claim(const Claim& claim, std::size_t size) {
  check_blocks(claim.blocks, static_cast<std::int64_t>(size));
  if (claim.values.size() != size) {
    throw Error("compare: the claim has " + std::to_string(claim.values.size()) +
                " entries; expected the " + std::to_string(size) + " of the point");
  }
  if (!claim.allowance.empty() && claim.allowance.size() != size) {
    throw Error("compare: the claim has " + std::to_string(claim.allowance.size()) +
                " allowances; expected none or one for each of " + std::to_string(size) +
                " entries");
  }
}

bool asks_the_same(const Claim& claim, std::span<const double> point,
                   std::span<const double> allowance) {
  if (!claim.gradient) return true;
  const std::vector<double> first = claim.gradient(point);
  const std::vector<double> second = claim.gradient(point);
  if (first.size() != point.size() || second.size() != point.size()) {
    throw Error("compare: the claim's function gave " + std::to_string(first.size()) +
                " entries; expected the " + std::to_string(point.size()) + " of the point");
  }
  for (std::size_t i = 0; i < first.size(); ++i) {
    const bool both_nan = std::isnan(first[i]) && std::isnan(second[i]);
    const bool equal = first[i] == second[i] || both_nan;
    if (!equal && !(std::abs(first[i] - second[i]) <= allowance[i])) return false;
  }
  return true;
}

BlockReport summarize(const Block& block, std::span<const Entry> entries) {
  BlockReport report;
  report.block = block;
  report.largest_at = block.offset;
  std::vector<Entry> worst;
  for (const Entry& e : entries) {
    ++report.counts[static_cast<std::size_t>(e.verdict)];
    report.largest_reference = std::max(report.largest_reference, std::abs(e.reference.value));
    if (!std::isfinite(e.claimed)) ++report.not_finite;
    if (e.verdict == Verdict::kink) continue;
    if (e.difference > report.largest_difference) {
      report.largest_difference = e.difference;
      report.largest_at = e.index;
    }
    if (e.verdict != Verdict::cannot_tell) {
      report.resolution = std::max(report.resolution, e.tolerance + e.reference.bar);
    }
    worst.push_back(e);
  }
  const std::size_t shown = std::min(kWorst, worst.size());
  std::partial_sort(worst.begin(), worst.begin() + static_cast<std::ptrdiff_t>(shown), worst.end(),
                    worse);
  worst.resize(shown);
  report.worst = std::move(worst);
  const double told = 1 - static_cast<double>(report.count(Verdict::cannot_tell)) /
                              static_cast<double>(entries.size());
  if (report.count(Verdict::disagree) > 0) {
    report.verdict = Verdict::disagree;
  } else if (told < kConclusive) {
    report.verdict = Verdict::cannot_tell;
  }
  return report;
}

Verdict overall(const Report& report) {
  Verdict verdict = report.repeatable ? Verdict::agree : Verdict::disagree;
  for (const BlockReport& block : report.blocks) {
    if (block.verdict == Verdict::disagree) return Verdict::disagree;
    if (block.verdict == Verdict::cannot_tell && verdict == Verdict::agree) {
      verdict = Verdict::cannot_tell;
    }
  }
  return verdict;
}

std::vector<double> rounding_allowance(std::span<const Estimate> reference,
                                       std::span<const Block> blocks, double epsilon) {
  check_blocks(blocks, static_cast<std::int64_t>(reference.size()));
  std::vector<double> allowance;
  for (const Block& block : blocks) {
    const auto count = static_cast<std::size_t>(block.count());
    const double largest =
        largest_reference(reference.subspan(static_cast<std::size_t>(block.offset), count));
    allowance.insert(allowance.end(), count, kAllowedRoundings * epsilon * largest);
  }
  return allowance;
}

bool is_coarse(const Entry& entry, double tolerance, double largest) {
  return tolerance > 0.05 * std::abs(entry.reference.value) && tolerance > 1e-4 * largest;
}

Entry judge(std::int64_t index, double claimed, const Estimate& reference, double allowance,
            double largest) {
  Entry e;
  e.index = index;
  e.claimed = claimed;
  e.reference = reference;
  e.tolerance = 3 * reference.bar + allowance;
  if (!std::isfinite(claimed)) {
    e.difference = std::numeric_limits<double>::infinity();
    e.verdict = Verdict::disagree;
    return e;
  }
  e.difference = std::abs(claimed - reference.value);
  const double slack = 3 * reference.jump_bar + allowance;
  const bool between = claimed >= std::min(reference.left, reference.right) - slack &&
                       claimed <= std::max(reference.left, reference.right) + slack;
  // A block that f does not feel at all, and a claim that says just that.
  const bool nothing = largest == 0 && claimed == 0;
  if (reference.kink && between) {
    e.verdict = Verdict::kink;
  } else if (e.difference > e.tolerance) {
    e.verdict = Verdict::disagree;
  } else if (is_coarse(e, e.tolerance, largest) && !nothing) {
    e.verdict = Verdict::cannot_tell;
  }
  return e;
}

std::string to_string(Verdict verdict) {
  switch (verdict) {
    case Verdict::agree:
      return "agree";
    case Verdict::kink:
      return "kink";
    case Verdict::cannot_tell:
      return "cannot tell";
    case Verdict::disagree:
      return "disagree";
  }
  return "unknown";
}

Report compare(const Probe& probe, const Claim& claim, const CompareOptions& options) {
  check_claim(claim, probe.point().size());
  return compare(probe, claim, estimate_gradient(probe, claim.blocks, options.estimate), options);
}

Report compare(const Probe& probe, const Claim& claim, std::span<const Estimate> reference,
               const CompareOptions& options) {
  const std::size_t size = probe.point().size();
  check_claim(claim, size);
  if (reference.size() != size) {
    throw Error("compare: the estimate has " + std::to_string(reference.size()) +
                " entries; expected the " + std::to_string(size) + " of the point");
  }
  constexpr double kEpsilon = std::numeric_limits<double>::epsilon();
  const std::vector<double> allowance = claim.allowance.empty()
                                            ? rounding_allowance(reference, claim.blocks, kEpsilon)
                                            : claim.allowance;
  Report report;
  report.noise = noise_of(probe, options.estimate.seed);
  report.repeatable = asks_the_same(claim, probe.point(), allowance);
  report.entries.reserve(size);
  Confirmation confirmation(probe, claim, allowance, report.noise, options);
  for (const Block& block : claim.blocks) {
    const auto begin = static_cast<std::size_t>(block.offset);
    const auto count = static_cast<std::size_t>(block.count());
    const double largest = largest_reference(reference.subspan(begin, count));
    for (std::size_t i = begin; i < begin + count; ++i) {
      report.entries.push_back(judge(static_cast<std::int64_t>(i), claim.values[i], reference[i],
                                     allowance[i], largest));
    }
    const auto entries = std::span(report.entries).subspan(begin, count);
    confirmation.review(entries, largest);
    report.blocks.push_back(summarize(block, entries));
  }
  report.verdict = overall(report);
  return report;
}

Report compare(const Function& f, std::span<const double> point, const Claim& claim,
               const CompareOptions& options) {
  return compare(BlackBox(f, point), claim, options);
}

}  // namespace autograd::check
