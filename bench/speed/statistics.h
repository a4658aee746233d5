#pragma once

#include <span>
#include <vector>

/// What many measurements of one thing say together.
namespace bench {

/// The value at part p of the sorted numbers, 0 ≤ p ≤ 1, between neighbours on the straight line.
/// NaN of none.
double quantile(std::span<const double> numbers, double p);

/// The median and the quartiles.
struct Spread {
  double median = 0, low = 0, high = 0;
};
Spread spread_of(std::span<const double> numbers);

/// a₁/b₁, a₂/b₂, …: what was measured in the same round is compared, so that a machine which slows
/// down for a while slows down both. As many as the shorter list has.
std::vector<double> ratios(std::span<const double> a, std::span<const double> b);

/// How far costs are from growing like `expected`: the largest relative deviation from the best
/// a·expected, which is (max − min)/(max + min) of the costs a unit. 0 of none.
double deviation(std::span<const double> costs, std::span<const double> expected);

}  // namespace bench
