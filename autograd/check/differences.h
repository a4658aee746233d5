#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "autograd/check/probe.h"

// The classic difference quotients with one fixed step, as textbooks and courses use them. They
// come without error bars; estimate.h is the version that knows how far it can be trusted.

namespace autograd::check {

/// (f(x + step·eᵢ) − f(x)) / step for every entry i; truncation error O(step).
/// The step is taken as given; Error when it is not a positive number.
std::vector<double> forward_differences(const Function& f, std::span<const double> point,
                                        double step);

/// The same, for the given entries only, in their order.
std::vector<double> forward_differences(const Function& f, std::span<const double> point,
                                        double step, std::span<const std::int64_t> indices);

/// The same for every entry of a probe's point.
std::vector<double> forward_differences(const Probe& probe, double step);

/// (f(x + step·eᵢ) − f(x − step·eᵢ)) / (2 step) for every entry i; truncation error O(step²).
std::vector<double> central_differences(const Function& f, std::span<const double> point,
                                        double step);

/// The same, for the given entries only, in their order.
std::vector<double> central_differences(const Function& f, std::span<const double> point,
                                        double step, std::span<const std::int64_t> indices);

/// The same for every entry of a probe's point.
std::vector<double> central_differences(const Probe& probe, double step);

}  // namespace autograd::check
