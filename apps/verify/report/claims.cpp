#include "apps/verify/report/claims.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace verify {

namespace check = autograd::check;
using check::Verdict;

namespace {

double epsilon_of(autograd::Dtype dtype) {
  return dtype == autograd::f32 ? std::numeric_limits<float>::epsilon()
                                : std::numeric_limits<double>::epsilon();
}

// What the differences say, and what rounding may do to a claim.
struct Reference {
  std::vector<check::Estimate> estimates;
  std::vector<double> allowance;
};

ClaimReport judge_claim(const Question& question, const check::Probe& probe, const Judge& judge,
                        const Reference& reference) {
  ClaimReport result{judge.name, judge.at(probe.point()), {}, {}};
  const auto gradient = [&](std::span<const double> flat) { return judge.at(flat).gradient; };
  result.report =
      check::compare(probe, {question.blocks, result.claim.gradient, reference.allowance, gradient},
                     reference.estimates);
  result.diagnoses = check::diagnose(result.report, question.sizes);
  return result;
}

BlockAgreement compare_block(const check::Block& block, const ClaimReport& a, const ClaimReport& b,
                             std::span<const double> allowance) {
  BlockAgreement found{block.name, 0, 0, block.entry_name(block.offset), true};
  const auto begin = static_cast<std::size_t>(block.offset);
  for (std::size_t i = begin; i < begin + static_cast<std::size_t>(block.count()); ++i) {
    if (a.report.entries[i].reference.kink) continue;
    const double x = a.claim.gradient[i], y = b.claim.gradient[i];
    const double size = std::max(std::abs(x), std::abs(y));
    double difference = std::abs(x - y);
    if (std::isnan(difference)) difference = std::numeric_limits<double>::infinity();
    if (difference > found.absolute) {
      found.absolute = difference;
      found.at = block.entry_name(static_cast<std::int64_t>(i));
    }
    if (difference > 0) found.relative = std::max(found.relative, difference / size);
    found.agree = found.agree && difference <= 2 * allowance[i];
  }
  return found;
}

PairReport compare_pair(const Question& question, const ClaimReport& a, const ClaimReport& b,
                        std::span<const double> allowance) {
  PairReport pair{a.name, b.name, {}, true};
  for (const check::Block& block : question.blocks) {
    pair.blocks.push_back(compare_block(block, a, b, allowance));
    pair.agree = pair.agree && pair.blocks.back().agree;
  }
  return pair;
}

// kink is a way to agree.
Verdict plain(Verdict verdict) { return verdict == Verdict::kink ? Verdict::agree : verdict; }

Verdict graver(Verdict a, Verdict b) { return std::max(plain(a), plain(b)); }

}  // namespace

Comparison compare_claims(const Question& question, const check::Probe& probe,
                          const std::vector<Judge>& judges) {
  Comparison result{question, probe.clone()->value(0, 0), {}, {}, Verdict::agree};
  Reference reference{check::estimate_gradient(probe, question.blocks), {}};
  reference.allowance =
      check::rounding_allowance(reference.estimates, question.blocks, epsilon_of(question.dtype));
  for (const Judge& judge : judges) {
    result.claims.push_back(judge_claim(question, probe, judge, reference));
    result.verdict = graver(result.verdict, result.claims.back().report.verdict);
  }
  for (std::size_t i = 0; i < result.claims.size(); ++i) {
    for (std::size_t j = i + 1; j < result.claims.size(); ++j) {
      result.pairs.push_back(
          compare_pair(question, result.claims[i], result.claims[j], reference.allowance));
      if (!result.pairs.back().agree) result.verdict = Verdict::disagree;
    }
  }
  return result;
}

Verdict gravest(std::span<const Comparison> comparisons) {
  Verdict verdict = Verdict::agree;
  for (const Comparison& comparison : comparisons) verdict = graver(verdict, comparison.verdict);
  return verdict;
}

}  // namespace verify
