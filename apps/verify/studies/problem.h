#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "apps/verify/by_differences/loss.h"
#include "apps/verify/by_hand/plain.h"
#include "apps/verify/report/claims.h"
#include "autograd/tensor/dtype.h"

namespace verify {

/// What a study differentiates: a network with one hidden layer, its samples, in rows, and the
/// dtype of the claims. The samples are numbers of that dtype, as every point must be.
struct Problem {
  by_hand::Layers layers;
  autograd::Dtype dtype = autograd::f64;
  std::vector<double> x;             ///< (N, d)
  std::vector<std::int64_t> labels;  ///< N
};

/// The numbers as they are after rounding to a dtype.
std::vector<double> rounded(std::vector<double> numbers, autograd::Dtype dtype);

/// The first samples of a problem only, at most as many as there are.
Problem first_samples(const Problem& problem, std::size_t count);

/// The loss of the problem for the differences: spec says which, layers, samples and one-hot
/// targets are filled in.
by_differences::PlainLoss plain_loss(const Problem& problem, by_differences::LossSpec spec);

/// The sizes of the problem that a wrong factor may be traced to.
autograd::check::KnownSizes known_sizes(const Problem& problem);

/// Who judges a problem: one of the functions of judges.h.
using JudgesOf = std::function<std::vector<Judge>(const Problem&)>;

/// How large the terms are whose sum each gradient entry is: over the samples, the mean (or sum) of
/// the largest of four sizes, that of the sample's own gradient, that for another label, and both
/// with the weights of the first layer at zero. They see what cancels: samples one another, a
/// residual p − 1, a slope 1 − a² of a saturated unit. Taken from the first judge in float64; it
/// widens what rounding is allowed and judges nothing.
std::vector<double> term_sizes(const Problem& problem, std::span<const double> point,
                               by_differences::Reduction reduction, const JudgesOf& judges_of);

/// The network and the samples of a loss, as the check of networks takes them.
NetworkClaim subject_of(const by_differences::LossSpec& spec, std::span<const double> point,
                        autograd::Dtype dtype);

/// Compares the judges of a problem at a point, by differences and with the verified tape.
Comparison compare_at(const std::string& what, const Problem& problem,
                      const by_differences::PlainLoss& loss, std::span<const double> point,
                      const JudgesOf& judges_of);

/// "784-40-10".
std::string to_string(const by_hand::Layers& layers);

/// "float32" or "float64".
std::string precision(autograd::Dtype dtype);

}  // namespace verify
