#include "autograd/check/text.h"

#include <array>
#include <cstdio>

namespace autograd::check {

std::string number(double value, int digits) {
  std::array<char, 64> text{};
  const int length = std::snprintf(text.data(), text.size(), "%.*g", digits, value);
  return std::string(text.data(), static_cast<std::size_t>(length));
}

}  // namespace autograd::check
