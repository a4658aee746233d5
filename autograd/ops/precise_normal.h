#pragma once

#include "autograd/ops/precise.h"

/// The error function, the normal distribution and gelu, for doubles, as the functions of precise.h
/// are written.
namespace autograd::ops {
namespace detail {

/// Φ(−x)·e^(x²/2) for 0 ≤ x ≤ 40, to 2⁻⁵⁶. That is w·Q(w) with w = 4/(4 + x), and Q a polynomial in
/// v = w − 0.546875 that interpolates it at the Chebyshev nodes of 0.09 ≤ w ≤ 1, to 2⁻⁵⁸. Its first
/// four coefficients and what they are multiplied with are sums of two doubles.
inline Split normal_ratio(const Split& x) {
  const Split four = exact_sum_of(4, x.high);
  const Split w = split_quotient({4, 0}, {four.high, four.low + x.low});
  const Split above = exact_sum_of(w.high, -0.546875);
  const Split v{above.high, above.low + w.low};
  const double v2 = v.high * v.high;
  // The even and the odd powers apart, so that two additions are on their way at a time.
  double even = 0x1.a75090f50d65dp-11;
  even = std::fma(even, v2, -0x1.229eb5381160bp-10);
  even = std::fma(even, v2, -0x1.571a4de527966p-12);
  even = std::fma(even, v2, 0x1.7550cdcd8303fp-9);
  even = std::fma(even, v2, -0x1.527797078dc9fp-8);
  even = std::fma(even, v2, 0x1.ad3756e631fb3p-8);
  even = std::fma(even, v2, -0x1.cbebe0e71c233p-8);
  even = std::fma(even, v2, 0x1.dbc03099d73f5p-8);
  even = std::fma(even, v2, -0x1.316d0bb6b517ap-7);
  even = std::fma(even, v2, 0x1.529017f2ef7aep-6);
  even = std::fma(even, v2, -0x1.26fe83db1bb59p-4);
  even = std::fma(even, v2, 0x1.03cb2e1a902f4p-2);
  double odd = -0x1.4342f9a723c31p-10;
  odd = std::fma(odd, v2, 0x1.8f07e80eca317p-9);
  odd = std::fma(odd, v2, -0x1.e5ec68cbd8111p-9);
  odd = std::fma(odd, v2, 0x1.49e83987b3700p-9);
  odd = std::fma(odd, v2, 0x1.bc2dff43368a6p-13);
  odd = std::fma(odd, v2, -0x1.0585263bc3182p-8);
  odd = std::fma(odd, v2, 0x1.20829f25bb174p-7);
  odd = std::fma(odd, v2, -0x1.00696e8602f72p-6);
  odd = std::fma(odd, v2, 0x1.be317e5168bc5p-6);
  odd = std::fma(odd, v2, -0x1.7e68003770841p-5);
  odd = std::fma(odd, v2, 0x1.5ab3a6ae9e41bp-5);
  Split q{std::fma(odd, v.high, even), 0};
  q = next_of_polynomial(q, v, {0x1.ad9cbb8a4b4c0p-2, 0x1.58dd72441bfaep-56});
  q = next_of_polynomial(q, v, {0x1.c577b7dcd6b0cp-2, 0x1.8068340cefa9ep-56});
  q = next_of_polynomial(q, v, {0x1.5f0796d454ce0p-2, 0x1.c0ef722b1e0f5p-60});
  return w * (v * q + Split{0x1.a1b54fc17db37p-3, -0x1.9905d0f7ca213p-57});
}

/// Φ(−x) = 2ᵏ·m, x ≥ 0 within the ends.
struct Tail {
  double k;
  Split m;
};

/// e^(−x²/2), x within ±end_of_normal.
inline Power normal_power(double x) {
  const Split square = product(x, x);
  return power_of_e(-0.5 * square.high, -0.5 * square.low);
}

/// Beyond this Φ(−x) is 0.
inline constexpr double end_of_normal = 39;

/// a − 2ᵏ·m
inline Split less_tail(double a, const Tail& tail) {
  const double scale = power_of_two(tail.k < -200 ? -200.0 : tail.k);
  const Split sum = exact_sum_of(a, -(tail.m.high * scale));
  return {sum.high, sum.low - tail.m.low * scale};
}

/// erfc x = 2Φ(−√2·x) = 2ᵏ·m for 0 ≤ x ≤ 28.
inline Tail erfc_tail(double x) {
  const Split square = product(x, x);
  const Power power = power_of_e(-square.high, -square.low);
  const Split wide = product(x, 0x1.6a09e667f3bcdp+0);  // √2
  const Split ratio = normal_ratio({wide.high, std::fma(x, -0x1.bdd3413b26456p-54, wide.low)});
  return {power.k + 1, mantissa(power) * ratio};
}

/// erf x for |x| ≤ 1: x times a polynomial in z = x² that interpolates erf(x)/x at the Chebyshev
/// nodes of 0 ≤ z ≤ 1, to 2⁻⁵⁹.
inline double erf_within_one(double x) {
  const Split z = product(x, x);
  double p = 0x1.0613987edce0dp-34;
  p = std::fma(p, z.high, -0x1.38a4b8db8a7c5p-30);
  p = std::fma(p, z.high, 0x1.f7b72e5bcd4ffp-27);
  p = std::fma(p, z.high, -0x1.5f1f0634fb062p-23);
  p = std::fma(p, z.high, 0x1.b9df2954a9147p-20);
  p = std::fma(p, z.high, -0x1.f4d1e3a67dc3ep-17);
  p = std::fma(p, z.high, 0x1.f9a321dd3898cp-14);
  p = std::fma(p, z.high, -0x1.c02db3db06d60p-11);
  p = std::fma(p, z.high, 0x1.565bcd0dbc1adp-8);
  p = std::fma(p, z.high, -0x1.b82ce31284e9cp-6);
  p = std::fma(p, z.high, 0x1.ce2f21a042b32p-4);
  Split q = next_of_polynomial({p, 0}, z, {-0x1.812746b0379e6p-2, 0});
  q = next_of_polynomial(q, z, {0x1.20dd750429b6dp+0, 0x1.1886054b6f5bap-56});
  const Split y = x * q;
  return y.high + y.low;
}

}  // namespace detail

/// erf x
inline double precise_erf(double x) {
  const double size = detail::within(std::abs(x), 7);
  const double near = detail::erf_within_one(size);
  const detail::Tail tail = detail::erfc_tail(size);
  const Split far = detail::less_tail(1, tail);
  const double y = size < 1 ? near : far.high + far.low;
  return std::copysign(x == 0 ? 0.0 : y, x);
}

/// erfc x
inline double precise_erfc(double x) {
  const detail::Tail tail = detail::erfc_tail(detail::within(std::abs(x), 28));
  const Split left = detail::less_tail(2, tail);
  return x < 0 ? left.high + left.low : detail::times_power_of_two(tail.m, tail.k);
}

/// 2/√π·e^(−x²)
inline double precise_erf_slope(double x) {
  const double size = detail::within(std::abs(x), 28);
  const Split square = detail::product(size, size);
  const detail::Power power = detail::power_of_e(-square.high, -square.low);
  const Split factor{0x1.20dd750429b6dp+0, 0x1.1ae3a914fed80p-56};  // 2/√π
  return detail::times_power_of_two(factor * detail::mantissa(power), power.k);
}

/// x·Φ(x)
inline double precise_gelu(double x) {
  const double size = detail::within(std::abs(x), detail::end_of_normal);
  const detail::Power power = detail::normal_power(size);
  const Split tail = detail::mantissa(power) * detail::normal_ratio({size, 0});
  const bool right = x > 0;
  const Split phi = detail::choose(right, detail::less_tail(1, {power.k, tail}), tail);
  const double y = detail::times_power_of_two(size * phi, right ? 0 : power.k);
  return x > detail::end_of_normal ? x : std::copysign(y, x);
}

inline constexpr detail::Root root_of_gelu_slope{
    {-0x1.80ead197f00b4p-1, 0x1.13e74c58cada8p-56},
    {0x1.b9d98fa5a3215p-2, 0x1.f7c1b26d9aa53p-56},
    {0x1.8d9a941de3ac5p-2, -0x1.2a2ef9bb865aep-6, -0x1.d2fa4c17c7e5cp-4, -0x1.e4088244f8e73p-7,
     0x1.3e346def0973fp-6, 0x1.297b9d6f175d8p-8, -0x1.258a697af3f45p-9, -0x1.8680e99b08aa2p-11,
     0x1.8687bb485a713p-13, 0x1.68ff9733b74dbp-14}};

/// Φ(x) + x·φ(x) = 2ᵏ·m left of 0, 1 − 2ᵏ·m right of it, with the same m for x and −x
inline double precise_gelu_slope(double x) {
  const double size = detail::within(std::abs(x), detail::end_of_normal);
  const detail::Power power = detail::normal_power(size);
  const Split density = size * Split{0x1.9884533d43651p-2, -0x1.cbc0d30ebfd15p-56};  // 1/√(2π)
  const Split m = detail::mantissa(power) * (detail::normal_ratio({size, 0}) - density);
  const Split one = detail::less_tail(1, {power.k, m});
  const double y = x > 0 ? one.high + one.low : detail::times_power_of_two(m, power.k);
  return root_of_gelu_slope.is_near(x) ? root_of_gelu_slope.slope(x) : y;
}

}  // namespace autograd::ops
