#pragma once

#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <utility>

/// Sums of two doubles, of which the second holds what rounding took from the first, and the bits
/// of a double: without a branch, so that a compiler turns them into vectors.
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

/// x where it is within ±most, which lies beyond all that matters; NaN stays NaN.
inline double within(double x, double most) {
  const double low = x < -most ? -most : x;
  return low > most ? most : low;
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

/// m·2ᵏ, rounded, for a whole −2000 < k < 2000: in two steps, for 2ᵏ may be beyond what a double
/// holds where the product is not; the smallest numbers are rounded in the second step.
inline double times_power_of_two(const Split& m, double k) {
  const double half = rounded(0.5 * k);
  return (m.high + m.low) * power_of_two(half) * power_of_two(k - half);
}

/// a·b
inline Split product(double a, double b) {
  const double high = a * b;
  return {high, std::fma(a, b, -high)};
}

/// condition ? a : b, in a form that becomes vectors.
inline Split choose(bool condition, const Split& a, const Split& b) {
  return {condition ? a.high : b.high, condition ? a.low : b.low};
}

}  // namespace detail

inline Split operator-(const Split& a) { return {-a.high, -a.low}; }
inline Split operator+(const Split& a, const Split& b) {
  const Split sum = detail::exact_sum_of(a.high, b.high);
  return {sum.high, sum.low + (a.low + b.low)};
}
inline Split operator-(const Split& a, const Split& b) { return a + -b; }
inline Split operator*(const Split& a, const Split& b) {
  const double product = a.high * b.high;
  return {product, std::fma(a.high, b.high, -product) + (a.high * b.low + a.low * b.high)};
}

inline Split operator*(double a, const Split& b) {
  const double product = a * b.high;
  return {product, std::fma(a, b.high, -product) + a * b.low};
}

namespace detail {

/// c + v·q, the next step of a polynomial in v, for |c| ≥ |v·q|.
inline Split next_of_polynomial(const Split& q, const Split& v, const Split& c) {
  const Split product = v * q;
  const Split sum = sum_of(c.high, product.high);
  return {sum.high, sum.low + (product.low + c.low)};
}

/// A simple root of a slope, and the slope there: d·(first + d·(more[0] + d·(more[1] + …))) with d
/// the distance from the root, a polynomial that interpolates it at the Chebyshev nodes of
/// |d| ≤ 2⁻⁴, to 2⁻⁵⁷. Beside its root a slope is a difference of two numbers that are almost
/// equal; the polynomial has no such difference.
struct Root {
  Split at;
  Split first;
  std::array<double, 10> more;

  bool is_near(double x) const { return std::abs(x - at.high) < 0x1p-4; }
  double slope(double x) const {
    const Split d = sum_of(x - at.high, -at.low);
    const Split y =
        d * next_of_polynomial({sum(d.high, std::make_index_sequence<10>{}), 0}, d, first);
    return y.high + y.low;
  }
  /// The same to 2⁻⁵⁰.
  double plain_slope(double x) const {
    const double d = (x - at.high) - at.low;
    return d * std::fma(d, sum(d, std::make_index_sequence<10>{}), first.high);
  }

 private:
  // Written out, for a loop within a loop does not become vectors.
  template <std::size_t... K>
  double sum(double d, std::index_sequence<K...>) const {
    double sum = 0;
    ((sum = std::fma(sum, d, std::get<9 - K>(more))), ...);
    return sum;
  }
};

}  // namespace detail

}  // namespace autograd::ops
