#pragma once

#include <string>

namespace autograd::check {

/// A number for a person: six significant digits, or as many as asked for.
std::string number(double value, int digits = 6);

}  // namespace autograd::check
