#pragma once

#include <cstdint>
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

/// Compares the judges of a problem at a point.
Comparison compare_at(const std::string& what, const Problem& problem,
                      const by_differences::PlainLoss& loss, std::span<const double> point,
                      const std::vector<Judge>& judges);

/// "784-40-10".
std::string to_string(const by_hand::Layers& layers);

/// "float32" or "float64".
std::string precision(autograd::Dtype dtype);

}  // namespace verify
