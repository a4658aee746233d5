#include "autograd/kernels/double_double.h"

#include <algorithm>
#include <array>

namespace autograd::kernels {
namespace {

// Numbers of mathematics, to as many doubles as it takes: the products of the first with an integer
// are subtracted exactly.
constexpr std::array ln2{0x1.62e42fefa39efp-1, 0x1.abc9e3b39803fp-56, 0x1.7b57a079a1934p-111};
constexpr std::array half_pi_parts{0x1.921fb54442d18p+0, 0x1.1a62633145c07p-54,
                                   -0x1.f1976b7ed8fbcp-110, 0x1.4cf98e804177dp-164};
constexpr DoubleDouble pi{0x1.921fb54442d18p+1, 0x1.1a62633145c07p-53};
constexpr DoubleDouble half_pi{0x1.921fb54442d18p+0, 0x1.1a62633145c07p-54};
constexpr DoubleDouble one_over_root_pi{0x1.20dd750429b6dp-1, 0x1.1ae3a914fed80p-57};

// 1/n!
constexpr std::array inverse_factorial{
    DoubleDouble{0x1p+0, 0},
    DoubleDouble{0x1p+0, 0},
    DoubleDouble{0x1p-1, 0},
    DoubleDouble{0x1.5555555555555p-3, 0x1.5555555555555p-57},
    DoubleDouble{0x1.5555555555555p-5, 0x1.5555555555555p-59},
    DoubleDouble{0x1.1111111111111p-7, 0x1.1111111111111p-63},
    DoubleDouble{0x1.6c16c16c16c17p-10, -0x1.f49f49f49f49fp-65},
    DoubleDouble{0x1.a01a01a01a01ap-13, 0x1.a01a01a01a01ap-73},
    DoubleDouble{0x1.a01a01a01a01ap-16, 0x1.a01a01a01a01ap-76},
    DoubleDouble{0x1.71de3a556c734p-19, -0x1.c154f8ddc6c00p-73},
    DoubleDouble{0x1.27e4fb7789f5cp-22, 0x1.cbbc05b4fa99ap-76},
    DoubleDouble{0x1.ae64567f544e4p-26, -0x1.c062e06d1f209p-80},
    DoubleDouble{0x1.1eed8eff8d898p-29, -0x1.2aec959e14c06p-83},
    DoubleDouble{0x1.6124613a86d09p-33, 0x1.f28e0cc748ebep-87},
    DoubleDouble{0x1.93974a8c07c9dp-37, 0x1.05d6f8a2efd1fp-92},
    DoubleDouble{0x1.ae7f3e733b81fp-41, 0x1.1d8656b0ee8cbp-97},
    DoubleDouble{0x1.ae7f3e733b81fp-45, 0x1.1d8656b0ee8cbp-101},
    DoubleDouble{0x1.952c77030ad4ap-49, 0x1.ac981465ddc6cp-103},
    DoubleDouble{0x1.6827863b97d97p-53, 0x1.eec01221a8b0bp-107},
    DoubleDouble{0x1.2f49b46814157p-57, 0x1.2650f61dbdcb4p-112},
    DoubleDouble{0x1.e542ba4020225p-62, 0x1.ea72b4afe3c2fp-120},
    DoubleDouble{0x1.71b8ef6dcf572p-66, -0x1.d043ae40c4647p-120},
    DoubleDouble{0x1.0ce396db7f853p-70, -0x1.aebcdbd20331cp-124},
    DoubleDouble{0x1.761b41316381ap-75, -0x1.3423c7d91404fp-130},
    DoubleDouble{0x1.f2cf01972f578p-80, -0x1.9ada5fcc1ab14p-135},
    DoubleDouble{0x1.3f3ccdd165fa9p-84, -0x1.58ddadf344487p-139},
    DoubleDouble{0x1.88e85fc6a4e5ap-89, -0x1.71c37ebd16540p-143},
    DoubleDouble{0x1.d1ab1c2dccea3p-94, 0x1.054d0c78aea14p-149},
};

DoubleDouble scaled(const DoubleDouble& x, int power) {
  return {std::ldexp(x.high(), power), std::ldexp(x.low(), power)};
}

// x − k·c for an integer k and a constant in parts.
template <std::size_t N>
DoubleDouble less_multiple(DoubleDouble x, double k, const std::array<double, N>& parts) {
  for (const double part : parts) x = x - DoubleDouble::exact_product(k, part);
  return x;
}

// eʳ − 1 for |r| ≤ 0.4: the series at r/2⁹, and nine times (1 + e)² − 1 = 2e + e².
DoubleDouble small_expm1(const DoubleDouble& r) {
  constexpr int halvings = 9;
  const DoubleDouble s = scaled(r, -halvings);
  DoubleDouble sum = inverse_factorial[10];
  for (std::size_t n = 9; n >= 1; --n) sum = sum * s + inverse_factorial[n];
  DoubleDouble e = sum * s;
  for (int i = 0; i < halvings; ++i) e = scaled(e, 1) + e * e;
  return e;
}

// x = k·ln 2 + r
struct Reduced {
  double k;
  DoubleDouble r;
};
Reduced by_ln2(const DoubleDouble& x) {
  const double k = std::round(x.high() / ln2[0]);
  return {k, less_multiple(x, k, ln2)};
}

// ln(1 + u) for −0.3 < u < 0.5 by a step of Newton's: with y near it and e = exp(−y) − 1, what is
// missing is ln(1 + d), d = (1 + u)(1 + e) − 1.
DoubleDouble small_log1p(const DoubleDouble& u) {
  const DoubleDouble y = std::log1p(u.high());
  const DoubleDouble e = small_expm1(-y);
  const DoubleDouble d = u + e + u * e;
  return y + (d - 0.5 * d.high() * d.high());
}

// Σ (−1)ⁱ x²ⁱ/(2i + first)!
DoubleDouble alternating(const DoubleDouble& x2, std::size_t first) {
  DoubleDouble sum = inverse_factorial[26 + first];
  for (std::size_t n = 26 + first; n > first; n -= 2) sum = inverse_factorial[n - 2] - sum * x2;
  return sum;
}

struct SineAndCosine {
  DoubleDouble sine, cosine;
};

SineAndCosine sine_and_cosine(const DoubleDouble& x) {
  if (!(std::abs(x.high()) < 0x1p52)) return {std::sin(x.high()), std::cos(x.high())};
  const double k = std::round(x.high() / half_pi_parts[0]);
  const DoubleDouble r = k == 0 ? x : less_multiple(x, k, half_pi_parts);
  const DoubleDouble r2 = r * r;
  const DoubleDouble s = r * alternating(r2, 1), c = alternating(r2, 0);
  switch (static_cast<std::int64_t>(k) & 3) {
    case 0:
      return {s, c};
    case 1:
      return {c, -s};
    case 2:
      return {-s, -c};
    default:
      return {-c, s};
  }
}

// arcsin x for |x| < 0.75 by a step of Newton's and the next term.
DoubleDouble small_asin(const DoubleDouble& x) {
  const double y = std::asin(x.high());
  const auto [s, c] = sine_and_cosine(y);
  const DoubleDouble d = (x - s) / c;
  return y + (d + 0.5 * std::tan(y) * d.high() * d.high());
}

// 2·arcsin √(x/2), which is arccos(1 − x)
DoubleDouble acos_from_one(const DoubleDouble& x) { return 2 * small_asin(sqrt(0.5 * x)); }

// arctan x for |x| ≤ 1: with t = tan y, what y lacks is arctan((x − t)/(1 + x·t)).
DoubleDouble small_atan(const DoubleDouble& x) {
  const double y = std::atan(x.high());
  const DoubleDouble t = tan(DoubleDouble(y));
  return y + (x - t) / (1 + x * t);
}

// 2/√π·exp(−x²)·Σ 2ⁿx²ⁿ⁺¹/(1·3·…·(2n + 1)), where nothing cancels.
DoubleDouble erf_series(const DoubleDouble& x) {
  const DoubleDouble twice = 2 * x * x;
  DoubleDouble term = x, sum = x;
  for (double odd = 3; std::abs(term.high()) > 0x1p-112 * std::abs(sum.high()); odd += 2) {
    term = term * twice / odd;
    sum += term;
  }
  return 2 * one_over_root_pi * exp(-(x * x)) * sum;
}

// exp(−x²)/√π/(x + ½/(x + 1/(x + 3⁄2/(x + …)))) for x ≥ 1.75
DoubleDouble erfc_fraction(const DoubleDouble& x) {
  const double terms = std::floor(30 + 750 / (x.high() * x.high()));
  DoubleDouble t = 0.5 * (x.high() + std::sqrt(x.high() * x.high() + 2 * terms));
  for (double n = terms; n >= 1; --n) t = x + 0.5 * n / t;
  return one_over_root_pi * exp(-(x * x)) / t;
}

// aⁿ by squaring.
DoubleDouble power(DoubleDouble a, std::int64_t n) {
  DoubleDouble y = 1;
  for (std::int64_t left = n < 0 ? -n : n; left > 0; left /= 2) {
    if (left % 2 == 1) y = y * a;
    if (left > 1) a = a * a;
  }
  return n < 0 ? 1 / y : y;
}

}  // namespace

DoubleDouble exp(const DoubleDouble& x) {
  if (!(std::abs(x.high()) < 709)) {
    const double plain = std::exp(x.high());
    if (plain == 0 || !DoubleDouble::is_finite(plain)) return plain;
  }
  const auto [k, r] = by_ln2(x);
  return scaled(1 + small_expm1(r), static_cast<int>(k));
}

DoubleDouble expm1(const DoubleDouble& x) {
  if (x.high() == 0) return x;
  if (!(std::abs(x.high()) < 80)) return exp(x) - 1;
  const auto [k, r] = by_ln2(x);
  const double power = std::ldexp(1.0, static_cast<int>(k));
  return power * small_expm1(r) + (DoubleDouble(power) - 1);
}

DoubleDouble log(const DoubleDouble& x) {
  if (!(x.high() > 0) || !DoubleDouble::is_finite(x.high())) return std::log(x.high());
  int k = 0;
  if (std::frexp(x.high(), &k) < 0.70710678118654752) --k;
  return small_log1p(scaled(x, -k) - 1) - less_multiple(0, k, ln2);
}

DoubleDouble log1p(const DoubleDouble& x) {
  if (x.high() == 0) return x;
  return std::abs(x.high()) < 0.25 ? small_log1p(x) : log(1 + x);
}

DoubleDouble sin(const DoubleDouble& x) { return x.high() == 0 ? x : sine_and_cosine(x).sine; }
DoubleDouble cos(const DoubleDouble& x) { return sine_and_cosine(x).cosine; }
DoubleDouble tan(const DoubleDouble& x) {
  if (x.high() == 0) return x;
  const auto [s, c] = sine_and_cosine(x);
  return s / c;
}

DoubleDouble asin(const DoubleDouble& x) {
  if (x.high() == 0) return x;
  if (std::abs(x.high()) < 0.7) return small_asin(x);
  return x.high() > 0 ? half_pi - acos_from_one(1 - x) : acos_from_one(1 + x) - half_pi;
}

DoubleDouble acos(const DoubleDouble& x) {
  if (std::abs(x.high()) < 0.5) return half_pi - small_asin(x);
  return x.high() > 0 ? acos_from_one(1 - x) : pi - acos_from_one(1 + x);
}

DoubleDouble atan(const DoubleDouble& x) {
  if (x.high() == 0) return x;
  if (std::abs(x.high()) <= 1) return small_atan(x);
  return (x.high() > 0 ? half_pi : -half_pi) - small_atan(1 / x);
}

DoubleDouble atan2(const DoubleDouble& y, const DoubleDouble& x) {
  const bool finite = DoubleDouble::is_finite(y.high()) && DoubleDouble::is_finite(x.high());
  if (!finite || (x.high() == 0 && y.high() == 0)) return std::atan2(y.high(), x.high());
  const bool up = !std::signbit(y.high());
  if (std::abs(y.high()) > std::abs(x.high())) return (up ? half_pi : -half_pi) - atan(x / y);
  const DoubleDouble angle = atan(y / x);
  return x.high() > 0 ? angle : angle + (up ? pi : -pi);
}

DoubleDouble sinh(const DoubleDouble& x) {
  if (x.high() == 0) return x;
  if (x.high() < 0) return -sinh(-x);
  if (x.high() > 80) {
    const DoubleDouble root = exp(0.5 * x);
    return 0.5 * root * root;
  }
  const DoubleDouble e = expm1(x);
  return 0.5 * (e + e / (1 + e));
}

DoubleDouble cosh(const DoubleDouble& x) {
  const DoubleDouble root = exp(0.5 * abs(x)), e = root * root;
  return x.high() > 80 || x.high() < -80 ? 0.5 * root * root : 0.5 * (e + 1 / e);
}

DoubleDouble tanh(const DoubleDouble& x) {
  if (x.high() == 0) return x;
  if (std::abs(x.high()) > 40) return x.high() > 0 ? 1 : -1;
  const DoubleDouble e = expm1(-2 * abs(x));
  return x.high() > 0 ? -e / (2 + e) : e / (2 + e);
}

DoubleDouble erf(const DoubleDouble& x) {
  if (std::abs(x.high()) < 3) return x.high() == 0 ? x : erf_series(x);
  if (std::abs(x.high()) > 10) return x.high() > 0 ? 1 : -1;
  return x.high() > 0 ? 1 - erfc_fraction(x) : erfc_fraction(-x) - 1;
}

DoubleDouble erfc(const DoubleDouble& x) {
  if (x.high() > 30) return 0;
  if (x.high() >= 1.75) return erfc_fraction(x);  // below, 1 − erf x loses no two digits
  return 1 - erf(x);
}

DoubleDouble pow(const DoubleDouble& a, const DoubleDouble& b) {
  const double plain = std::pow(a.high(), b.high());
  if (plain == 0 || !DoubleDouble::is_finite(plain)) return plain;
  const double whole = std::round(b.high());
  const bool is_whole = b == whole;
  if (!is_whole && a.high() < 0) return std::numeric_limits<double>::quiet_NaN();
  if (is_whole && std::abs(whole) <= 1024) {
    const DoubleDouble y = power(a, static_cast<std::int64_t>(whole));
    if (y.high() != 0 && DoubleDouble::is_finite(y.high())) return y;
  }
  if (!DoubleDouble::is_finite(a.high()) || !DoubleDouble::is_finite(b.high())) return plain;
  const DoubleDouble y = exp(b * log(abs(a)));
  return plain < 0 ? -y : y;
}

DoubleDouble hypot(const DoubleDouble& a, const DoubleDouble& b) {
  const double largest = std::max(std::abs(a.high()), std::abs(b.high()));
  const double plain = std::hypot(a.high(), b.high());
  if (!(largest > 0) || !DoubleDouble::is_finite(plain)) return plain;
  const int k = std::ilogb(largest);
  const DoubleDouble x = scaled(a, -k), y = scaled(b, -k);
  return scaled(sqrt(x * x + y * y), k);
}

DoubleDouble floor(const DoubleDouble& x) {
  const double high = std::floor(x.high());
  return high == x.high() && DoubleDouble::is_finite(high)
             ? high + DoubleDouble(std::floor(x.low()))
             : DoubleDouble(high);
}
DoubleDouble ceil(const DoubleDouble& x) { return -floor(-x); }
DoubleDouble round(const DoubleDouble& x) {
  return x.high() < 0 ? -floor(0.5 - x) : floor(x + 0.5);
}

std::int64_t to_index(const DoubleDouble& x) {
  const DoubleDouble whole = x.high() < 0 ? ceil(x) : floor(x);
  return static_cast<std::int64_t>(whole.high()) + static_cast<std::int64_t>(whole.low());
}

}  // namespace autograd::kernels
