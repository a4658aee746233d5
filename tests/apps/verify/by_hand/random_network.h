#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "apps/verify/by_hand/plain.h"

// Small random networks, and the difference quotients that judge their derivations.

namespace by_hand {

/// `count` numbers in [−size, size), the same everywhere for a seed.
inline std::vector<double> random_numbers(std::size_t count, unsigned seed, double size = 1) {
  std::mt19937 bits(seed);
  std::vector<double> numbers(count);
  for (double& v : numbers) v = size * (2 * (static_cast<double>(bits()) / 4294967296.0) - 1);
  return numbers;
}

inline std::vector<std::int64_t> random_labels(std::size_t count, std::size_t classes,
                                               unsigned seed) {
  std::mt19937 bits(seed);
  std::vector<std::int64_t> labels(count);
  for (auto& label : labels) label = static_cast<std::int64_t>(bits() % classes);
  return labels;
}

/// A network of some widths, its parameters, and N samples, in rows.
struct Case {
  Layers layers;
  Network<double> network;
  std::vector<double> x;
  std::vector<std::int64_t> labels;

  Case(const Layers& widths, std::size_t N, unsigned seed) : layers(widths) {
    const auto [d, h, c] = layers;
    network = {random_numbers(h * d, seed), random_numbers(h, seed + 1),
               random_numbers(c * h, seed + 2), random_numbers(c, seed + 3)};
    x = random_numbers(N * d, seed + 4);
    labels = random_labels(N, c, seed + 5);
  }
};

/// Widths from 1 up and batches from 1 up, so that blocks of 8 and their remainders both occur.
inline std::vector<Case> random_cases() {
  std::vector<Case> cases;
  unsigned seed = 1;
  for (const Layers& layers :
       {Layers{1, 1, 1}, Layers{3, 5, 2}, Layers{20, 9, 4}, Layers{37, 17, 10}}) {
    for (const std::size_t N : {1U, 4U}) cases.emplace_back(layers, N, seed += 10);
  }
  return cases;
}

inline std::vector<float> to_float(const std::vector<double>& v) {
  return std::vector<float>(v.begin(), v.end());
}

inline Network<float> to_float(const Network<double>& p) {
  return {to_float(p.W1), to_float(p.b1), to_float(p.W2), to_float(p.b2)};
}

/// The largest |claimed − central difference|, moving every entry of `p` in turn.
inline double worst_difference(std::vector<double>& p, const std::vector<double>& claimed,
                               const std::function<double()>& loss) {
  if (p.size() != claimed.size()) return HUGE_VAL;
  const double step = 1e-5;
  double worst = 0;
  for (std::size_t i = 0; i < p.size(); ++i) {
    const double here = p[i];
    p[i] = here + step;
    const double above = loss();
    p[i] = here - step;
    const double below = loss();
    p[i] = here;
    // Written so that a difference that is not a number is the worst.
    const double difference = std::abs(claimed[i] - (above - below) / (2 * step));
    if (!(difference <= worst)) worst = difference;
    if (std::isnan(worst)) return HUGE_VAL;
  }
  return worst;
}

/// The largest |aᵢ − bᵢ|.
template <class A, class B>
double distance(const std::vector<A>& a, const std::vector<B>& b) {
  if (a.size() != b.size()) return HUGE_VAL;
  double worst = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const double difference = std::abs(static_cast<double>(a[i]) - static_cast<double>(b[i]));
    if (!(difference <= worst)) worst = difference;
    if (std::isnan(worst)) return HUGE_VAL;
  }
  return worst;
}

/// The largest of the four blocks' distances.
template <class A, class B>
double distance(const Gradient<A>& a, const Gradient<B>& b) {
  return std::max(
      {distance(a.W1, b.W1), distance(a.b1, b.b1), distance(a.W2, b.W2), distance(a.b2, b.b2)});
}

/// What `f` throws, in its own words; empty if it does not.
inline std::string complaint_of(const std::function<void()>& f) {
  try {
    f();
  } catch (const std::exception& e) {
    return e.what();
  }
  return "";
}

}  // namespace by_hand
