#pragma once

#include <bit>
#include <cmath>
#include <cstdint>

/// Functions of double for rules that are marked Precise: right to within 0.7 units in the last
/// place, in arithmetic that a compiler turns into vectors: no branch, no table, no call.
///
/// The idea is the same in all of them. What matters is kept as a sum of two doubles, of which the
/// second holds what rounding took from the first; a quotient is rounded once, and what is missing
/// is found with a fused multiply-add, added in the end. So each function is rounded about once.
namespace autograd::ops {

/// high + low, |low| at most about a unit in the last place of high.
struct Split {
  double high, low;
};

namespace detail {

/// a + b for |a| ≥ |b| or a = 0, the sum and what it misses.
inline Split sum_of(double a, double b) {
  const double sum = a + b;
  return {sum, (a - sum) + b};
}

/// a + b, whichever is larger.
inline Split exact_sum_of(double a, double b) {
  const double sum = a + b;
  const double part = sum - a;
  return {sum, (a - (sum - part)) + (b - part)};
}

/// The nearest whole number, for |x| < 2⁵¹: adding 3·2⁵¹ leaves no digits behind the point.
inline constexpr double rounder = 0x1.8p52;
inline double rounded(double x) { return (x + rounder) - rounder; }

/// 2ᵏ for a whole number −1022 ≤ k ≤ 1023.
inline double power_of_two(double k) {
  // The number stands in the low bits of k + 3·2⁵¹.
  const auto bits = std::bit_cast<std::uint64_t>(k + (rounder + 1023));
  return std::bit_cast<double>(bits << 52U);
}

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
  return {k, {s.high, s.low + (tail + std::fma(below, s.high, below))}};
}

/// x where it is within ±most, which lies beyond all that matters; NaN stays NaN.
inline double within(double x, double most) {
  const double low = x < -most ? -most : x;
  return low > most ? most : low;
}

/// e^x as a sum, for |x| < 700.
inline Split split_exp(double x) {
  const Power p = power_of_e(x);
  const Split one = sum_of(1, p.s.high);
  const double scale = power_of_two(p.k);
  return {one.high * scale, (one.low + p.s.low) * scale};
}

/// (a.high + a.low)/(d.high + d.low) as a sum.
inline Split split_quotient(const Split& a, const Split& d) {
  const double inverse = 1 / d.high;
  const double q = a.high * inverse;
  const double rest = std::fma(-q, d.high, a.high) + (a.low - q * d.low);
  return {q, rest * inverse};
}

/// The same, rounded.
inline double quotient(const Split& a, const Split& d) {
  const double inverse = 1 / d.high;
  const double q = a.high * inverse;
  const double rest = std::fma(-q, d.high, a.high) + (a.low - q * d.low);
  return std::fma(rest, inverse, q);
}

/// w = 2ᵉ·m, √½ ≤ m < √2, for w > 0 that is no subnormal number.
struct Scaled {
  double e, m;
};

inline Scaled scaled(double w) {
  const auto bits = std::bit_cast<std::uint64_t>(w);
  const std::uint64_t above = bits - 0x3fe6a09e667f3bcdU;  // √½
  // The exponent as a double: as the low bits of 2⁵² plus a bias that keeps it positive.
  const auto biased = (above >> 52U) + 0x4330000000000000U;
  const double wrapped = std::bit_cast<double>(biased) - 0x1p52;
  return {wrapped > 2048 ? wrapped - 4096 : wrapped,
          std::bit_cast<double>((above & 0xfffffffffffffU) + 0x3fe6a09e667f3bcdU)};
}

/// (2·artanh s − 2s)/s³ by its series 2/3 + 2z/5 + …, z = s² < 0.03.
inline double tail_of_artanh(double z) {
  double p = 2 / 21.0;
  p = std::fma(p, z, 2 / 19.0);
  p = std::fma(p, z, 2 / 17.0);
  p = std::fma(p, z, 2 / 15.0);
  p = std::fma(p, z, 2 / 13.0);
  p = std::fma(p, z, 2 / 11.0);
  p = std::fma(p, z, 2 / 9.0);
  p = std::fma(p, z, 2 / 7.0);
  p = std::fma(p, z, 2 / 5.0);
  return std::fma(p, z, 2 / 3.0);
}

}  // namespace detail

/// eˣ
inline double precise_exp(double x) {
  const detail::Power p = detail::power_of_e(detail::within(x, 800));
  const Split one = detail::sum_of(1, p.s.high);
  // In two steps, for a power of 2 may be beyond what a double holds where eˣ is not, or the other
  // way round; the smallest numbers are rounded in the second step.
  const double half = detail::rounded(0.5 * p.k);
  return (one.high + (one.low + p.s.low)) * detail::power_of_two(half) *
         detail::power_of_two(p.k - half);
}

/// eˣ − 1
inline double precise_expm1(double x) {
  const detail::Power p = detail::power_of_e(detail::within(x, 800));
  const double half = detail::rounded(0.5 * p.k);
  const double first = detail::power_of_two(half), second = detail::power_of_two(p.k - half);
  // 2ᵏ(1 + s) − 1 in units of 2^(k − half), so that neither part overflows before the sum does.
  const double unit = 1 / second;
  const Split power = detail::exact_sum_of(first, -unit);
  const Split sum = detail::exact_sum_of(power.high, first * p.s.high);
  const double y = (sum.high + (sum.low + power.low + first * p.s.low)) * second;
  return p.k == 0 ? p.s.high + p.s.low : y;
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

/// ln(1 + x), x > −1.
inline double precise_log1p(double x) {
  // 1 + x = w + rest
  const double w = 1 + x;
  const double back = w - 1;
  const double rest = (1 - (w - back)) + (x - back);
  const auto [e, m] = detail::scaled(w);
  const double f = m - 1;
  const double s = f / (2 + f);
  const double z = s * s;
  const double p = detail::tail_of_artanh(z);
  // f − f²/2 + s·(f²/2 + z·p): f is exact, what follows is small.
  const double half = 0.5 * f * f;
  const double half_low = std::fma(0.5 * f, f, -half);
  const double tail = std::fma(s, half + z * p, -half_low);
  const Split head = detail::sum_of(e * 0x1.62e42fefa0000p-1, f);
  const Split body = detail::sum_of(head.high, -half);
  const double low = head.low + body.low + std::fma(e, 0x1.cf79abc9e3b3ap-40, tail + rest / w);
  const double y = body.high + low;
  // Where 1 + x is 0, infinite or no number, so is the logarithm.
  return x > -1 && w < INFINITY ? y : x == -1 ? -INFINITY : w * (x < -1 ? NAN : 1.0);
}

}  // namespace autograd::ops
