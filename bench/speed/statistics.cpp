#include "bench/speed/statistics.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace bench {

double quantile(std::span<const double> numbers, double p) {
  if (numbers.empty()) return std::numeric_limits<double>::quiet_NaN();
  std::vector<double> sorted(numbers.begin(), numbers.end());
  std::sort(sorted.begin(), sorted.end());
  const double place = p * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(std::floor(place));
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  return sorted[below] + (place - std::floor(place)) * (sorted[above] - sorted[below]);
}

Spread spread_of(std::span<const double> numbers) {
  return {quantile(numbers, 0.5), quantile(numbers, 0.25), quantile(numbers, 0.75)};
}

std::vector<double> ratios(std::span<const double> a, std::span<const double> b) {
  std::vector<double> made(std::min(a.size(), b.size()));
  for (std::size_t i = 0; i < made.size(); ++i) made[i] = a[i] / b[i];
  return made;
}

double deviation(std::span<const double> costs, std::span<const double> expected) {
  const std::vector<double> units = ratios(costs, expected);
  if (units.empty()) return 0;
  const auto [least, most] = std::minmax_element(units.begin(), units.end());
  return (*most - *least) / (*most + *least);
}

}  // namespace bench
