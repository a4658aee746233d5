#pragma once

#include <cstdint>
#include <functional>
#include <span>

#include "autograd/check/report.h"

namespace autograd::check {

/// Values of the function that draw_curve takes.
inline constexpr int curve_values = 62;

/// Fills in report.curve and report.curve_slope: what difference quotients along a random direction
/// miss of ⟨gradient, direction⟩, at steps from 1 to 1e-15 of the point's length.
void draw_curve(Report& report, const std::function<double(std::span<const double>)>& f,
                std::span<const double> point, std::span<const double> gradient,
                std::uint64_t seed);

}  // namespace autograd::check
