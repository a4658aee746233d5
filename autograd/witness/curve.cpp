#include "autograd/witness/curve.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "autograd/tensor/random.h"

namespace autograd::check {

void draw_curve(Report& report, const std::function<double(std::span<const double>)>& f,
                std::span<const double> point, std::span<const double> gradient,
                std::uint64_t seed) {
  autograd::Random random(seed, 1000);
  std::vector<double> v(point.size());
  double squares = 0, size = 0;
  for (std::size_t i = 0; i < v.size(); ++i) {
    v[i] = random.normal();
    squares += v[i] * v[i];
    size += point[i] * point[i];
  }
  const double scale = std::sqrt(std::max(size, 1e-6) / std::max(squares, 1e-300));
  report.curve_slope = 0;
  for (std::size_t i = 0; i < v.size(); ++i) {
    v[i] *= scale;
    report.curve_slope += gradient[i] * v[i];
  }
  const auto at = [&](double step) {
    std::vector<double> moved(point.begin(), point.end());
    for (std::size_t i = 0; i < moved.size(); ++i) moved[i] += step * v[i];
    return f(moved);
  };
  constexpr int steps = curve_values / 2;
  for (int k = 0; k < steps; ++k) {
    const double step = std::pow(10, -0.5 * k);
    const double up = at(step), down = at(-step);
    report.curve.push_back({step, std::abs((up - report.loss) / step - report.curve_slope),
                            std::abs((up - down) / (2 * step) - report.curve_slope)});
  }
}

}  // namespace autograd::check
