#pragma once

#include <string>
#include <string_view>

namespace autograd::check {

/// A number for a person: six significant digits, or as many as asked for.
std::string number(double value, int digits = 6);

/// A number as a book prints it: "0.25", "−1.4 × 10⁻⁹", "not a number", "∞". At least one digit.
std::string readable(double value, int digits = 4);

/// "10⁻⁹" for −9.
std::string power_of_ten(int exponent);

/// A finite number with at most `digits` significant digits, for a machine: "-0.25", "1e+20". A
/// point is a point whatever the locale says.
std::string plain(double value, int digits = 17);

/// The text with every byte that is no part of valid UTF-8 replaced by U+FFFD.
std::string valid_utf8(std::string_view text);

}  // namespace autograd::check
