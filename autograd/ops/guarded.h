#pragma once

#include <type_traits>

#include "autograd/ops/precise_log.h"
#include "autograd/ops/rule.h"

/// Numbers with guard digits, for sums of exponentials: f32 is computed in double, f64 in sums of
/// two doubles, which a compiler turns into vectors where it could not do so with long doubles.
/// Other scalars compute in themselves.
///
/// Infinities and NaN: the high part is what plain doubles would give; the low part is NaN where
/// the high one is infinite, and then not looked at.
namespace autograd::ops {

namespace detail {
template <class T>
struct GuardedOf {
  using Type = T;
};
template <>
struct GuardedOf<float> {
  using Type = double;
};
template <>
struct GuardedOf<double> {
  using Type = Split;
};
}  // namespace detail

/// What numbers of type T are computed in: a double, a Split or T itself.
template <class T>
using Guarded = typename detail::GuardedOf<T>::Type;

/// A number that needs no guard, as a G.
template <class G, class X>
G guarded(const X& x) {
  if constexpr (std::is_same_v<G, Split>) {
    return {static_cast<double>(x), 0};
  } else {
    return static_cast<G>(x);
  }
}

/// a − b: for a Split without an error.
template <class G, class X>
G guarded_difference(const X& a, const X& b) {
  if constexpr (std::is_same_v<G, Split>) {
    return detail::exact_sum_of(a, -b);
  } else {
    return a - b;
  }
}

/// condition ? a : b, in a form that becomes vectors.
template <class G>
G either(bool condition, G a, G b) {
  if constexpr (std::is_same_v<G, Split>) {
    return {condition ? a.high : b.high, condition ? a.low : b.low};
  } else {
    return condition ? a : b;
  }
}

/// Rounded once.
template <class T, class G>
T unguarded(const G& x) {
  if constexpr (std::is_same_v<G, Split>) {
    return x.high - x.high == 0 ? x.high + x.low : x.high;
  } else {
    return static_cast<T>(x);
  }
}

/// A float as a double, other scalars as they are.
template <class T>
using Widened = std::conditional_t<std::is_same_v<T, float>, double, T>;
template <class T>
Widened<T> widened(const T& x) {
  return static_cast<Widened<T>>(x);
}

/// x·d, rounded, for a d that may be infinite.
template <class X, class G>
X scaled_by(const G& x, const X& d) {
  return unguarded<X>(x) * d;
}

/// eˣ for x ≤ 0: with x = −∞ exactly 0.
template <class G>
G guarded_exp(const G& x) {
  return exp(x);
}
template <>
inline double guarded_exp(const double& x) {
  const detail::Power p = detail::power_of_e(detail::within(x, 700));
  const Split one = detail::sum_of(1, p.s.high);
  const double y = (one.high + (one.low + p.s.low)) * detail::power_of_two(p.k);
  return x < -700 ? 0 : y;  // far below the smallest float
}
template <>
inline Split guarded_exp(const Split& x) {
  const double least = -750;  // below all that a double holds
  const bool nothing = x.high < least;
  const detail::Power p = detail::power_of_e(nothing ? least : x.high, nothing ? 0 : x.low);
  const Split one = detail::sum_of(1, p.s.high);
  const Split sum = detail::sum_of(one.high, one.low + p.s.low);
  // In two steps, since 2ᵏ may be too small for a double where eˣ is not.
  const double most = detail::power_of_two(p.k + 128);
  const double high = sum.high * most * 0x1p-128;
  const double low = sum.low * most * 0x1p-128;
  return {nothing ? 0 : high, nothing ? 0 : low};
}

/// ln(1 + x), x ≥ 0.
template <class G>
G guarded_log1p(const G& x) {
  return log1p(x);
}
template <>
inline double guarded_log1p(const double& x) {
  return precise_log1p(x);
}
template <>
inline Split guarded_log1p(const Split& x) {
  const Split w = Split{1, 0} + x;
  const auto [e, m] = detail::scaled(w.high);
  // ln(1 + f) = 2·artanh s with s = f/(2 + f)
  const Split f = detail::sum_of(m - 1, w.low * detail::power_of_two(-e));
  const Split d = detail::sum_of(2, f.high);
  const Split s = detail::split_quotient(f, {d.high, d.low + f.low});
  const double z = s.high * s.high;
  const double tail = s.high * z * detail::tail_of_artanh(z);
  const Split head = detail::sum_of(e * 0x1.62e42fefa0000p-1, 2 * s.high);
  return {head.high, head.low + std::fma(e, 0x1.cf79abc9e3b3ap-40, tail + 2 * s.low)};
}

/// 1/x
template <class G>
G inverse(const G& x) {
  return G(1) / x;
}
template <>
inline Split inverse(const Split& x) {
  const double y = 1 / x.high;
  return {y, (std::fma(-y, x.high, 1.0) - y * x.low) * y};
}

}  // namespace autograd::ops
