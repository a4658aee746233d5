#include "autograd/check/text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdio>

namespace autograd::check {
namespace {

std::string shown(double value, std::chars_format format, int digits) {
  std::array<char, 400> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value, format, digits);
  return std::string(text.data(), end.ptr);
}

void trim_zeros(std::string& decimal) {
  if (decimal.find('.') == std::string::npos) return;
  while (decimal.back() == '0') decimal.pop_back();
  if (decimal.back() == '.') decimal.pop_back();
}

unsigned byte_at(std::string_view text, std::size_t i) {
  return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
}

/// Length of the well-formed UTF-8 sequence at `i`, 0 if there is none (The Unicode Standard,
/// table 3-7: no overlong forms, no surrogates, nothing above U+10FFFF).
std::size_t sequence_length(std::string_view text, std::size_t i) {
  const unsigned first = byte_at(text, i), second = byte_at(text, i + 1);
  if (first < 0x80) return 1;
  if (first < 0xC2 || first > 0xF4) return 0;
  const std::size_t length = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
  const unsigned low = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
  const unsigned high = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
  if (second < low || second > high) return 0;
  for (std::size_t k = 2; k < length; ++k) {
    if ((byte_at(text, i + k) & 0xC0U) != 0x80U) return 0;
  }
  return length;
}

}  // namespace

std::string number(double value, int digits) {
  std::array<char, 64> text{};
  const int length = std::snprintf(text.data(), text.size(), "%.*g", digits, value);
  return std::string(text.data(), static_cast<std::size_t>(length));
}

std::string readable(double value, int digits) {
  if (std::isnan(value)) return "not a number";
  if (value < 0) return "−" + readable(-value, digits);
  if (std::isinf(value)) return "∞";
  if (value == 0) return "0";
  std::string text = shown(value, std::chars_format::scientific, digits - 1);
  const std::size_t e = text.find('e');
  const int exponent = std::stoi(text.substr(e + 1));
  if (exponent >= -4 && exponent <= 5) {
    text = shown(value, std::chars_format::fixed, std::max(0, digits - 1 - exponent));
    trim_zeros(text);
    return text;
  }
  std::string mantissa = text.substr(0, e);
  trim_zeros(mantissa);
  return mantissa == "1" ? power_of_ten(exponent) : mantissa + " × " + power_of_ten(exponent);
}

std::string power_of_ten(int exponent) {
  constexpr std::array digits{"⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"};
  std::string text = "10";
  for (const char c : std::to_string(exponent)) {
    text += c == '-' ? "⁻" : digits[static_cast<std::size_t>(c - '0')];
  }
  return text;
}

std::string plain(double value, int digits) {
  return shown(value, std::chars_format::general, digits);
}

std::string valid_utf8(std::string_view text) {
  std::string valid;
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t length = sequence_length(text, i);
    if (length == 0) {
      valid += "\uFFFD";
    } else {
      valid += text.substr(i, length);
    }
    i += std::max<std::size_t>(length, 1);
  }
  return valid;
}

}  // namespace autograd::check
