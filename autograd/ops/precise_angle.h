#pragma once

#include "autograd/ops/split.h"

/// Sine, cosine and tangent of doubles, as the functions of precise.h are written. They reach as
/// far as ±2³⁰ and give NaN beyond, which is no answer: a rule that uses them is marked
/// PreciseWithin.
namespace autograd::ops {
namespace detail {

inline constexpr double reach_of_angles = 0x1p30;

/// x = k·π/2 + r, |r| at most a little above π/4, to 2⁻¹⁰⁰ for |x| within reach.
struct Turned {
  std::uint64_t k;  // modulo 4
  Split r;
};

inline Turned less_quarter_turns(double x) {
  const double shifted = x * 0x1.45f306dc9c883p-1 + rounder;
  const double k = shifted - rounder;
  // π/2 in three parts of 53 bits. The first difference is exact: it is a multiple of 2⁻⁵², and
  // where x is below 1, k is 0 or x close to π/2.
  const double first = std::fma(-k, 0x1.921fb54442d18p+0, x);
  const Split second = product(k, 0x1.1a62633145c07p-54);
  const Split rest = exact_sum_of(first, -second.high);
  const double low = rest.low - std::fma(k, -0x1.f1976b7ed8fbcp-110, second.low);
  // The low bits of k + 3·2⁵¹ are those of k.
  return {std::bit_cast<std::uint64_t>(shifted) & 3U, sum_of(rest.high, low)};
}

/// sin r as a sum. (sin r − r)/r³ is a polynomial in z = r² that interpolates it at the Chebyshev
/// nodes of 0 ≤ z ≤ (π/4)², to 2⁻⁵⁴.
inline Split split_sin(const Split& r) {
  const double z = r.high * r.high;
  double p = -0x1.ab161e8989a0dp-41;
  p = std::fma(p, z, 0x1.61217c25bbdebp-33);
  p = std::fma(p, z, -0x1.ae64540f1e2ecp-26);
  p = std::fma(p, z, 0x1.71de3a545e7bep-19);
  p = std::fma(p, z, -0x1.a01a01a019927p-13);
  p = std::fma(p, z, 0x1.1111111111110p-7);
  p = std::fma(p, z, -0x1.5555555555555p-3);
  // sin(r + rest) = sin r + rest·cos r
  return sum_of(r.high, std::fma(r.high * z, p, std::fma(-0.5 * z, r.low, r.low)));
}

/// cos r as a sum. (cos r − 1 + r²/2)/r⁴ in the same way, to 2⁻⁵⁴.
inline Split split_cos(const Split& r) {
  const Split z = product(r.high, r.high);
  double p = -0x1.907c16eed46b5p-37;
  p = std::fma(p, z.high, 0x1.1eeb66c3b6c22p-29);
  p = std::fma(p, z.high, -0x1.27e4fa15cbc92p-22);
  p = std::fma(p, z.high, 0x1.a01a019f4d1b7p-16);
  p = std::fma(p, z.high, -0x1.6c16c16c16960p-10);
  p = std::fma(p, z.high, 0x1.5555555555555p-5);
  const Split one = sum_of(1, -0.5 * z.high);
  // cos(r + rest) = cos r − rest·sin r
  return sum_of(one.high, one.low + (std::fma(z.high * z.high, p, -0.5 * z.low) - r.high * r.low));
}

/// s with its sign turned over if bit 1 of k is set.
inline double turned(double s, std::uint64_t k) {
  return std::bit_cast<double>(std::bit_cast<std::uint64_t>(s) ^ ((k & 2U) << 62U));
}

inline bool reaches(double x) { return std::abs(x) < reach_of_angles; }

}  // namespace detail

/// sin x
inline double sin_within(double x) {
  const auto [k, r] = detail::less_quarter_turns(x);
  const Split s = detail::choose((k & 1U) != 0, detail::split_cos(r), detail::split_sin(r));
  const double y = detail::turned(s.high + s.low, k);
  return detail::reaches(x) ? x == 0 ? x : y : NAN;
}

/// cos x
inline double cos_within(double x) {
  const auto [k, r] = detail::less_quarter_turns(x);
  const Split s = detail::choose((k & 1U) != 0, detail::split_sin(r), detail::split_cos(r));
  return detail::reaches(x) ? detail::turned(s.high + s.low, k + (k & 1U) * 2) : NAN;
}

/// tan x
inline double tan_within(double x) {
  const auto [k, r] = detail::less_quarter_turns(x);
  const Split s = detail::split_sin(r), c = detail::split_cos(r);
  const bool odd = (k & 1U) != 0;
  const double y = detail::quotient(detail::choose(odd, c, s), detail::choose(odd, s, c));
  return detail::reaches(x) ? x == 0 ? x : odd ? -y : y : NAN;
}

/// 1/cos² x
inline double tan_slope_within(double x) {
  const auto [k, r] = detail::less_quarter_turns(x);
  const bool odd = (k & 1U) != 0;
  const Split c = detail::choose(odd, detail::split_sin(r), detail::split_cos(r));
  const Split y = detail::split_quotient({1, 0}, c);
  const Split square = y * y;
  return detail::reaches(x) ? square.high + square.low : NAN;
}

}  // namespace autograd::ops
