#pragma once

#include <filesystem>

#include "autograd/autograd.h"

/// The log-likelihood of a mixture of k Gaussians in d dimensions, with a Wishart prior on their
/// precisions, as the benchmark suite ADBench states it.
namespace bench {

/// What is differentiated: alpha [k], mu [k, d], icf [k, d(d + 1)/2].
///
/// A row of icf is a lower triangular matrix Q, the factor of a precision: first the logarithms of
/// its diagonal, then what lies below the diagonal, column by column.
struct Gmm {
  autograd::Tensor alpha, mu, icf;
  autograd::Tensor x;     ///< the samples, [n, d]
  double gamma = 1;       ///< the prior's scale
  autograd::Index m = 0;  ///< the prior's degrees of freedom beyond d + 1
};

/// With q the first d numbers of a row of icf and l the rest:
///
///     Σᵢ logsumexpₖ(αₖ + Σ qₖ − ½‖Qₖ(xᵢ − μₖ)‖²) − n·logsumexp(α) − n·d/2·log 2π
///     + Σₖ (γ²/2·(‖exp qₖ‖² + ‖lₖ‖²) − m·Σ qₖ) − k·C
///
/// A scalar of the tensors' dtype. The numbers follow the suite, in which the prior has this sign.
autograd::Tensor gmm(const Gmm& problem);

/// The problem of a text file: `d k n`, then alpha, mu, icf and x a row a line, then `gamma m`. One
/// line of x where n > 1 are expected is a point that is repeated n times. Throws
/// autograd::FileError with the line where the file is not like this.
Gmm read_gmm(const std::filesystem::path& file);

}  // namespace bench
