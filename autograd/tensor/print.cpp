#include "autograd/tensor/print.h"

#include <cstdio>
#include <ostream>

namespace autograd {
namespace {

constexpr Index shown = 3;  // entries at either end of a long axis
constexpr Index longest = 8;

std::string number_text(double number) {
  char text[40];
  std::snprintf(text, sizeof text, "%.6g", number);
  return text;
}

std::string number_text(Index number) { return std::to_string(number); }

template <class T>
void print_axis(std::string& text, const Tensor& x, std::span<const T> numbers, int axis) {
  if (axis == x.rank()) {
    text += number_text(numbers[0]);
    return;
  }
  const Index extent = x.shape()[axis];
  const bool innermost = axis + 1 == x.rank();
  text += '[';
  for (Index i = 0; i < extent; ++i) {
    if (i > 0)
      text += innermost ? ", " : ",\n" + std::string(static_cast<std::size_t>(axis + 1), ' ');
    if (extent > longest && i == shown) {
      text += "…";
      i = extent - shown - 1;
      continue;
    }
    const std::size_t step = numbers.size() / static_cast<std::size_t>(extent);
    print_axis(text, x, numbers.subspan(static_cast<std::size_t>(i) * step, step), axis + 1);
  }
  text += ']';
}

}  // namespace

std::string to_string(const Tensor& x) {
  if (!x.defined()) return "no tensor";
  std::string text;
  if (x.is_hollow()) {
    text = "(values not kept)";
  } else {
    with_any(x.dtype(), [&](auto zero) { print_axis(text, x, x.values<decltype(zero)>(), 0); });
  }
  text += ' ';
  text += name(x.dtype());
  return text + ' ' + to_string(x.shape());
}

std::ostream& operator<<(std::ostream& out, const Tensor& x) { return out << to_string(x); }

}  // namespace autograd
