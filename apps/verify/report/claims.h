#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "apps/verify/check/network_check.h"
#include "autograd/check/compare.h"
#include "autograd/check/diagnosis.h"
#include "autograd/tensor/dtype.h"

// The court. Any number of exact judges (a derivation by hand, a tape) claim a gradient at one
// point; each claim is held against differences of the loss, and every two against each other.

namespace verify {

/// A loss and its gradient in flat order.
struct LossAndGradient {
  double loss = 0;
  std::vector<double> gradient;
};

/// One who differentiates exactly, by name ("by hand"), and its answer at any flat point.
struct Judge {
  std::string name;
  std::function<LossAndGradient(std::span<const double> flat)> at;
};

/// What is asked: the gradient of one loss at one point.
struct Question {
  std::string what;  ///< a line for the reader: which network, which samples
  /// In which the claims are computed. The point and the samples must be numbers of that dtype.
  autograd::Dtype dtype = autograd::f64;
  std::vector<autograd::check::Block> blocks;
  autograd::check::KnownSizes sizes;  ///< that a wrong factor may be traced to
  /// How large the terms are that each entry is a sum of, optional. Rounding goes with them even
  /// where they cancel. Asked for only when a claim seems wrong: before it is called so, it is
  /// allowed the rounding of its terms.
  std::function<std::vector<double>()> term_sizes;
};

/// One judge's claim against the differences.
struct ClaimReport {
  std::string name;
  LossAndGradient claim;
  autograd::check::Report report;
  std::vector<autograd::check::Diagnosis> diagnoses;  ///< one a block
  /// The same claim against the verified tape, where the question is about a described network.
  std::optional<autograd::check::Report> exact;
};

/// Two exact claims in one block. Entries at a kink are left out: there both may be right.
struct BlockAgreement {
  std::string block;
  double absolute = 0;  ///< the largest |a − b|
  double relative = 0;  ///< the largest |a − b| / max(|a|, |b|), where 0/0 is 0
  std::string at;       ///< the entry of the largest |a − b|
  bool agree = true;    ///< no entry differs by more than both are allowed for rounding
};

struct PairReport {
  std::string first, second;
  std::vector<BlockAgreement> blocks;
  bool agree = true;
};

/// Everything found out about one question.
struct Comparison {
  Question question;
  double loss = 0;  ///< as the differences see it, in float64
  std::vector<ClaimReport> claims;
  std::vector<PairReport> pairs;  ///< every two claims; none if there is one claim
  autograd::check::Verdict verdict = autograd::check::Verdict::agree;
  std::string words;  ///< what a study adds to it for the reader
  /// The network, its samples and the point, where the question is about such; no gradient.
  std::optional<NetworkClaim> subject;
};

/// Asks every judge at the probe's point and compares. A claim of dtype f32 is judged by float64
/// differences with the rounding allowance of float32.
Comparison compare_claims(const Question& question, const autograd::check::Probe& probe,
                          const std::vector<Judge>& judges);

/// Holds every claim of a comparison against the verified tape as well. The verdicts are joined.
void check_exactly(Comparison& comparison, const NetworkClaim& subject,
                   const std::vector<Judge>& judges);

/// The gravest of some verdicts, where agree and kink are both "agree".
autograd::check::Verdict gravest(std::span<const Comparison> comparisons);

}  // namespace verify
