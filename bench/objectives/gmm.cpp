#include "bench/objectives/gmm.h"

#include <cmath>
#include <numbers>

#include "bench/objectives/numbers_file.h"

namespace bench {

using namespace autograd;

namespace {

/// log Γ_d(a) = d(d − 1)/4·log π + Σ_{j < d} log Γ(a − j/2)
double log_gamma(double a, Index d) {
  double sum = static_cast<double>(d * (d - 1)) / 4 * std::log(std::numbers::pi);
  for (Index j = 0; j < d; ++j) sum += std::lgamma(a - static_cast<double>(j) / 2);
  return sum;
}

/// d/2·log 2π
double gauss_constant(Index d) {
  return static_cast<double>(d) / 2 * std::log(2 * std::numbers::pi);
}

/// C = p·d·(log γ − ½·log 2) − log Γ_d(p/2), p = d + m + 1
double wishart_constant(double gamma, Index m, Index d) {
  const auto p = static_cast<double>(d + m + 1);
  return p * static_cast<double>(d) * (std::log(gamma) - std::numbers::ln2 / 2) -
         log_gamma(p / 2, d);
}

}  // namespace

Tensor gmm(const Gmm& problem) {
  const auto& [alpha, mu, icf, x, gamma, m] = problem;
  const Index d = x.extent(1), n = x.extent(0);

  const auto [q, l] = split(icf, {d, d * (d - 1) / 2}, 1);
  const Tensor log_det = sum(q, 1);                             // log det Q, [k]
  const Tensor factors = diag(exp(q)) + unpack_triu(l, 1);      // Qᵀ, [k, d, d]
  const Tensor scaled = matmul(x - unsqueeze(mu, 1), factors);  // [k, n, d]
  const Tensor logs = unsqueeze(alpha + log_det, 1) - 0.5 * sum(square(scaled), -1);  // [k, n]
  const Tensor likelihood = sum(logsumexp(logs, 0)) - n * (logsumexp(alpha) + gauss_constant(d));

  const Tensor squares = sum(exp(2 * q), 1) + sum(square(l), 1);  // [k]
  const Tensor prior = gamma * gamma / 2 * squares - m * log_det - wishart_constant(gamma, m, d);
  return likelihood + sum(prior);
}

Gmm read_gmm(const std::filesystem::path& path) {
  NumbersFile file(path);
  const auto sizes = file.counts({"d", "k", "n"});
  const Index d = sizes[0], k = sizes[1], n = sizes[2];

  Gmm problem;
  problem.alpha = reshape(file.matrix("alpha", k, 1), {k});
  problem.mu = file.matrix("mean", k, d);
  problem.icf = file.matrix("icf", k, d * (d + 1) / 2);
  const bool repeated = n > 1 && file.lines_left() == 2;
  problem.x = file.matrix("x", repeated ? 1 : n, d);
  if (repeated) problem.x = repeat(problem.x, n, 0);
  const auto prior = file.row("gamma m", 2);
  if (!(prior[0] > 0 && prior[1] >= 0 && prior[1] <= 1e6 && prior[1] == std::floor(prior[1]))) {
    file.fail("expected gamma above 0 and a whole number m from 0 to 1000000");
  }
  problem.gamma = prior[0];
  problem.m = static_cast<Index>(prior[1]);
  file.end();
  return problem;
}

}  // namespace bench
