#include "autograd/check/diagnosis.h"

#include <algorithm>
#include <cmath>

#include "autograd/check/text.h"

namespace autograd::check {
namespace {

constexpr double kTimes = 4;            // bars and allowances within which a cause must explain
constexpr double kSureOfFactor = 0.01;  // relative error of α above which no factor is named

struct Candidate {
  std::string cause = "unknown";
  std::string text;
  std::vector<std::string> ties = {};
};

struct Factor {
  double value = 1;
  std::string cause = "factor";
  std::string text;
};

std::span<const Entry> entries_of(const Report& report, const Block& block) {
  return std::span(report.entries)
      .subspan(static_cast<std::size_t>(block.offset), static_cast<std::size_t>(block.count()));
}

/// What a claim of `entry` may miss its true value by; tolerance = 3 bars + allowance.
double spread(const Entry& entry) { return kTimes * (entry.tolerance - 2 * entry.reference.bar); }

/// Whether the claims of a block are factor · the references that `source` picks. Entries at a kink
/// have no one slope to compare with and are left out; at least one entry must remain.
template <class Source>
bool explains(std::span<const Entry> entries, double factor, const Source& source) {
  bool any = false;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const Entry& reference = source(i);
    if (reference.reference.kink) continue;
    any = true;
    const double room = std::max(1.0, std::abs(factor)) * spread(reference);
    if (!(std::abs(entries[i].claimed - factor * reference.reference.value) <= room)) return false;
  }
  return any;
}

/// Every factor that a known mistake leads to, nothing twice.
std::vector<Factor> known_factors(const KnownSizes& sizes) {
  std::vector<Factor> factors{{-1, "sign", "the sign is wrong"},
                              {2, "doubled", "a factor of 2 too many"},
                              {0.5, "halved", "a factor of 2 is missing"}};
  const auto n = static_cast<double>(sizes.batch);
  const std::string batch = std::to_string(sizes.batch);
  if (sizes.batch > 1) {
    factors.push_back({n, "summed", "summed over the batch of " + batch + " instead of averaged"});
    factors.push_back(
        {1 / n, "averaged_twice", "averaged over the batch of " + batch + " once too often"});
    factors.push_back(
        {n / (n - 1), "unbiased",
         "divided by " + std::to_string(sizes.batch - 1) + " instead of by the batch of " + batch});
  }
  for (const auto& [name, size] : sizes.others) {
    if (size < 2) continue;
    const auto s = static_cast<double>(size);
    const std::string what = name + " (" + std::to_string(size) + ")";
    factors.push_back({s, "factor", "multiplied by " + what});
    factors.push_back({1 / s, "factor", "divided by " + what});
  }
  return factors;
}

std::string times(double factor) {
  if (factor < 0) return "the claim is " + number(factor) + " times the gradient";
  return factor > 1 ? number(factor) + " times too large" : number(1 / factor) + " times too small";
}

struct Fit {
  double alpha = 0;
  double error = 0;  // of α, relative to 1
};

Fit fit_factor(std::span<const Entry> entries) {
  double cr = 0, rr = 0, br = 0;
  for (const Entry& e : entries) {
    if (e.reference.kink) continue;
    cr += e.claimed * e.reference.value;
    rr += e.reference.value * e.reference.value;
    br += spread(e) * std::abs(e.reference.value);
  }
  return rr > 0 ? Fit{cr / rr, br / rr} : Fit{0, 1};
}

std::vector<Candidate> factor_candidates(std::span<const Entry> entries, const KnownSizes& sizes) {
  std::vector<Candidate> found;
  const auto own = [&](std::size_t i) -> const Entry& { return entries[i]; };
  for (const Factor& factor : known_factors(sizes)) {
    if (!explains(entries, factor.value, own)) continue;
    const std::string prefix = factor.cause == "sign" ? "" : times(factor.value) + ": ";
    // Further causes of the same factor need not repeat how large it is.
    found.push_back({factor.cause, (found.empty() ? prefix : "") + factor.text});
  }
  return found;
}

bool is_zero(std::span<const Entry> entries) {
  return std::all_of(entries.begin(), entries.end(), [](const Entry& e) { return e.claimed == 0; });
}

/// Claims that are other entries' references: the transpose, or another block.
std::vector<Candidate> moved_candidates(const Report& report, const BlockReport& block) {
  std::vector<Candidate> found;
  const auto entries = entries_of(report, block.block);
  const std::vector<std::int64_t>& shape = block.block.shape;
  if (shape.size() == 2 && shape[0] > 1 && shape[1] > 1) {
    const auto rows = static_cast<std::size_t>(shape[0]);
    const auto columns = static_cast<std::size_t>(shape[1]);
    const auto transpose = [&](std::size_t i) -> const Entry& {
      return entries[(i % rows) * columns + i / rows];
    };
    if (explains(entries, 1, transpose)) {
      found.push_back({"transposed",
                       "transposed: the values are right, rows and columns are "
                       "exchanged"});
    }
  }
  for (const BlockReport& other : report.blocks) {
    if (other.block.offset == block.block.offset) continue;
    if (other.block.count() != block.block.count()) continue;
    const auto theirs = entries_of(report, other.block);
    const auto source = [&](std::size_t i) -> const Entry& { return theirs[i]; };
    if (fit_factor(theirs).error <= kSureOfFactor && explains(entries, 1, source)) {
      found.push_back({"other_block", "this is the gradient of " + other.block.name});
    }
  }
  return found;
}

std::string at_largest(const BlockReport& block, const Report& report) {
  const Entry& e = report.entries[static_cast<std::size_t>(block.largest_at)];
  return "largest difference at " + block.block.entry_name(e.index) + ": claimed " +
         number(e.claimed) + ", the reference says " + number(e.reference.value);
}

/// When no cause explains the whole block: what can be said for certain.
Candidate without_cause(const Report& report, const BlockReport& block, const Fit& fit) {
  const std::int64_t wrong = block.count(Verdict::disagree);
  if (wrong <= 3 && 4 * wrong <= block.block.count()) {
    return {"few_entries", "wrong in " + std::to_string(wrong) + " of " +
                               std::to_string(block.block.count()) + " entries; " +
                               at_largest(block, report)};
  }
  return {"unknown",
          "wrong, no known cause: α = " + number(fit.alpha) + ", " + at_largest(block, report)};
}

Candidate not_finite(const BlockReport& block, std::span<const Entry> entries) {
  const auto first = std::find_if(entries.begin(), entries.end(),
                                  [](const Entry& e) { return !std::isfinite(e.claimed); });
  return {"not_finite", std::to_string(block.not_finite) + " of " + std::to_string(entries.size()) +
                            " claimed entries are not finite, the first at " +
                            block.block.entry_name(first->index)};
}

Candidate explain(const Report& report, const BlockReport& block, const KnownSizes& sizes,
                  const Fit& fit) {
  const auto entries = entries_of(report, block.block);
  if (block.not_finite > 0) return not_finite(block, entries);
  if (is_zero(entries)) return {"zero", "the claim is zero in the whole block"};
  // A block whose true gradient drowns in its error bars would fit any factor.
  if (fit.error > kSureOfFactor) return without_cause(report, block, fit);
  std::vector<Candidate> found = factor_candidates(entries, sizes);
  for (Candidate& moved : moved_candidates(report, block)) found.push_back(std::move(moved));
  if (found.empty()) return without_cause(report, block, fit);
  if (found.size() == 1) return found.front();
  Candidate tie{"ambiguous", found.front().text};
  for (std::size_t i = 1; i < found.size(); ++i) tie.text += ", or " + found[i].text;
  for (const Candidate& candidate : found) tie.ties.push_back(candidate.cause);
  tie.text += "; these cannot be told apart here";
  return tie;
}

Diagnosis diagnose_block(const Report& report, const BlockReport& block, const KnownSizes& sizes) {
  Diagnosis d;
  d.block = block.block.name;
  d.verdict = block.verdict;
  const Fit fit = fit_factor(entries_of(report, block.block));
  d.alpha = fit.alpha;
  if (block.verdict == Verdict::disagree) {
    const Candidate candidate = explain(report, block, sizes, fit);
    d.cause = candidate.cause;
    d.text = candidate.text;
    d.ties = candidate.ties;
  } else if (block.verdict == Verdict::cannot_tell) {
    d.text = "cannot tell: " + std::to_string(block.count(Verdict::cannot_tell)) + " of " +
             std::to_string(block.block.count()) + " entries drown in their error bars";
  } else {
    d.text = "cleared";
  }
  return d;
}

}  // namespace

std::vector<Diagnosis> diagnose(const Report& report, const KnownSizes& sizes) {
  std::vector<Diagnosis> diagnoses;
  for (const BlockReport& block : report.blocks) {
    diagnoses.push_back(diagnose_block(report, block, sizes));
  }
  return diagnoses;
}

std::string describe(std::span<const Diagnosis> diagnoses) {
  std::string text;
  for (const Diagnosis& d : diagnoses) text += d.block + ": " + d.text + "\n";
  return text;
}

}  // namespace autograd::check
