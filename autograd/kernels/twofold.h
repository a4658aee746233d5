#pragma once

#include <cmath>
#include <type_traits>

/// Numbers of twice the digits.
namespace autograd::kernels {

/// The unevaluated sum of a double and a much smaller one: about 32 decimal digits. For results
/// that would otherwise lose their digits to cancellation. (Dekker, "A floating-point technique for
/// extending the available precision", 1971; the exact sum of two is Knuth's.)
class Twofold {
 public:
  Twofold(double number = 0) : high_(number) {}  // NOLINT: implicit by design
  explicit operator double() const { return high_ + low_; }
  explicit operator float() const { return static_cast<float>(high_ + low_); }

  friend Twofold operator+(const Twofold& a, const Twofold& b) {
    const Twofold high = exact_sum(a.high_, b.high_), low = exact_sum(a.low_, b.low_);
    const Twofold sum = ordered(high.high_, high.low_ + low.high_);
    return ordered(sum.high_, sum.low_ + low.low_);
  }
  friend Twofold operator-(const Twofold& a) { return {-a.high_, -a.low_}; }
  friend Twofold operator-(const Twofold& a, const Twofold& b) { return a + -b; }
  friend Twofold operator*(const Twofold& a, const Twofold& b) {
    const double high = a.high_ * b.high_;
    const double low = std::fma(a.high_, b.high_, -high);
    return ordered(high, low + (a.high_ * b.low_ + a.low_ * b.high_));
  }
  friend Twofold operator/(const Twofold& a, const Twofold& b) {
    const Twofold first = a.high_ / b.high_;
    const Twofold rest = a - first * b;
    const Twofold second = rest.high_ / b.high_;
    return first + second + (rest - second * b).high_ / b.high_;
  }
  Twofold& operator+=(const Twofold& other) { return *this = *this + other; }

  /// √a by one step of Newton's.
  friend Twofold sqrt(const Twofold& a) {
    if (!(a.high_ > 0)) return std::sqrt(a.high_);
    const Twofold root = std::sqrt(a.high_);
    return root + (a - root * root) / (2 * root.high_);
  }

 private:
  Twofold(double high, double low) : high_(high), low_(low) {}

  // a + b without an error.
  static Twofold exact_sum(double a, double b) {
    const double sum = a + b;
    const double of_b = sum - a;
    return {sum, (a - (sum - of_b)) + (b - of_b)};
  }
  // The same where |a| ≥ |b|.
  static Twofold ordered(double a, double b) {
    const double sum = a + b;
    return {sum, b - (sum - a)};
  }

  double high_;
  double low_ = 0;
};

}  // namespace autograd::kernels
