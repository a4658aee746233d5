#pragma once

#include <cstddef>
#include <vector>

/// The numbers of the objective in bench/objectives/gmm.h: k Gaussians in d dimensions, n samples.
namespace bench {

struct MixtureData {
  std::size_t d = 0, k = 0, n = 0;
  std::vector<double> alpha;  ///< [k]
  std::vector<double> mu;     ///< [k, d]
  std::vector<double> icf;    ///< [k, d(d + 1)/2]
  std::vector<double> x;      ///< [n, d]
  double gamma = 1;
  long m = 0;
};

MixtureData mixture_data(std::size_t d, std::size_t k, std::size_t n);

/// What a contender reports of a gradient: its Euclidean norm added to the value, so that both are
/// compared.
double value_and_norm(double value, const std::vector<std::vector<double>>& gradients);

}  // namespace bench
