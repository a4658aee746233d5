#pragma once

#include <cmath>
#include <limits>
#include <numbers>
#include <vector>

#include "autograd/ops/arithmetic.h"
#include "autograd/ops/elementwise.h"
#include "autograd/tape/tape.h"
#include "autograd/tensor/factories.h"

/// The functions that run in vectors, and what they are measured by: the mathematics in long
/// double.
namespace autograd::functions {

using Wide = long double;
using Numbers = std::vector<double>;

inline constexpr double infinity = std::numeric_limits<double>::infinity();
inline constexpr Wide root_half = 0.707106781186547524400844362104849039L;
inline constexpr Wide pi = std::numbers::pi_v<Wide>;

inline Wide sigma(Wide x) { return 1 / (1 + std::exp(-x)); }
inline Wide phi(Wide x) { return std::exp(-x * x / 2) / std::sqrt(2 * pi); }
inline Wide normal(Wide x) { return std::erfc(-x * root_half) / 2; }
inline Wide bell(Wide x) { return 2 / std::sqrt(pi) * std::exp(-x * x); }
inline Wide twice_u(Wide x) { return 2 * std::sqrt(2 / pi) * x * (1 + 0.044715L * x * x); }
inline Wide twice_u_slope(Wide x) { return 2 * std::sqrt(2 / pi) * (1 + 0.134145L * x * x); }
inline Wide square(Wide x) { return x * x; }
// With m = eˣ(2 + eˣ), tanh(ln(1 + eˣ)) = m/(m + 2).
inline Wide mish_gate(Wide x) {
  const Wide m = std::exp(x) * (2 + std::exp(x));
  return x > 100 ? 1 : m / (m + 2);
}
inline Wide mish_gate_slope(Wide x) {
  const Wide e = std::exp(x);
  return x > 100 ? 0 : 4 * e * (1 + e) / square(e * (2 + e) + 2);
}

struct Function {
  const char* name;
  Tensor (*f)(const Tensor&);
  Wide (*value)(Wide);
  Wide (*slope)(Wide);
  double low, high;        // where it is tried and long double is a judge
  double root = infinity;  // of the slope: beside it long double is none
};

inline constexpr Wide lambda = 1.05070098735548049341933498529461L;
inline constexpr Wide lambda_alpha = 1.75809934084737685994021752081231L;

inline const std::vector<Function> functions{
    {"exp", exp, [](Wide x) { return std::exp(x); }, [](Wide x) { return std::exp(x); }, -746, 709},
    {"expm1", expm1, [](Wide x) { return std::expm1(x); }, [](Wide x) { return std::exp(x); }, -60,
     709},
    {"log", log, [](Wide x) { return std::log(x); }, [](Wide x) { return 1 / x; }, 0, 1e308},
    {"log1p", log1p, [](Wide x) { return std::log1p(x); }, [](Wide x) { return 1 / (1 + x); },
     -0.9999, 1e308},
    {"sin", sin, [](Wide x) { return std::sin(x); }, [](Wide x) { return std::cos(x); }, -1e9, 1e9},
    {"cos", cos, [](Wide x) { return std::cos(x); }, [](Wide x) { return -std::sin(x); }, -50, 50},
    {"tan", tan, [](Wide x) { return std::tan(x); }, [](Wide x) { return 1 / square(std::cos(x)); },
     -1e4, 1e4},
    {"asin", asin, [](Wide x) { return std::asin(x); },
     [](Wide x) { return 1 / std::sqrt((1 - x) * (1 + x)); }, -1, 1},
    {"acos", acos, [](Wide x) { return std::acos(x); },
     [](Wide x) { return -1 / std::sqrt((1 - x) * (1 + x)); }, -1, 1},
    {"atan", atan, [](Wide x) { return std::atan(x); }, [](Wide x) { return 1 / (1 + x * x); },
     -1e150, 1e150},
    {"rsqrt", rsqrt, [](Wide x) { return 1 / std::sqrt(x); },
     [](Wide x) { return -0.5L / (x * std::sqrt(x)); }, 0, 1e308},
    {"tanh", tanh, [](Wide x) { return std::tanh(x); },
     [](Wide x) { return 1 / square(std::cosh(x)); }, -300, 300},
    {"sigmoid", sigmoid, sigma, [](Wide x) { return sigma(x) * sigma(-x); }, -700, 700},
    {"sinh", sinh, [](Wide x) { return std::sinh(x); }, [](Wide x) { return std::cosh(x); }, -710,
     710},
    {"cosh", cosh, [](Wide x) { return std::cosh(x); }, [](Wide x) { return std::sinh(x); }, -710,
     710},
    {"erf", erf, [](Wide x) { return std::erf(x); }, bell, -27, 27},
    {"erfc", erfc, [](Wide x) { return std::erfc(x); }, [](Wide x) { return -bell(x); }, -27, 27},
    {"elu", [](const Tensor& x) { return elu(x, 1.7); },
     [](Wide x) { return x > 0 ? x : static_cast<Wide>(1.7) * std::expm1(x); },
     [](Wide x) { return x > 0 ? 1 : static_cast<Wide>(1.7) * std::exp(x); }, -700, 10},
    {"selu", selu, [](Wide x) { return x > 0 ? lambda * x : lambda_alpha * std::expm1(x); },
     [](Wide x) { return x > 0 ? lambda : lambda_alpha * std::exp(x); }, -700, 10},
    {"silu", silu, [](Wide x) { return x * sigma(x); },
     [](Wide x) { return sigma(x) * (1 + x * sigma(-x)); }, -750, 750, -1.2784645427610738},
    {"gelu", gelu, [](Wide x) { return x * normal(x); },
     [](Wide x) { return normal(x) + x * phi(x); }, -12, 40, -0.7517915246935645},
    {"gelu_tanh", gelu_tanh, [](Wide x) { return x * sigma(twice_u(x)); },
     [](Wide x) { return sigma(twice_u(x)) * (1 + x * sigma(-twice_u(x)) * twice_u_slope(x)); }, -8,
     40, -0.7524614220710163},
    {"mish", mish, [](Wide x) { return x * mish_gate(x); },
     [](Wide x) { return mish_gate(x) + x * mish_gate_slope(x); }, -750, 750, -1.1924312104660053},
    {"cube", [](const Tensor& x) { return pow(x, 3); }, [](Wide x) { return x * x * x; },
     [](Wide x) { return 3 * x * x; }, -1e50, 1e50},
    {"power 0.3", [](const Tensor& x) { return pow(x, 0.3); },
     [](Wide x) { return std::pow(x, static_cast<Wide>(0.3)); },
     [](Wide x) { return static_cast<Wide>(0.3) * std::pow(x, static_cast<Wide>(0.3) - 1); }, 0,
     1e300},
    {"power -1.5", [](const Tensor& x) { return pow(x, -1.5); },
     [](Wide x) { return std::pow(x, -1.5L); }, [](Wide x) { return -1.5L * std::pow(x, -2.5L); },
     0, 1e100},
};

// How many units in the last place of a T, subnormal or not, y is off.
template <class T>
double ulps(double y, Wide right) {
  using Limits = std::numeric_limits<T>;
  if (std::isnan(right)) return std::isnan(y) ? 0 : infinity;
  if (std::abs(right) > Limits::max())
    return std::isinf(y) || std::abs(y) == Limits::max() ? 0 : 1e9;
  int exponent = Limits::min_exponent - 1;
  if (right != 0) exponent = std::max(exponent, std::ilogb(right));
  const Wide unit = std::ldexp(1.0L, exponent - (Limits::digits - 1));
  return std::isfinite(y) ? static_cast<double>(std::abs(static_cast<Wide>(y) - right) / unit)
                          : infinity;
}

struct Results {
  Numbers y, dx;
};

inline Results evaluate(Tensor (*f)(const Tensor&), const Numbers& x, Dtype dtype) {
  Tape tape;
  const Tensor u = tape.watch(tensor(x).converted(dtype));
  const Tensor y = f(u);
  const Tensor dx = tape.gradient(y, ones(y.shape(), dtype))[u];
  return {to_vector(y.converted(f64)), to_vector(dx.converted(f64))};
}

}  // namespace autograd::functions
