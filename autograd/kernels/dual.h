#pragma once

#include <cmath>
#include <cstdint>

/// Dual numbers: v + d·ε with ε² = 0, so that f(v + d·ε) = f(v) + f′(v)·d·ε. A program run on them
/// carries the derivative along one direction beside every value. The derivative formulas are this
/// file's own: they share nothing with the slopes that operations give their pullbacks.
///
/// At a kink the derivative is that of the branch which the comparison takes; |x|, hypot and atan2
/// have 0 at 0, and so has a power by its exponent where it is not infinite.
namespace autograd::kernels {

struct Dual {
  double v = 0;  ///< the value
  double d = 0;  ///< the derivative along the direction

  constexpr Dual() = default;
  constexpr Dual(double value, double derivative = 0) : v(value), d(derivative) {}  // NOLINT

  constexpr Dual& operator+=(const Dual& b) {
    v += b.v;
    d += b.d;
    return *this;
  }
};

constexpr Dual operator+(const Dual& a, const Dual& b) { return {a.v + b.v, a.d + b.d}; }
constexpr Dual operator-(const Dual& a, const Dual& b) { return {a.v - b.v, a.d - b.d}; }
constexpr Dual operator-(const Dual& a) { return {-a.v, -a.d}; }
constexpr Dual operator*(const Dual& a, const Dual& b) {
  return {a.v * b.v, a.d * b.v + a.v * b.d};
}
constexpr Dual operator/(const Dual& a, const Dual& b) {
  const double q = a.v / b.v;
  return {q, (a.d - q * b.d) / b.v};
}

constexpr bool operator==(const Dual& a, const Dual& b) { return a.v == b.v; }
constexpr bool operator<(const Dual& a, const Dual& b) { return a.v < b.v; }
constexpr bool operator>(const Dual& a, const Dual& b) { return a.v > b.v; }
constexpr bool operator<=(const Dual& a, const Dual& b) { return a.v <= b.v; }
constexpr bool operator>=(const Dual& a, const Dual& b) { return a.v >= b.v; }

namespace detail {
/// f(x), given its value and slope there. A direction of 0 stays 0 where the slope is infinite.
inline Dual chain(const Dual& x, double value, double slope) {
  return {value, x.d == 0 ? 0 : slope * x.d};
}
inline constexpr double two_over_root_pi = 1.12837916709551257390;
}  // namespace detail

inline Dual abs(const Dual& x) {
  return detail::chain(x, std::abs(x.v), x.v > 0 ? 1 : x.v < 0 ? -1 : 0);
}
inline Dual sqrt(const Dual& x) {
  const double r = std::sqrt(x.v);
  return detail::chain(x, r, 0.5 / r);
}
inline Dual exp(const Dual& x) {
  const double e = std::exp(x.v);
  return detail::chain(x, e, e);
}
inline Dual expm1(const Dual& x) { return detail::chain(x, std::expm1(x.v), std::exp(x.v)); }
inline Dual log(const Dual& x) { return detail::chain(x, std::log(x.v), 1 / x.v); }
inline Dual log1p(const Dual& x) { return detail::chain(x, std::log1p(x.v), 1 / (1 + x.v)); }
inline Dual sin(const Dual& x) { return detail::chain(x, std::sin(x.v), std::cos(x.v)); }
inline Dual cos(const Dual& x) { return detail::chain(x, std::cos(x.v), -std::sin(x.v)); }
inline Dual tan(const Dual& x) {
  const double c = std::cos(x.v);
  return detail::chain(x, std::tan(x.v), 1 / (c * c));
}
inline Dual asin(const Dual& x) {
  return detail::chain(x, std::asin(x.v), 1 / std::sqrt((1 - x.v) * (1 + x.v)));
}
inline Dual acos(const Dual& x) {
  return detail::chain(x, std::acos(x.v), -1 / std::sqrt((1 - x.v) * (1 + x.v)));
}
inline Dual atan(const Dual& x) { return detail::chain(x, std::atan(x.v), 1 / (1 + x.v * x.v)); }
inline Dual sinh(const Dual& x) { return detail::chain(x, std::sinh(x.v), std::cosh(x.v)); }
inline Dual cosh(const Dual& x) { return detail::chain(x, std::cosh(x.v), std::sinh(x.v)); }
inline Dual tanh(const Dual& x) {
  const double c = std::cosh(x.v);  // may overflow to infinity: then the slope is 0, as it should
  return detail::chain(x, std::tanh(x.v), 1 / c / c);
}
inline Dual erf(const Dual& x) {
  return detail::chain(x, std::erf(x.v), detail::two_over_root_pi * std::exp(-x.v * x.v));
}
inline Dual erfc(const Dual& x) {
  return detail::chain(x, std::erfc(x.v), -detail::two_over_root_pi * std::exp(-x.v * x.v));
}
inline Dual floor(const Dual& x) { return {std::floor(x.v)}; }
inline Dual ceil(const Dual& x) { return {std::ceil(x.v)}; }
inline Dual round(const Dual& x) { return {std::round(x.v)}; }

inline std::int64_t to_index(const Dual& x) { return static_cast<std::int64_t>(x.v); }

inline Dual atan2(const Dual& y, const Dual& x) {
  const double r = std::hypot(x.v, y.v), angle = std::atan2(y.v, x.v);
  return {angle, r == 0 ? 0 : (x.v / r) * (y.d / r) - (y.v / r) * (x.d / r)};
}
inline Dual hypot(const Dual& a, const Dual& b) {
  const double r = std::hypot(a.v, b.v);
  return {r, r == 0 ? 0 : a.v / r * a.d + b.v / r * b.d};
}
inline Dual pow(const Dual& a, const Dual& b) {
  const double p = std::pow(a.v, b.v);
  const double by_a = a.d == 0 || b.v == 0 ? 0 : b.v * std::pow(a.v, b.v - 1) * a.d;
  const bool flat = p == 0 || (a.v == 0 && b.v == 0);  // where log a, if infinite, does not count
  const double by_b = b.d == 0 || flat ? 0 : p * std::log(a.v) * b.d;
  return {p, by_a + by_b};
}

}  // namespace autograd::kernels
