#pragma once

#include <cmath>
#include <cstdint>
#include <limits>

/// Numbers of twice the digits.
namespace autograd::kernels {

/// The unevaluated sum of a double and a much smaller one: about 31 decimal digits. For results
/// that would otherwise lose their digits to cancellation, and for differences that must not.
/// (Dekker, "A floating-point technique for extending the available precision", 1971; the exact sum
/// of two is Knuth's.)
///
/// The relative error is below 1e-29 for arithmetic and for every function, with these exceptions:
/// near a zero of sin, cos or tan other than 0 it is the absolute error that is this small, and
/// beyond |x| = 2⁵² they have the digits of a double; erfc loses a digit beyond 20 and pow one
/// where aᵇ is beyond e^±300. Where the result or its low part would be subnormal, digits are lost
/// as they are in double. Infinities, NaN and 0 behave as they do in double.
class DoubleDouble {
 public:
  constexpr DoubleDouble(double number = 0) : high_(number) {}  // NOLINT: implicit by design
  /// high + low, of which low is at most half a unit in the last place of high.
  constexpr DoubleDouble(double high, double low) : high_(high), low_(low) {}

  constexpr double high() const { return high_; }
  constexpr double low() const { return low_; }
  explicit operator double() const { return high_; }
  explicit operator float() const { return static_cast<float>(high_); }

  friend DoubleDouble operator+(const DoubleDouble& a, const DoubleDouble& b) {
    const DoubleDouble high = exact_sum(a.high_, b.high_), low = exact_sum(a.low_, b.low_);
    const DoubleDouble sum = ordered(high.high_, high.low_ + low.high_);
    return or_plain(ordered(sum.high_, sum.low_ + low.low_), high.high_);
  }
  friend constexpr DoubleDouble operator-(const DoubleDouble& a) { return {-a.high_, -a.low_}; }
  friend DoubleDouble operator-(const DoubleDouble& a, const DoubleDouble& b) { return a + -b; }
  friend DoubleDouble operator*(const DoubleDouble& a, const DoubleDouble& b) {
    const DoubleDouble product = exact_product(a.high_, b.high_);
    const double low = product.low_ + (a.high_ * b.low_ + a.low_ * b.high_);
    return or_plain(ordered(product.high_, low), product.high_);
  }
  friend DoubleDouble operator/(const DoubleDouble& a, const DoubleDouble& b) {
    const double first = a.high_ / b.high_;
    if (!is_finite(first) || !is_finite(b.high_)) return first;
    const DoubleDouble rest = a - first * b;
    const double second = rest.high_ / b.high_;
    return or_plain(DoubleDouble(first) + second + (rest - second * b).high_ / b.high_, first);
  }
  DoubleDouble& operator+=(const DoubleDouble& other) { return *this = *this + other; }

  friend constexpr bool operator==(const DoubleDouble& a, const DoubleDouble& b) {
    return a.high_ == b.high_ && a.low_ == b.low_;
  }
  friend constexpr bool operator<(const DoubleDouble& a, const DoubleDouble& b) {
    return a.high_ < b.high_ || (a.high_ == b.high_ && a.low_ < b.low_);
  }
  friend constexpr bool operator>(const DoubleDouble& a, const DoubleDouble& b) { return b < a; }
  friend constexpr bool operator<=(const DoubleDouble& a, const DoubleDouble& b) {
    return a < b || a == b;
  }
  friend constexpr bool operator>=(const DoubleDouble& a, const DoubleDouble& b) { return b <= a; }

  /// a·b without an error, unless the low part is subnormal. Though std::fma is a call where the
  /// processor is not known to have it, a matrix product is faster by it than by Veltkamp's
  /// splitting of the factors, and no factor is too large for it.
  static DoubleDouble exact_product(double a, double b) {
    const double product = a * b;
    return {product, std::fma(a, b, -product)};
  }
  static bool is_finite(double x) { return std::abs(x) <= std::numeric_limits<double>::max(); }

 private:
  // a + b without an error.
  static DoubleDouble exact_sum(double a, double b) {
    const double sum = a + b;
    const double of_b = sum - a;
    return {sum, (a - (sum - of_b)) + (b - of_b)};
  }
  // The same where |a| ≥ |b|.
  static DoubleDouble ordered(double a, double b) {
    const double sum = a + b;
    return {sum, b - (sum - a)};
  }
  // Where infinities have met, the low part is NaN, and the result is that of plain doubles.
  static DoubleDouble or_plain(const DoubleDouble& x, double plain) {
    return x.low_ == x.low_ ? x : DoubleDouble(plain);
  }

  double high_;
  double low_ = 0;
};

inline DoubleDouble abs(const DoubleDouble& x) {
  return x.high() < 0 || (x.high() == 0 && std::signbit(x.high())) ? -x : x;
}

/// √x by one step of Newton's.
inline DoubleDouble sqrt(const DoubleDouble& x) {
  const double root = std::sqrt(x.high());
  if (!(x.high() > 0) || !DoubleDouble::is_finite(root)) return root;
  const DoubleDouble rest = x - DoubleDouble::exact_product(root, root);
  return DoubleDouble(root) + rest / (2 * root);
}

DoubleDouble exp(const DoubleDouble& x);
DoubleDouble expm1(const DoubleDouble& x);
DoubleDouble log(const DoubleDouble& x);
DoubleDouble log1p(const DoubleDouble& x);
DoubleDouble sin(const DoubleDouble& x);
DoubleDouble cos(const DoubleDouble& x);
DoubleDouble tan(const DoubleDouble& x);
DoubleDouble asin(const DoubleDouble& x);
DoubleDouble acos(const DoubleDouble& x);
DoubleDouble atan(const DoubleDouble& x);
DoubleDouble atan2(const DoubleDouble& y, const DoubleDouble& x);
DoubleDouble sinh(const DoubleDouble& x);
DoubleDouble cosh(const DoubleDouble& x);
DoubleDouble tanh(const DoubleDouble& x);
DoubleDouble erf(const DoubleDouble& x);
DoubleDouble erfc(const DoubleDouble& x);
DoubleDouble pow(const DoubleDouble& a, const DoubleDouble& b);
DoubleDouble hypot(const DoubleDouble& a, const DoubleDouble& b);
DoubleDouble floor(const DoubleDouble& x);
DoubleDouble ceil(const DoubleDouble& x);
/// To the nearest integer; halves away from 0.
DoubleDouble round(const DoubleDouble& x);

/// Rounded towards 0.
std::int64_t to_index(const DoubleDouble& x);

}  // namespace autograd::kernels
