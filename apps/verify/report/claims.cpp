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

// What rounding may do where terms of the given sizes cancel.
std::vector<double> wide_allowance(const Question& question, const Reference& reference) {
  std::vector<check::Estimate> largest = reference.estimates;
  const std::vector<double> sizes = question.term_sizes();
  for (std::size_t i = 0; i < largest.size(); ++i) {
    largest[i].value = std::max(std::abs(largest[i].value), sizes.at(i));
  }
  return check::rounding_allowance(largest, question.blocks, epsilon_of(question.dtype));
}

// Puts the blocks of a second report in the place of those that seemed wrong in the first.
void take_second_look(check::Report& report, const check::Report& second) {
  report.verdict = report.repeatable ? Verdict::agree : Verdict::disagree;
  for (std::size_t i = 0; i < report.blocks.size(); ++i) {
    check::BlockReport& block = report.blocks[i];
    if (block.verdict == Verdict::disagree) {
      block = second.blocks[i];
      const auto begin = static_cast<std::ptrdiff_t>(block.block.offset);
      std::copy_n(second.entries.begin() + begin, block.block.count(),
                  report.entries.begin() + begin);
    }
    report.verdict = std::max(report.verdict, block.verdict);
  }
}

ClaimReport judge_claim(const Question& question, const check::Probe& probe, const Judge& judge,
                        const Reference& reference) {
  ClaimReport result{judge.name, judge.at(probe.point()), {}, {}, {}};
  const auto judged_with = [&](const std::vector<double>& allowance) {
    const auto gradient = [&](std::span<const double> flat) { return judge.at(flat).gradient; };
    return check::compare(probe, {question.blocks, result.claim.gradient, allowance, gradient},
                          reference.estimates);
  };
  result.report = judged_with(reference.allowance);
  if (result.report.verdict == Verdict::disagree && question.term_sizes) {
    take_second_look(result.report, judged_with(wide_allowance(question, reference)));
  }
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
  Comparison result{question, probe.clone()->value(0, 0), {}, {}, Verdict::agree, {}, {}};
  Reference reference{check::estimate_gradient(probe, question.blocks), {}};
  reference.allowance =
      check::rounding_allowance(reference.estimates, question.blocks, epsilon_of(question.dtype));
  for (const Judge& judge : judges) {
    result.claims.push_back(judge_claim(question, probe, judge, reference));
    result.verdict = graver(result.verdict, result.claims.back().report.verdict);
  }
  for (std::size_t i = 0; i < result.claims.size(); ++i) {
    for (std::size_t j = i + 1; j < result.claims.size(); ++j) {
      const ClaimReport &a = result.claims[i], &b = result.claims[j];
      PairReport pair = compare_pair(question, a, b, reference.allowance);
      if (!pair.agree && question.term_sizes) {
        pair = compare_pair(question, a, b, wide_allowance(question, reference));
      }
      result.pairs.push_back(pair);
      if (!result.pairs.back().agree) result.verdict = Verdict::disagree;
    }
  }
  result.question.term_sizes = {};  // it may refer to what does not outlive the call
  return result;
}

void check_exactly(Comparison& comparison, const NetworkClaim& subject,
                   const std::vector<Judge>& judges) {
  comparison.subject = subject;
  for (std::size_t i = 0; i < comparison.claims.size(); ++i) {
    ClaimReport& claim = comparison.claims[i];
    NetworkClaim asked = subject;
    asked.name = claim.name;
    asked.gradient = claim.claim.gradient;
    asked.loss = claim.claim.loss;
    asked.again = [&](std::span<const double> point) { return judges[i].at(point).gradient; };
    claim.exact = check_network(asked);
    comparison.verdict = graver(comparison.verdict, claim.exact->verdict);
  }
}

Verdict gravest(std::span<const Comparison> comparisons) {
  Verdict verdict = Verdict::agree;
  for (const Comparison& comparison : comparisons) verdict = graver(verdict, comparison.verdict);
  return verdict;
}

}  // namespace verify
