#pragma once

#include "autograd/ops/precise_angle.h"
#include "autograd/ops/precise_arc.h"
#include "autograd/ops/precise_log.h"
#include "autograd/ops/precise_normal.h"

/// What the f32 form of a rule marked Precise is computed in: a double of which no more than forty
/// bits need be right, for a float keeps twenty-four. So a formula may round at every step, and the
/// functions here are short polynomials, in the same arithmetic without branches as those of
/// precise.h. Where rounding to a float ends, in infinity or 0, is left to the conversion.
namespace autograd::ops {

class Ample {
 public:
  constexpr explicit Ample(double x) : x_(x) {}
  constexpr explicit operator double() const { return x_; }
  constexpr explicit operator float() const { return static_cast<float>(x_); }
  constexpr explicit operator long double() const { return x_; }

  friend Ample operator-(Ample a) { return Ample(-a.x_); }
  friend Ample operator+(Ample a, Ample b) { return Ample(a.x_ + b.x_); }
  friend Ample operator-(Ample a, Ample b) { return Ample(a.x_ - b.x_); }
  friend Ample operator*(Ample a, Ample b) { return Ample(a.x_ * b.x_); }
  friend Ample operator/(Ample a, Ample b) { return Ample(a.x_ / b.x_); }
  friend bool operator<(Ample a, Ample b) { return a.x_ < b.x_; }
  friend bool operator>(Ample a, Ample b) { return a.x_ > b.x_; }
  friend bool operator==(Ample a, Ample b) { return a.x_ == b.x_; }

 private:
  double x_;
};

namespace detail {

inline double number(Ample a) { return static_cast<double>(a); }

/// Beyond ±this, e^x is no float but infinity or 0; here its third power is still a double.
inline constexpr double end_of_float_exp = 200;

/// x = k·ln 2 + r, |r| ≤ ½ ln 2, e^x = 2ᵏ(1 + s)
struct AmplePower {
  double scale, s;
};

inline AmplePower ample_power(double x) {
  const double inside = within(x, end_of_float_exp);
  const double k = rounded(inside * 0x1.71547652b82fep+0);
  const double r = std::fma(k, -0x1.62e42fefa39efp-1, inside);
  // (e^r − 1)/r, by interpolation at the Chebyshev nodes of ±½ ln 2, to 2⁻⁴³.
  double p = 0x1.72e18dcdc734fp-19;
  p = std::fma(p, r, 0x1.a15af5fb77d68p-16);
  p = std::fma(p, r, 0x1.a0199457567d5p-13);
  p = std::fma(p, r, 0x1.6c164d7bfcaa7p-10);
  p = std::fma(p, r, 0x1.11111123dc3c6p-7);
  p = std::fma(p, r, 0x1.5555557459310p-5);
  p = std::fma(p, r, 0x1.5555555550cf2p-3);
  p = std::fma(p, r, 0x1.fffffffff70a4p-2);
  p = std::fma(p, r, 1.0);
  return {power_of_two(k), r * p};
}

/// Φ(−x)·e^(x²/2), as normal_ratio has it, for 0 ≤ x ≤ 15: w = 4/(4 + x) times a polynomial in
/// w − 0.5625, by interpolation at the Chebyshev nodes of 0.208 ≤ w ≤ 1, to 2⁻⁴¹.
inline double ample_normal_ratio(double x) {
  const double w = 4 / (4 + x);
  const double v = w - 0.5625;
  double p = -0x1.63d48d42d2934p-8;
  p = std::fma(p, v, 0x1.869529b8c802ap-8);
  p = std::fma(p, v, 0x1.171fa45a63733p-7);
  p = std::fma(p, v, -0x1.c72924cef909cp-7);
  p = std::fma(p, v, -0x1.847e375a22459p-7);
  p = std::fma(p, v, 0x1.a29936ee6dd34p-6);
  p = std::fma(p, v, 0x1.8f74a866ed7edp-6);
  p = std::fma(p, v, -0x1.674fded94e172p-5);
  p = std::fma(p, v, -0x1.3b4b0b9e29eadp-4);
  p = std::fma(p, v, 0x1.2177a065eb187p-5);
  p = std::fma(p, v, 0x1.06e72f53f6e14p-2);
  p = std::fma(p, v, 0x1.bdf30d48a7256p-2);
  p = std::fma(p, v, 0x1.d9fce4cef1c98p-2);
  p = std::fma(p, v, 0x1.6d84e6933df2dp-2);
  p = std::fma(p, v, 0x1.ace714466182dp-3);
  return w * p;
}

/// erf(x)/x for |x| ≤ 1, z = x²: by interpolation at the Chebyshev nodes of 0 ≤ z ≤ 1, to 2⁻⁴⁰.
inline double ample_erf_ratio(double z) {
  double p = 0x1.1c6a2e6156874p-20;
  p = std::fma(p, z, -0x1.d2cc9a598f998p-17);
  p = std::fma(p, z, 0x1.f582bd29fc18ep-14);
  p = std::fma(p, z, -0x1.bfe1c8912f63dp-11);
  p = std::fma(p, z, 0x1.565891c44c514p-8);
  p = std::fma(p, z, -0x1.b82cbb52a7333p-6);
  p = std::fma(p, z, 0x1.ce2f20aa9e775p-4);
  p = std::fma(p, z, -0x1.812746adee0adp-2);
  return std::fma(p, z, 0x1.20dd750428d0cp+0);
}

/// sin r and cos r for |r| ≤ π/4, z = r²: by interpolation at the Chebyshev nodes of 0 ≤ z ≤
/// (π/4)², to 2⁻⁴⁷ and 2⁻⁴³.
inline double ample_sin(double r, double z) {
  double p = -0x1.a94dfd67b51a8p-26;
  p = std::fma(p, z, 0x1.71d72a8a6d947p-19);
  p = std::fma(p, z, -0x1.a019f894c0d87p-13);
  p = std::fma(p, z, 0x1.1111110bd42d8p-7);
  p = std::fma(p, z, -0x1.5555555550e52p-3);
  return r * std::fma(p, z, 1.0);
}
inline double ample_cos(double z) {
  double p = -0x1.23c3bb4b8e753p-22;
  p = std::fma(p, z, 0x1.a00e8b52a762bp-16);
  p = std::fma(p, z, -0x1.6c16b2be7e1cfp-10);
  p = std::fma(p, z, 0x1.55555544556e6p-5);
  p = std::fma(p, z, -0x1.ffffffffe3315p-2);
  return std::fma(p, z, 1.0);
}

/// x = k·π/2 + r, for |x| within reach.
struct AmpleTurned {
  std::uint64_t k;
  double sin, cos;  // of r
};

inline AmpleTurned ample_turned(double x) {
  const double shifted = x * 0x1.45f306dc9c883p-1 + rounder;
  const double k = shifted - rounder;
  const double first = std::fma(-k, 0x1.921fb54442d18p+0, x);  // exact, as in less_quarter_turns
  const double r = std::fma(-k, 0x1.1a62633145c07p-54, first);
  const double z = r * r;
  return {std::bit_cast<std::uint64_t>(shifted) & 3U, ample_sin(r, z), ample_cos(z)};
}

/// The angle of the point (b, a), as angle_of has it. arctan(q)/q is a polynomial in z = q², by
/// interpolation at the Chebyshev nodes of 0 ≤ z ≤ tan² π/8, to 2⁻⁴⁵.
inline double ample_angle(double a, double b) {
  const bool one = is_above_one_eighth(a, b), two = is_above_three_eighths(a, b);
  const double above = two ? -b : one ? a - b : a, below = two ? a : one ? a + b : b;
  const double q = above / below;
  const double z = q * q;
  double p = 0x1.f6b3fd3ce4801p-6;
  p = std::fma(p, z, -0x1.e15c13df24820p-5);
  p = std::fma(p, z, 0x1.35d3b94cba29cp-4);
  p = std::fma(p, z, -0x1.73da89a368666p-4);
  p = std::fma(p, z, 0x1.c714e3e754847p-4);
  p = std::fma(p, z, -0x1.24922976d811fp-3);
  p = std::fma(p, z, 0x1.99999913da814p-3);
  p = std::fma(p, z, -0x1.55555554e847bp-2);
  p = std::fma(p, z, 1.0);
  const double base = two ? 0x1.921fb54442d18p+0 : one ? 0x1.921fb54442d18p-1 : 0;
  return std::fma(q, p, base);
}

/// 2·artanh(f/(2 + f)) + e·ln 2
inline double ample_log(double e, double f) {
  const double s = f / (2 + f);
  const double z = s * s;
  return std::fma(e, 0x1.62e42fefa39efp-1, s * std::fma(z, tail_of_artanh(z), 2.0));
}

}  // namespace detail

/// condition ? a : b, of the numbers and not of their places, so that it becomes vectors.
inline Ample select(bool condition, Ample a, Ample b) {
  return Ample(condition ? detail::number(a) : detail::number(b));
}

inline Ample abs(Ample x) { return Ample(std::abs(detail::number(x))); }
inline Ample sqrt(Ample x) { return Ample(std::sqrt(detail::number(x))); }

inline Ample exp(Ample x) {
  const auto [scale, s] = detail::ample_power(detail::number(x));
  return Ample(std::fma(scale, s, scale));
}

inline Ample expm1(Ample x) {
  const auto [scale, s] = detail::ample_power(detail::number(x));
  const double y = std::fma(scale, s, scale - 1);
  return Ample(std::copysign(y, detail::number(x)));
}

inline Ample tanh(Ample x) {
  const double size = std::abs(detail::number(x));
  const double m = detail::number(expm1(Ample(-2 * size)));
  return Ample(std::copysign(m / (2 + m), detail::number(x)));
}

inline Ample sinh(Ample x) {
  const double m = detail::number(expm1(abs(x)));
  return Ample(std::copysign(0.5 * (m + m / (1 + m)), detail::number(x)));
}

inline Ample cosh(Ample x) {
  const double e = detail::number(exp(abs(x)));
  return Ample(0.5 * (e + 1 / e));
}

inline Ample atan(Ample x) {
  const double v = detail::number(x);
  return Ample(std::copysign(detail::ample_angle(detail::within(std::abs(v), 0x1p100), 1), v));
}

inline Ample asin(Ample x) {
  const double v = detail::number(x), root = std::sqrt((1 - v) * (1 + v));
  return Ample(std::copysign(detail::ample_angle(std::abs(v), root), v));
}

inline Ample acos(Ample x) {
  const double v = detail::number(x), root = std::sqrt((1 - v) * (1 + v));
  const double angle = detail::ample_angle(root, std::abs(v));
  return Ample(v > 0 ? angle : 0x1.921fb54442d18p+1 - angle);  // π
}

inline Ample log(Ample x) {
  const double w = detail::number(x);
  const auto [e, m] = detail::scaled(w);
  const double y = detail::ample_log(e, m - 1);
  return Ample(w > 0 && w < INFINITY ? y : w == 0 ? -INFINITY : w > 0 ? w : NAN);
}

inline Ample log1p(Ample x) {
  const double v = detail::number(x);
  const double w = 1 + v;
  const double back = w - 1;
  const double rest = (1 - (w - back)) + (v - back);
  const auto [e, m] = detail::scaled(w);
  const double log = detail::ample_log(e, (m - 1) + rest * detail::power_of_two(-e));
  const double y = std::copysign(log, v);
  const double at_end = w == 0 ? -INFINITY : v > -1 ? w : NAN;
  return Ample(w > 0 && w < INFINITY ? y : at_end);
}

/// Φ(x) = e^(−x²/2)·ratio left of 0, 1 − Φ(−x) right of it.
inline Ample normal(Ample x) {
  const double v = detail::number(x);
  const double size = detail::within(std::abs(v), 15);
  const auto [scale, s] = detail::ample_power(-0.5 * (size * size));
  const double tail = std::fma(scale, s, scale) * detail::ample_normal_ratio(size);
  return Ample(v > 0 ? 1 - tail : tail);
}

/// φ(x) = e^(−x²/2)/√(2π)
inline Ample normal_density(Ample x) {
  const double size = detail::within(std::abs(detail::number(x)), 15);
  const auto [scale, s] = detail::ample_power(-0.5 * (size * size));
  return Ample(0x1.9884533d43651p-2 * std::fma(scale, s, scale));
}

inline Ample erfc(Ample x) {
  return Ample(2) * normal(Ample(-0x1.6a09e667f3bcdp+0) * x);  // √2
}

inline Ample erf(Ample x) {
  const double size = detail::within(std::abs(detail::number(x)), 10);
  const double near = size * detail::ample_erf_ratio(size * size);
  const double far = 1 - detail::number(erfc(Ample(size)));
  return Ample(std::copysign(size < 1 ? near : far, detail::number(x)));
}

/// tanh(ln(1 + eˣ)) and its slope, with e = exp(−|x|): a/d with a = 1 + 2e and d = a + 2e² on the
/// right, a = e·(2 + e) and d = a + 2 on the left; 4e²(1 + e)/d² and 4e(1 + e)/d².
inline Ample tanh_softplus(Ample x) {
  const double e = detail::number(exp(-abs(x)));
  const bool right = detail::number(x) > 0;
  const double a = right ? 1 + 2 * e : e * (2 + e);
  return Ample(a / (a + (right ? 2 * e * e : 2)));
}
inline Ample tanh_softplus_slope(Ample x) {
  const double e = detail::number(exp(-abs(x)));
  const bool right = detail::number(x) > 0;
  const double d = right ? 1 + 2 * e + 2 * e * e : 2 + e * (2 + e);
  return Ample(4 * e * (1 + e) * (right ? e : 1) / (d * d));
}

inline Ample sin_within(Ample x) {
  const double v = detail::number(x);
  const auto [k, s, c] = detail::ample_turned(v);
  const double y = detail::turned((k & 1U) != 0 ? c : s, k);
  return Ample(detail::reaches(v) ? v == 0 ? v : y : NAN);
}

inline Ample cos_within(Ample x) {
  const double v = detail::number(x);
  const auto [k, s, c] = detail::ample_turned(v);
  const double y = detail::turned((k & 1U) != 0 ? s : c, k + (k & 1U) * 2);
  return Ample(detail::reaches(v) ? y : NAN);
}

inline Ample tan_within(Ample x) {
  const double v = detail::number(x);
  const auto [k, s, c] = detail::ample_turned(v);
  const double y = (k & 1U) != 0 ? -(c / s) : s / c;
  return Ample(detail::reaches(v) ? v == 0 ? v : y : NAN);
}

inline Ample pow_within(Ample x, Ample p) {
  const double v = detail::number(x), q = detail::number(p);
  const double size = detail::number(exp(p * log(abs(x))));
  const double there =
      v == 0 ? detail::power_of_zero(v, {q, 0}) : detail::sign_of_power(v, {q, 0}) * size;
  return Ample(detail::if_raised(v, q, there));
}

}  // namespace autograd::ops
