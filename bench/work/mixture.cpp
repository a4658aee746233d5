#include "bench/work/mixture.h"

#include <cmath>

#include "bench/work/numbers.h"

namespace bench {

MixtureData mixture_data(std::size_t d, std::size_t k, std::size_t n) {
  MixtureData data{d, k, n, {}, {}, {}, {}, 1, 0};
  data.alpha = uniform<double>(1, k, -1, 1);
  data.mu = uniform<double>(2, k * d, -1, 1);
  data.icf = uniform<double>(3, k * d * (d + 1) / 2, -0.5, 0.5);
  data.x = uniform<double>(4, n * d, -1, 1);
  return data;
}

double value_and_norm(double value, const std::vector<std::vector<double>>& gradients) {
  double squares = 0;
  for (const std::vector<double>& gradient : gradients) {
    for (const double g : gradient) squares += g * g;
  }
  return value + std::sqrt(squares);
}

}  // namespace bench
