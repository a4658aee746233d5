#pragma once

#include "autograd/ops/precise_normal.h"

/// Gates of networks, x times a function that goes from 0 to 1, and their slopes, for doubles, as
/// the functions of precise.h are written.
namespace autograd::ops {
namespace detail {

/// a + b for a Split b with |a| ≥ |b|.
inline Split ordered_sum(double a, const Split& b) {
  const Split sum = sum_of(a, b.high);
  return {sum.high, sum.low + b.low};
}

/// 2ᵏ, for a k that may be too small.
inline double power_or_little(double k) { return power_of_two(k < -500 ? -500.0 : k); }

/// x·σ(u), where x and u have the same sign: with e = exp(−|u|), x/(1 + e) on the right and
/// x·e/(1 + e) on the left.
inline double gated(double x, const Split& u) {
  const bool right = x > 0;
  const Split minus = right ? -u : u;
  const Power power = power_of_e(minus.high, minus.low);
  const Split m = mantissa(power);
  const Split d = ordered_sum(1, power_or_little(power.k) * m);
  const Split y = x * split_quotient(choose(right, {1, 0}, m), d);
  return times_power_of_two(y, right ? 0 : power.k);
}

/// σ(u)(1 + w·σ(−u)), where w and u have the same sign: with e = exp(−|u|), (1 + e + w·e)/(1 + e)²
/// on the right and e·(1 + e + w)/(1 + e)² on the left.
inline double gated_slope(bool right, const Split& w, const Split& u) {
  const Split minus = right ? -u : u;
  const Power power = power_of_e(minus.high, minus.low);
  const Split m = mantissa(power);
  const Split e = power_or_little(power.k) * m;
  const Split d = ordered_sum(1, e);
  const Split n = d + choose(right, w * e, w);
  const Split inverse = split_quotient({1, 0}, d);
  const Split y = n * (inverse * inverse);
  return times_power_of_two(choose(right, y, y * m), right ? 0 : power.k);
}

/// Beyond this gelu_tanh is x or 0.
inline constexpr double end_of_gelu_tanh = 22;

/// 2u = c·x·(1 + 0.044715x²) with c = 2√(2/π), the argument of gelu_tanh.
inline Split twice_u(double x) {
  const Split square = product(x, x);
  const Split c3 = square * Split{0x1.2444f2a4d8b4bp-4, -0x1.6c843a29d1c70p-61};
  const Split sum = Split{0x1.9884533d43651p+0, -0x1.cbc0d30ebfd15p-54} + c3;
  const Split u = x * sum;
  return sum_of(u.high, u.low);
}

/// x·(2u)′
inline Split x_twice_u_slope(double x) {
  const Split square = product(x, x);
  const Split c3 = square * Split{0x1.b6676bf7450f0p-3, 0x1.bba7351828aabp-57};
  return x * (Split{0x1.9884533d43651p+0, -0x1.cbc0d30ebfd15p-54} + c3);
}

}  // namespace detail

/// x·σ(x)
inline double precise_silu(double x) {
  const double inside = detail::within(x, detail::end_of_exp);
  const double y = detail::gated(inside, {inside, 0});
  return x > detail::end_of_exp ? x : std::copysign(y, x);
}

inline constexpr detail::Root root_of_silu_slope{
    {-0x1.474973c84120bp+0, -0x1.f8d74bc9ac154p-54},
    {0x1.be1410460527fp-3, -0x1.25410d55b6047p-58},
    {0x1.2c563458cc0adp-3, 0x1.353eb573ca457p-6, -0x1.f2d0e32bc29d7p-7, -0x1.b0f82c498fd8ep-8,
     0x1.098e92bedb9cdp-13, 0x1.a2a7caf1b8342p-11, 0x1.8574c3af95112p-13, -0x1.5723a61c4ae69p-15,
     -0x1.f26c5c921b240p-16, -0x1.899a118f5b9b5p-19}};

/// σ(x)(1 + x·σ(−x))
inline double precise_silu_slope(double x) {
  const double inside = detail::within(x, detail::end_of_exp);
  const double y = detail::gated_slope(x > 0, {inside, 0}, {inside, 0});
  return root_of_silu_slope.is_near(x) ? root_of_silu_slope.slope(x) : y;
}

/// ½x(1 + tanh u) = x·σ(2u), u = √(2/π)(x + 0.044715x³)
inline double precise_gelu_tanh(double x) {
  const double inside = detail::within(x, detail::end_of_gelu_tanh);
  const double y = detail::gated(inside, detail::twice_u(inside));
  return x > detail::end_of_gelu_tanh ? x : std::copysign(y, x);
}

inline constexpr detail::Root root_of_gelu_tanh_slope{
    {-0x1.81429f9e97e4dp-1, 0x1.4f523ed77dbdcp-55},
    {0x1.b8bacd2c96b91p-2, 0x1.7625c369c0e0dp-56},
    {0x1.8cd1a2b2fff33p-2, -0x1.029615edb077ap-6, -0x1.d2b773464702dp-4, -0x1.104a83edc0c26p-6,
     0x1.427996db74863p-6, 0x1.58c9ed6f60ffap-8, -0x1.3d8d578283538p-9, -0x1.e63f0d148d0dep-11,
     0x1.145adb053e0edp-12, 0x1.042f315614c74p-13}};

/// σ(2u)(1 + x·σ(−2u)·(2u)′)
inline double precise_gelu_tanh_slope(double x) {
  const double inside = detail::within(x, detail::end_of_gelu_tanh);
  const double y =
      detail::gated_slope(x > 0, detail::x_twice_u_slope(inside), detail::twice_u(inside));
  return root_of_gelu_tanh_slope.is_near(x) ? root_of_gelu_tanh_slope.slope(x) : y;
}

namespace detail {

/// With e = exp(−|x|), tanh(ln(1 + eˣ)) = a/d: a = 1 + 2e on the right, e·(2 + e) on the left,
/// where this leaves e out.
inline Split mish_above(bool right, const Split& e) {
  return Split{right ? 1.0 : 2.0, 0} + choose(right, 2 * e, e);
}

/// d = 1 + 2e + 2e² on the right, 2 + 2e + e² on the left
inline Split mish_below(bool right, const Split& e) {
  const Split square = e * e;
  return Split{right ? 1.0 : 2.0, 0} + (2 * e + choose(right, 2 * square, square));
}

}  // namespace detail

/// x·tanh(ln(1 + eˣ))
inline double precise_mish(double x) {
  const bool right = x > 0;
  const double size = detail::within(std::abs(x), detail::end_of_exp);
  const detail::Power power = detail::power_of_e(-size);
  const Split m = detail::mantissa(power);
  const Split e = detail::power_or_little(power.k) * m;
  const Split a = detail::mish_above(right, e);
  const Split y =
      size * detail::split_quotient(detail::choose(right, a, m * a), detail::mish_below(right, e));
  const double scaled = detail::times_power_of_two(y, right ? 0 : power.k);
  return x > detail::end_of_exp ? x : std::copysign(scaled, x);
}

inline constexpr detail::Root root_of_mish_slope{
    {-0x1.31432c0d12d84p+0, -0x1.bf319154da210p-55},
    {0x1.115acb42500bbp-2, 0x1.1ad72be3eb368p-56},
    {0x1.a34a251d8ad7bp-3, 0x1.574f121a868dbp-5, -0x1.4c222fe64d402p-6, -0x1.03369d4ac9115p-6,
     -0x1.b87ddfb7d49bfp-9, 0x1.1e5e184a7ffccp-10, 0x1.03799df64eff0p-10, 0x1.0a795188bd39ep-12,
     -0x1.618e3bab99501p-15, -0x1.d43bc25a99a48p-15}};

/// The slope of mish: (a·d + 4x·e²(1 + e))/d² on the right, e·(a·d + 4x·(1 + e))/d² on the left,
/// where a is without its e.
inline double precise_mish_slope(double x) {
  const bool right = x > 0;
  const double inside = detail::within(x, detail::end_of_exp);
  const detail::Power power = detail::power_of_e(-std::abs(inside));
  const Split m = detail::mantissa(power);
  const Split e = detail::power_or_little(power.k) * m;
  const Split d = detail::mish_below(right, e);
  const Split fourfold = (4 * inside) * detail::ordered_sum(1, e);
  const Split n =
      detail::mish_above(right, e) * d + detail::choose(right, fourfold * (e * e), fourfold);
  const Split inverse = detail::split_quotient({1, 0}, d);
  const Split y = n * (inverse * inverse);
  const double far =
      detail::times_power_of_two(detail::choose(right, y, y * m), right ? 0 : power.k);
  return root_of_mish_slope.is_near(x) ? root_of_mish_slope.slope(x) : far;
}

}  // namespace autograd::ops
