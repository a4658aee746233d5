#pragma once

#include <cmath>
#include <cstdint>
#include <limits>

/// Complex numbers for complex steps: f(x + i·h) = f(x) + i·h·f′(x) + O(h²), so that with h =
/// 1e-100 the imaginary part is the derivative times h, with all of its digits and no difference
/// taken.
///
/// Every function is f(a + ib) for an analytic f, by a formula that is accurate in both parts
/// however tiny b is, which std::complex does not promise. Programs compute with real numbers, so
/// the real part decides: comparisons look at it alone, |x| is x or −x, and where a function of it
/// is NaN there is no branch cut to cross. A part that is infinite or NaN is so as it comes; but an
/// imaginary part of exactly 0 stays 0 where the slope is infinite.
namespace autograd::kernels {

struct Complex {
  double re = 0;
  double im = 0;

  constexpr Complex() = default;
  constexpr Complex(double real, double imaginary = 0) : re(real), im(imaginary) {}  // NOLINT

  constexpr Complex& operator+=(const Complex& b) {
    re += b.re;
    im += b.im;
    return *this;
  }
};

constexpr Complex operator+(const Complex& a, const Complex& b) {
  return {a.re + b.re, a.im + b.im};
}
constexpr Complex operator-(const Complex& a, const Complex& b) {
  return {a.re - b.re, a.im - b.im};
}
constexpr Complex operator-(const Complex& a) { return {-a.re, -a.im}; }
constexpr Complex operator*(const Complex& a, const Complex& b) {
  if (a.im == 0 || b.im == 0) {  // then an infinite real part meets no imaginary 0
    return {a.re * b.re, (a.im == 0 ? 0 : a.im * b.re) + (b.im == 0 ? 0 : a.re * b.im)};
  }
  return {a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re};
}

/// By Smith's way: the divisor's smaller part is divided by its larger, so that no square is taken.
/// What divides by a real part of 0 is a pole, whatever the imaginary part.
inline Complex operator/(const Complex& a, const Complex& b) {
  if (b.im == 0 || b.re == 0) {
    const double im = b.im == 0 ? a.im / b.re : std::numeric_limits<double>::quiet_NaN();
    return {a.re / b.re, a.im == 0 && b.im == 0 ? 0 : im};
  }
  if (std::abs(b.re) >= std::abs(b.im)) {
    const double ratio = b.im / b.re, divisor = b.re + b.im * ratio;
    return {(a.re + a.im * ratio) / divisor, (a.im - a.re * ratio) / divisor};
  }
  const double ratio = b.re / b.im, divisor = b.re * ratio + b.im;
  return {(a.re * ratio + a.im) / divisor, (a.im * ratio - a.re) / divisor};
}

constexpr bool operator==(const Complex& a, const Complex& b) { return a.re == b.re; }
constexpr bool operator<(const Complex& a, const Complex& b) { return a.re < b.re; }
constexpr bool operator>(const Complex& a, const Complex& b) { return a.re > b.re; }
constexpr bool operator<=(const Complex& a, const Complex& b) { return a.re <= b.re; }
constexpr bool operator>=(const Complex& a, const Complex& b) { return a.re >= b.re; }

namespace detail {
/// f(x), where its imaginary part is linear in that of x: 0 stays 0 beside an infinite factor.
inline Complex with_imaginary(double re, double im_factor, double im) {
  return {re, im == 0 ? 0 : im_factor * im};
}
/// Where the real function has an infinite slope.
inline Complex steep(double re, double im) {
  return {re, im == 0 ? 0 : std::copysign(std::numeric_limits<double>::infinity(), im)};
}
}  // namespace detail

/// At a real part of 0 the derivative is 0.
inline Complex abs(const Complex& x) {
  return x.re > 0 ? x : x.re < 0 ? -x : Complex(std::abs(x.re));
}

/// √z = s + i·b/(2s), s² = (|z| + a)/2
inline Complex sqrt(const Complex& x) {
  if (x.re == 0) return detail::steep(x.re, x.im);
  if (!(x.re > 0) || x.im == 0) return {std::sqrt(x.re), x.im == 0 ? 0 : std::sqrt(x.re)};
  const double t = x.im / x.re;
  const double s = std::sqrt(x.re) * std::sqrt((1 + std::hypot(1, t)) / 2);
  return {s, x.im / (2 * s)};
}

inline Complex exp(const Complex& x) {
  const double e = std::exp(x.re);
  return x.im == 0 ? Complex(e) : Complex(e * std::cos(x.im), e * std::sin(x.im));
}

/// eᵃ·cos b − 1 = (eᵃ − 1)·cos b − 2·sin²(b/2)
inline Complex expm1(const Complex& x) {
  if (x.im == 0) return std::expm1(x.re);
  const double s = std::sin(x.im / 2);
  return {std::expm1(x.re) * std::cos(x.im) - 2 * s * s, std::exp(x.re) * std::sin(x.im)};
}

/// ln|z| + i·arg z, with |z| = a·√(1 + (b/a)²)
inline Complex log(const Complex& x) {
  if (x.re == 0) return detail::steep(std::log(x.re), x.im);
  if (!(x.re > 0) || x.im == 0) return {std::log(x.re), x.im == 0 ? 0 : std::log(x.re)};
  const double t = x.im / x.re;
  return {std::log(x.re) + 0.5 * std::log1p(t * t), std::atan2(x.im, x.re)};
}

inline Complex log1p(const Complex& x) {
  const double plain = std::log1p(x.re), beside = 1 + x.re;
  if (beside == 0) return detail::steep(plain, x.im);
  if (!(beside > 0) || x.im == 0) return {plain, x.im == 0 ? 0 : plain};
  const double t = x.im / beside;
  return {plain + 0.5 * std::log1p(t * t), std::atan2(x.im, beside)};
}

inline Complex sin(const Complex& x) {
  return {std::sin(x.re) * std::cosh(x.im), std::cos(x.re) * std::sinh(x.im)};
}
inline Complex cos(const Complex& x) {
  return {std::cos(x.re) * std::cosh(x.im), -std::sin(x.re) * std::sinh(x.im)};
}
/// With t = tan a and h = tanh b: (t·(1 − h²) + i·h·(1 + t²))/(1 + t²h²)
inline Complex tan(const Complex& x) {
  const double t = std::tan(x.re), h = std::tanh(x.im), divisor = 1 + t * h * (t * h);
  return {t * (1 - h * h) / divisor, h * (1 + t * t) / divisor};
}
inline Complex sinh(const Complex& x) {
  if (x.im == 0) return std::sinh(x.re);
  return {std::sinh(x.re) * std::cos(x.im), std::cosh(x.re) * std::sin(x.im)};
}
inline Complex cosh(const Complex& x) {
  if (x.im == 0) return std::cosh(x.re);
  return {std::cosh(x.re) * std::cos(x.im), std::sinh(x.re) * std::sin(x.im)};
}
/// With t = tanh a and h = tan b: (t·(1 + h²) + i·h/cosh² a)/(1 + t²h²)
inline Complex tanh(const Complex& x) {
  const double t = std::tanh(x.re), h = std::tan(x.im), c = std::cosh(x.re);
  const double divisor = 1 + t * h * (t * h);
  return {t * (1 + h * h) / divisor, h / c / c / divisor};
}

namespace detail {
// √(1 − z) and √(1 + z), of which arcsine and arccosine are made. (Kahan, "Branch cuts for complex
// elementary functions", 1987)
struct Roots {
  Complex below, above;
};
inline Roots roots_of_one(const Complex& x) {
  return {sqrt(Complex(1 - x.re, -x.im)), sqrt(Complex(1 + x.re, x.im))};
}
}  // namespace detail

inline Complex asin(const Complex& x) {
  const double plain = std::asin(x.re);
  if (x.im == 0 || plain != plain) return {plain, x.im == 0 ? 0 : plain};
  if (std::abs(x.re) == 1) return detail::steep(plain, x.im);
  const auto [p, q] = detail::roots_of_one(x);
  return {std::atan2(x.re, p.re * q.re - p.im * q.im), std::asinh(p.re * q.im - p.im * q.re)};
}
inline Complex acos(const Complex& x) {
  const double plain = std::acos(x.re);
  if (x.im == 0 || plain != plain) return {plain, x.im == 0 ? 0 : plain};
  if (std::abs(x.re) == 1) return detail::steep(plain, -x.im);
  const auto [p, q] = detail::roots_of_one(x);
  return {2 * std::atan2(p.re, q.re), std::asinh(q.re * p.im - q.im * p.re)};
}
/// ½·arg of (1 − a² − b²) + 2ai, and i·½·artanh(2b/(1 + a² + b²))
inline Complex atan(const Complex& x) {
  if (x.im == 0) return std::atan(x.re);
  const double a2 = x.re * x.re, b2 = x.im * x.im;
  return {0.5 * std::atan2(2 * x.re, (1 - x.re) * (1 + x.re) - b2),
          0.5 * std::atanh(2 * x.im / (1 + a2 + b2))};
}

/// To the first order in the imaginary part, which for 1e-100 is all that a double can hold.
inline Complex erf(const Complex& x) {
  return detail::with_imaginary(std::erf(x.re), 1.12837916709551257390 * std::exp(-x.re * x.re),
                                x.im);
}
inline Complex erfc(const Complex& x) {
  return detail::with_imaginary(std::erfc(x.re), -1.12837916709551257390 * std::exp(-x.re * x.re),
                                x.im);
}

inline Complex floor(const Complex& x) { return {std::floor(x.re)}; }
inline Complex ceil(const Complex& x) { return {std::ceil(x.re)}; }
inline Complex round(const Complex& x) { return {std::round(x.re)}; }

inline std::int64_t to_index(const Complex& x) { return static_cast<std::int64_t>(x.re); }

/// The angle of the point (x, y), by the arctangent of the smaller over the larger; 0 + 0i at the
/// origin.
inline Complex atan2(const Complex& y, const Complex& x) {
  const double angle = std::atan2(y.re, x.re);
  if (x.re == 0 && y.re == 0) return angle;
  const bool steep = std::abs(y.re) > std::abs(x.re);
  return {angle, steep ? -atan(x / y).im : atan(y / x).im};
}

/// √(a² + b²), both divided by the larger first; 0 + 0i at the origin.
inline Complex hypot(const Complex& a, const Complex& b) {
  const double plain = std::hypot(a.re, b.re);
  if (plain == 0 || !(plain <= std::numeric_limits<double>::max())) return plain;
  const double larger = std::abs(a.re) > std::abs(b.re) ? std::abs(a.re) : std::abs(b.re);
  const Complex x(a.re / larger, a.im / larger), y(b.re / larger, b.im / larger);
  const Complex root = sqrt(x * x + y * y);
  return {root.re * larger, root.im * larger};
}

/// aᵇ = exp(b·ln a), with the real power taken out: of a = r·e^(iθ)·(real part of a) and b = p + iq
/// what is left is exp(p·ln r − qθ + i(pθ + q·ln|a|)). Of a negative real part only integer powers
/// are known.
inline Complex pow(const Complex& a, const Complex& b) {
  const double plain = std::pow(a.re, b.re);
  if ((a.im == 0 && b.im == 0) || plain != plain)
    return {plain, a.im == 0 && b.im == 0 ? 0 : plain};
  if (a.re == 0 || plain == 0 || plain - plain != 0) {  // at the rim: to the first order
    const double by_a = a.im == 0 || b.re == 0 ? 0 : b.re * std::pow(a.re, b.re - 1) * a.im;
    const bool flat = plain == 0 || (a.re == 0 && b.re == 0);
    return {plain, by_a + (b.im == 0 || flat ? 0 : plain * std::log(a.re) * b.im)};
  }
  const double t = a.im / a.re, log_r = 0.5 * std::log1p(t * t), angle = std::atan(t);
  const double turn = b.re * angle + (b.im == 0 ? 0 : b.im * (std::log(a.re) + log_r));
  const double size = plain * std::exp(b.re * log_r - b.im * angle);
  return {size * std::cos(turn), size * std::sin(turn)};
}

}  // namespace autograd::kernels
