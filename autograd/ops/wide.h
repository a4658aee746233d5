#pragma once

#include <array>
#include <bit>
#include <cmath>
#include <cstdint>

/// Functions of long double for rules that are marked Wide. Those of the standard library are
/// several times slower, which a network in f64 would notice.
namespace autograd::ops {

/// eˣ = 2ᵉ·2^(j/16)·eʳ with x = (16e + j)·ln 2/16 + r, so that |r| < 0.022: a table and a
/// polynomial. The relative error is below 2⁻⁶².
inline long double wide_exp(long double x) {
  static constexpr std::array<long double, 16> table{
      1.0L,
      1.04427378242741384032L,
      1.09050773266525765921L,
      1.1387886347566916537L,
      1.18920711500272106672L,
      1.24185781207348404859L,
      1.29683955465100966593L,
      1.3542555469368927283L,
      1.4142135623730950488L,
      1.47682614593949931139L,
      1.54221082540794082361L,
      1.61049033194925430818L,
      1.68179283050742908606L,
      1.75625216037329948311L,
      1.83400808640934246349L,
      1.91520656139714729387L,
  };
  if (!(std::abs(x) < 700)) return std::exp(x);  // huge, infinite or NaN
  const double steps = static_cast<double>(x) * 23.083120654223414518;
  const int k = static_cast<int>(steps + (steps < 0 ? -0.5 : 0.5));
  // ln 2/16 in two parts, of which the first is short enough for an exact product with k.
  const long double r = (x - static_cast<long double>(k) * 0x1.62e42fefa2p-5L) -
                        static_cast<long double>(k) * 4.60687660322987431365e-14L;
  const long double r2 = r * r;
  const long double odd = r * (1.0L + r2 * (1 / 6.0L + r2 * (1 / 120.0L + r2 * (1 / 5040.0L))));
  const long double even = r2 * (0.5L + r2 * (1 / 24.0L + r2 * (1 / 720.0L + r2 * (1 / 40320.0L))));
  const long double scaled = table[static_cast<std::size_t>(k & 15)];
  const auto power = std::bit_cast<double>(static_cast<std::int64_t>((k >> 4) + 1023) << 52);
  return (scaled + scaled * (odd + even)) * static_cast<long double>(power);
}

/// tanh x = (1 − e)/(1 + e) with e = exp(−2|x|); near 0, where that cancels, the series. The
/// relative error is below 2⁻⁵⁸.
inline long double wide_tanh(long double x) {
  const long double size = std::abs(x);
  if (size < 0x1p-5L) {
    const long double x2 = x * x;
    const long double tail =
        1 / 3.0L -
        x2 * (2 / 15.0L - x2 * (17 / 315.0L - x2 * (62 / 2835.0L - x2 * (1382 / 155925.0L))));
    return x * (1 - x2 * tail);
  }
  const long double e = wide_exp(-2 * size);
  const long double y = (1 - e) / (1 + e);
  return x < 0 ? -y : y;
}

}  // namespace autograd::ops
