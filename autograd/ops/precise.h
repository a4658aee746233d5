#pragma once

#include "autograd/ops/split.h"

/// Functions of double for rules that are marked Precise: right to within 0.9 units in the last
/// place, in arithmetic that a compiler turns into vectors: no branch, no table, no call.
///
/// The idea is the same in all of them. What matters is kept as a sum of two doubles, of which the
/// second holds what rounding took from the first; a quotient is rounded once, and what is missing
/// is found with a fused multiply-add, added in the end. So each function is rounded about once.
///
/// Here stand the exponential and what is made of it alone; logarithms and powers, angles, the
/// normal distribution and the gates of networks have headers of their own.
namespace autograd::ops {
namespace detail {

/// e^x = 2ᵏ(1 + s).
struct Power {
  double k;
  Split s;
};

/// x = k·ln 2 + r + missing, |r| ≤ ½ ln 2, for |x| < 2⁴⁰.
struct Reduced {
  double k, r, missing;
};

inline Reduced less_powers_of_two(double x) {
  const double k = rounded(x * 0x1.71547652b82fep+0);
  // ln 2 in two parts, the first so short that its product with k is exact.
  const double high = std::fma(k, -0x1.62e42fefa0000p-1, x);
  const double r = std::fma(k, -0x1.cf79abc9e3b3ap-40, high);
  return {k, r, std::fma(k, -0x1.cf79abc9e3b3ap-40, high - r)};
}

/// (e^r − 1 − r − r²/2)/r³ by its series, for |r| ≤ ½ ln 2.
inline double tail_of_exp(double r) {
  double q = 1 / 87178291200.0;
  q = std::fma(q, r, 1 / 6227020800.0);
  q = std::fma(q, r, 1 / 479001600.0);
  q = std::fma(q, r, 1 / 39916800.0);
  q = std::fma(q, r, 1 / 3628800.0);
  q = std::fma(q, r, 1 / 362880.0);
  q = std::fma(q, r, 1 / 40320.0);
  q = std::fma(q, r, 1 / 5040.0);
  q = std::fma(q, r, 1 / 720.0);
  q = std::fma(q, r, 1 / 120.0);
  q = std::fma(q, r, 1 / 24.0);
  return std::fma(q, r, 1 / 6.0);
}

/// For |x| < 2⁴⁰. s = e^r − 1, where x = k·ln 2 + r and |r| ≤ ½ ln 2.
inline Power power_of_e(double x) {
  const auto [k, r, missing] = less_powers_of_two(x);
  const double q = std::fma(tail_of_exp(r), r, 0.5);
  return {k, sum_of(r, std::fma(r * r, q, std::fma(r, missing, missing)))};
}

/// e^(x + rest) to 2⁻⁵⁸, for a rest of less than a unit in the last place of x: r²/2 too keeps what
/// its rounding takes. s.low holds all that follows, up to a hundredth of s.high.
inline Power power_of_e(double x, double rest) {
  const auto [k, r, missing] = less_powers_of_two(x);
  const double square = r * r, square_low = std::fma(r, r, -square);
  const Split s = sum_of(r, 0.5 * square);
  const double below = missing + rest;
  const double tail = std::fma(square * r, tail_of_exp(r), 0.5 * square_low);
  return {k, {s.high, s.low + (tail + std::fma(below, s.high + tail, below))}};
}

/// e^x/2ᵏ as a sum.
inline Split mantissa(const Power& p) {
  const Split one = sum_of(1, p.s.high);
  return sum_of(one.high, one.low + p.s.low);
}

/// e^x as a sum, for |x| < 700.
inline Split split_exp(double x) {
  const Power p = power_of_e(x);
  const Split one = sum_of(1, p.s.high);
  const double scale = power_of_two(p.k);
  return {one.high * scale, (one.low + p.s.low) * scale};
}

/// Where e^x is infinite or 0, and a little further.
inline constexpr double end_of_exp = 800;

}  // namespace detail

/// eˣ
inline double precise_exp(double x) {
  const detail::Power p = detail::power_of_e(detail::within(x, detail::end_of_exp));
  const Split one = detail::sum_of(1, p.s.high);
  return detail::times_power_of_two({one.high, one.low + p.s.low}, p.k);
}

/// eˣ − 1
inline double precise_expm1(double x) {
  const detail::Power p = detail::power_of_e(detail::within(x, detail::end_of_exp));
  const double half = detail::rounded(0.5 * p.k);
  const double first = detail::power_of_two(half), second = detail::power_of_two(p.k - half);
  // 2ᵏ(1 + s) − 1 in units of 2^(k − half), so that neither part overflows before the sum does.
  const double unit = 1 / second;
  const Split power = detail::exact_sum_of(first, -unit);
  const Split sum = detail::exact_sum_of(power.high, first * p.s.high);
  const double y = (sum.high + (sum.low + power.low + first * p.s.low)) * second;
  return std::copysign(p.k == 0 ? p.s.high + p.s.low : y, x);
}

/// tanh x = −m/(2 + m) with m = exp(−2|x|) − 1
inline double precise_tanh(double x) {
  const double size = detail::within(std::abs(x), 30);
  const detail::Power p = detail::power_of_e(-2 * size);
  const double scale = detail::power_of_two(p.k);
  const Split power = detail::sum_of(-1, scale);
  const Split m = detail::sum_of(power.high, scale * p.s.high);
  const double m_low = power.low + m.low + scale * p.s.low;
  const Split two = detail::sum_of(2, m.high);
  const double y = detail::quotient({-m.high, -m_low}, {two.high, two.low + m_low});
  return std::copysign(y, x);
}

/// σ(x) = 1/(1 + e⁻ˣ) = e/(1 + e), with e = exp(−|x|)
inline double precise_sigmoid(double x) {
  const Split e = detail::split_exp(-detail::within(std::abs(x), 690));
  const Split one = detail::sum_of(1, e.high);
  const Split d{one.high, one.low + e.low};
  const bool right = x > 0;
  const double y = detail::quotient({right ? 1.0 : e.high, right ? 0.0 : e.low}, d);
  // Further out it is e itself, down to the smallest numbers.
  return x < -690 ? precise_exp(x) : y;
}

/// σ′(x) = e/(1 + e)², with e = exp(−|x|)
inline double precise_sigmoid_slope(double x) {
  const double size = std::abs(x);
  const Split e = detail::split_exp(-detail::within(size, 690));
  const Split d = detail::sum_of(1, e.high);
  const double inverse = 1 / d.high;
  const double missing = std::fma(-inverse, d.high, 1.0) - inverse * (d.low + e.low);
  const double once = e.high * inverse, once_low = std::fma(e.high, inverse, -once);
  const double twice = once * inverse, twice_low = std::fma(once, inverse, -twice);
  const double low =
      twice_low + (once_low * inverse + (2 * missing * twice + e.low * inverse * inverse));
  return size > 690 ? precise_exp(-size) : twice + low;
}

/// a·eˣ
inline double scaled_exp(const Split& a, double x) {
  const detail::Power p = detail::power_of_e(detail::within(x, detail::end_of_exp));
  return detail::times_power_of_two(a * detail::mantissa(p), p.k);
}

/// a·(eˣ − 1) for x ≤ 0
inline double scaled_expm1(const Split& a, double x) {
  const detail::Power p = detail::power_of_e(detail::within(x, 60));
  const double scale = detail::power_of_two(p.k);
  // 2ᵏ(1 + s) − 1
  const Split power = detail::sum_of(-1, scale);
  const Split s{scale * p.s.high, scale * p.s.low};
  const Split m = detail::exact_sum_of(power.high, s.high);
  const Split y = a * Split{m.high, m.low + (power.low + s.low)};
  return x == 0 ? a.high * x : y.high + y.low;
}

namespace detail {

/// (e^|x| + sign·e^−|x|)/2
template <int sign>
double hyperbolic(double x) {
  const Power p = power_of_e(within(std::abs(x), end_of_exp));
  // In units of 2^(k − 1): 1 + s + sign·t/(1 + s) with t = 2^−2k, and t/(1 + s) = t − t·s/(1 + s),
  // so that nothing is lost where e^|x| is almost 1.
  const double t = power_of_two(p.k > 100 ? -200.0 : -2 * p.k);
  const Split power = sum_of(1, sign * t);
  const Split share = (sign * -t) * split_quotient(p.s, mantissa(p));
  const Split sum = exact_sum_of(power.high, p.s.high);
  const Split y = Split{sum.high, sum.low + (power.low + p.s.low)} + share;
  return times_power_of_two(y, p.k - 1);
}

}  // namespace detail

/// sinh x
inline double precise_sinh(double x) { return std::copysign(detail::hyperbolic<-1>(x), x); }

/// cosh x
inline double precise_cosh(double x) { return detail::hyperbolic<1>(x); }

}  // namespace autograd::ops
