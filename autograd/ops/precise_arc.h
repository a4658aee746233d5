#pragma once

#include "autograd/ops/split.h"

/// Arc functions and the reciprocal square root of doubles, as the functions of precise.h are
/// written.
namespace autograd::ops {
namespace detail {

/// (arctan q − q)/q³ for |q| ≤ tan π/8, z = q²: by interpolation at the Chebyshev nodes of
/// 0 ≤ z ≤ tan² π/8, to 2⁻⁵³.
inline double tail_of_arctan(double z) {
  double p = 0x1.0af5fe101a0c4p-6;
  p = std::fma(p, z, -0x1.1b4556a751cd8p-5);
  p = std::fma(p, z, 0x1.74e58a424a406p-5);
  p = std::fma(p, z, -0x1.ac7c79df2de51p-5);
  p = std::fma(p, z, 0x1.e19a5dd6b6095p-5);
  p = std::fma(p, z, -0x1.110e8ba822710p-4);
  p = std::fma(p, z, 0x1.3b139313bf92ap-4);
  p = std::fma(p, z, -0x1.745d166033770p-4);
  p = std::fma(p, z, 0x1.c71c71c311bbep-4);
  p = std::fma(p, z, -0x1.249249248d923p-3);
  p = std::fma(p, z, 0x1.9999999999955p-3);
  return std::fma(p, z, -0x1.5555555555555p-2);
}

/// Whether the angle of the point (b, a), a ≥ 0 and b ≥ 0, is above π/8 and 3π/8.
inline bool is_above_one_eighth(double a, double b) { return a > 0x1.a827999fcef32p-2 * b; }
inline bool is_above_three_eighths(double a, double b) { return a > 0x1.3504f333f9de6p+1 * b; }

/// The angle of the point (b, a), a ≥ 0 and b ≥ 0 not both 0: kπ/4 and the
/// arctangent of a quotient q of at most tan π/8, which is a/b, (a − b)/(a + b) or −b/a.
inline Split angle_of(const Split& a, const Split& b) {
  const bool one = is_above_one_eighth(a.high, b.high);
  const bool two = is_above_three_eighths(a.high, b.high);
  const Split q =
      split_quotient(choose(two, -b, choose(one, a - b, a)), choose(two, a, choose(one, a + b, b)));
  const double z = q.high * q.high;
  const Split arc{q.high, std::fma(q.high * z, tail_of_arctan(z), std::fma(-z, q.low, q.low))};
  const Split some = choose(two, {0x1.921fb54442d18p+0, 0x1.1a62633145c07p-54},
                            {0x1.921fb54442d18p-1, 0x1.1a62633145c07p-55});
  return choose(one, some, {0, 0}) + arc;
}

/// √(1 − x²)
inline Split root_of_rest(double x) {
  const Split square = product(x, x);
  const Split one = exact_sum_of(1, -square.high);
  const double rest = one.low - square.low;
  const Split whole = sum_of(one.high, rest);
  const double root = std::sqrt(whole.high);
  const double missing = std::fma(-root, root, whole.high) + whole.low;
  return {root, root > 0 ? missing / (2 * root) : 0.0};
}

/// 1/s, ∞ where s is 0.
inline double inverse_of(const Split& s) {
  const double y = quotient({1, 0}, s);
  return s.high == 0 ? INFINITY : y;
}

}  // namespace detail

/// arctan x
inline double precise_atan(double x) {
  const double size = detail::within(std::abs(x), 0x1p100);
  const Split y = detail::angle_of({size, 0}, {1, 0});
  return x == 0 ? x : std::copysign(y.high + y.low, x);
}

/// 1/(1 + x²)
inline double precise_atan_slope(double x) {
  const double size = detail::within(std::abs(x), 0x1p510);
  const Split square = detail::product(size, size);
  const Split d = detail::exact_sum_of(1, square.high);
  const double y = detail::quotient({1, 0}, {d.high, d.low + square.low});
  const double far = 1 / x;
  return std::abs(x) < 0x1p510 ? y : far * far;
}

/// arcsin x
inline double precise_asin(double x) {
  const Split y = detail::angle_of({std::abs(x), 0}, detail::root_of_rest(x));
  return x == 0 ? x : std::copysign(y.high + y.low, x);
}

/// arccos x
inline double precise_acos(double x) {
  const Split angle = detail::angle_of(detail::root_of_rest(x), {std::abs(x), 0});
  const Split left = Split{0x1.921fb54442d18p+1, 0x1.1a62633145c07p-53} - angle;  // π
  return x > 0 ? angle.high + angle.low : left.high + left.low;
}

/// 1/√(1 − x²)
inline double precise_asin_slope(double x) { return detail::inverse_of(detail::root_of_rest(x)); }

namespace detail {

/// 1/√x as a sum for 2⁻⁷⁰⁰ ≤ x; the high half is right at 0 and ∞ too.
inline Split split_rsqrt(double x) {
  const double root = std::sqrt(x);
  const double y = 1 / root;
  // What 1/root misses, and what root itself misses, half of the rest of x divided by root.
  const double missing = std::fma(-root, y, 1.0) - 0.5 * std::fma(-root, root, x) * y * y;
  return {y, y * missing};
}

}  // namespace detail

/// 1/√x
inline double precise_rsqrt(double x) {
  const bool small = x < 0x1p-700;
  const Split y = detail::split_rsqrt(small ? x * 0x1p400 : x);
  const double scale = small ? 0x1p200 : 1;
  const double inside = (y.high + y.low) * scale;
  const double positive = x > 0 ? inside : y.high;
  return x < INFINITY ? positive : y.high;
}

/// −1/(2x√x)
inline double precise_rsqrt_slope(double x) {
  const bool small = x<0x1p-500, large = x> 0x1p500;
  const Split y = detail::split_rsqrt(x * (small ? 0x1p400 : large ? 0x1p-400 : 1));
  const Split cube = y * (y * y);
  const double scale = small ? 0x1p600 : large ? 0x1p-600 : 1;
  const double inside = -0.5 * (cube.high + cube.low) * scale;
  const double end = -0.5 * (y.high * y.high) * std::abs(y.high);
  const double positive = x > 0 ? inside : end;
  return x < INFINITY ? positive : end;
}

}  // namespace autograd::ops
