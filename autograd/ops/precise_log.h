#pragma once

#include "autograd/ops/precise.h"

/// Logarithms and powers of doubles, as the functions of precise.h are written.
namespace autograd::ops {
namespace detail {

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

/// The same for every finite w > 0: subnormal numbers are multiplied by 2⁵⁴ first.
inline Scaled scaled_always(double w) {
  const bool small = w < 0x1p-1022;
  const Scaled s = scaled(small ? w * 0x1p54 : w);
  return {small ? s.e - 54 : s.e, s.m};
}

/// ln x to 2⁻⁶⁶, for finite x > 0: 2·artanh s with s = f/(2 + f), f = m − 1.
inline Split split_log(double x) {
  const auto [e, m] = scaled_always(x);
  const double f = m - 1;
  const Split s = split_quotient({f, 0}, sum_of(2, f));
  const Split z = s * s;
  // The series 2/3 + 2z/5 + 2z²/7 + …, of which the first two terms count.
  double p = 2 / 25.0;
  p = std::fma(p, z.high, 2 / 23.0);
  p = std::fma(p, z.high, 2 / 21.0);
  p = std::fma(p, z.high, 2 / 19.0);
  p = std::fma(p, z.high, 2 / 17.0);
  p = std::fma(p, z.high, 2 / 15.0);
  p = std::fma(p, z.high, 2 / 13.0);
  p = std::fma(p, z.high, 2 / 11.0);
  p = std::fma(p, z.high, 2 / 9.0);
  p = std::fma(p, z.high, 2 / 7.0);
  const Split inner = sum_of(0x1.999999999999ap-2, p * z.high);
  const Split scaled = z * Split{inner.high, inner.low - 0x1.999999999999ap-56};
  const Split outer = sum_of(0x1.5555555555555p-1, scaled.high);
  const Split tail = (s * z) * Split{outer.high, outer.low + (scaled.low + 0x1.5555555555555p-55)};
  const Split log_m = sum_of(2 * s.high, tail.high);
  return sum_of(e * 0x1.62e42fefa0000p-1, e * 0x1.cf79abc9e3b3ap-40) +
         Split{log_m.high, log_m.low + (2 * s.low + tail.low)};
}

}  // namespace detail

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
  const double y = std::copysign(body.high + low, x);
  // Where 1 + x is 0, infinite or no number, so is the logarithm.
  return x > -1 && w < INFINITY ? y : x == -1 ? -INFINITY : w * (x < -1 ? NAN : 1.0);
}

/// 1/(1 + x)
inline double precise_log1p_slope(double x) {
  const Split w = detail::exact_sum_of(1, x);
  const double y = detail::quotient({1, 0}, w);
  return std::abs(w.low) > 0 ? y : 1 / w.high;  // also where that is infinite or 0
}

/// ln x
inline double precise_log(double x) {
  const auto [e, m] = detail::scaled_always(x);
  const double f = m - 1;
  const double s = f / (2 + f);
  const double z = s * s;
  // f − f²/2 + s·(f²/2 + z·p), as in log1p.
  const double half = 0.5 * f * f;
  const double half_low = std::fma(0.5 * f, f, -half);
  const double tail = std::fma(s, half + z * detail::tail_of_artanh(z), -half_low);
  const Split head = detail::sum_of(e * 0x1.62e42fefa0000p-1, f);
  const Split body = detail::sum_of(head.high, -half);
  const double y = body.high + (head.low + body.low + std::fma(e, 0x1.cf79abc9e3b3ap-40, tail));
  return x > 0 && x < INFINITY ? y : x == 0 ? -INFINITY : x > 0 ? x : NAN;
}

namespace detail {

/// e^(p·log)
inline Power raised(const Split& log, const Split& p) {
  const Split exponent = p * log;
  const double high = within(exponent.high, end_of_exp);
  // Beyond the ends the low half does not count.
  return power_of_e(high, high == exponent.high ? exponent.low : 0);
}

/// The sign of x^p for x ≠ 0: NaN where there is no real power.
inline double sign_of_power(double x, const Split& p) {
  const double half = 0.5 * p.high;
  const double of_whole = rounded(half) == half ? 1.0 : -1.0;
  const double of_any = rounded(p.high) == p.high ? of_whole : NAN;
  const double of_negative = p.low == 0 ? of_any : NAN;
  return x > 0 ? 1.0 : of_negative;
}

/// x^p for x = ±0.
inline double power_of_zero(double x, const Split& p) {
  const double some = p.high > 0 ? 0 : INFINITY;
  const double size = p.high == 0 ? 1 : some;
  return sign_of_power(-1, p) == -1 ? std::copysign(size, x) : size;
}

/// y, which was made of the logarithm of x: NaN where that is no answer.
inline double if_raised(double x, double p, double y) {
  const double there = std::abs(x) < INFINITY ? y : NAN;
  return std::abs(p) < 0x1p40 ? there : NAN;
}

}  // namespace detail

/// a·xᵖ; NaN where x or p is infinite or p beyond ±2⁴⁰, which is no answer.
inline double scaled_pow_within(double a, double x, const Split& p) {
  const detail::Power power = detail::raised(detail::split_log(std::abs(x)), p);
  const double sign = detail::sign_of_power(x, p);
  const double y = detail::times_power_of_two((a * sign) * detail::mantissa(power), power.k);
  const double there = x == 0 ? a * detail::power_of_zero(x, p) : y;
  return detail::if_raised(x, p.high, there);
}

/// xᵖ
inline double pow_within(double x, double p) { return scaled_pow_within(1, x, {p, 0}); }

/// xᵖ·ln x, 0 where x is 0 and p not below; NaN where that has no answer.
inline double pow_log_within(double x, double p) {
  const Split log = detail::split_log(std::abs(x));
  const detail::Power power = detail::raised(log, {p, 0});
  const double y = detail::times_power_of_two(log * detail::mantissa(power), power.k);
  const double at_zero = p >= 0 ? 0 : NAN;
  const double not_above = x == 0 ? at_zero : NAN;
  return x > 0 ? detail::if_raised(x, p, y) : not_above;
}

}  // namespace autograd::ops
