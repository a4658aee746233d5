#pragma once

#include <array>
#include <charconv>
#include <string>

/// Settings of operations in words. For the files that define operations.
namespace autograd::ops {

/// A number as short as it can be written without losing a digit.
inline std::string in_words(double number) {
  std::array<char, 32> text;
  const auto written = std::to_chars(text.data(), text.data() + text.size(), number);
  return {text.data(), written.ptr};
}

}  // namespace autograd::ops
