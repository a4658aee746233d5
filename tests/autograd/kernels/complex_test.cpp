#include "autograd/kernels/complex.h"

#include <gtest/gtest.h>

#include <cmath>
#include <complex>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "autograd/kernels/double_double.h"

namespace autograd::kernels {
namespace {

using D = DoubleDouble;
constexpr double step = 1e-100;
constexpr double infinity = std::numeric_limits<double>::infinity();

double number(const D& x) { return static_cast<double>(x); }

// A function, its value and its slope, both to twice the digits.
struct Known {
  std::string name;
  std::function<Complex(const Complex&)> f;
  std::function<D(const D&)> value, slope;
  std::vector<double> points;
};

D erf_slope(const D& x) { return D(0x1.20dd750429b6dp+0, 0x1.1ae3a914fed80p-56) * exp(-(x * x)); }

std::vector<Known> known_functions() {
  using C = Complex;
  const std::vector<double> all{-30, -2.5, -1, -0.7, -1e-3, 1e-8, 0.3, 0.9, 1, 3, 25};
  const std::vector<double> above{1e-80, 1e-3, 0.4, 0.999, 1, 1.001, 7, 1e10, 1e200};
  const std::vector<double> inside{-0.999, -0.7, -0.1, 1e-9, 0.3, 0.8, 0.99};
  return {
      {"sqrt", [](const C& x) { return sqrt(x); }, [](const D& x) { return sqrt(x); },
       [](const D& x) { return 0.5 / sqrt(x); }, above},
      {"exp", [](const C& x) { return exp(x); }, [](const D& x) { return exp(x); },
       [](const D& x) { return exp(x); }, all},
      {"expm1", [](const C& x) { return expm1(x); }, [](const D& x) { return expm1(x); },
       [](const D& x) { return exp(x); }, all},
      {"log", [](const C& x) { return log(x); }, [](const D& x) { return log(x); },
       [](const D& x) { return 1 / x; }, above},
      {"log1p",
       [](const C& x) { return log1p(x); },
       [](const D& x) { return log1p(x); },
       [](const D& x) { return 1 / (1 + x); },
       {-0.99, -0.3, 1e-30, 0.2, 1, 1e5}},
      {"sin", [](const C& x) { return sin(x); }, [](const D& x) { return sin(x); },
       [](const D& x) { return cos(x); }, all},
      {"cos", [](const C& x) { return cos(x); }, [](const D& x) { return cos(x); },
       [](const D& x) { return -sin(x); }, all},
      {"tan", [](const C& x) { return tan(x); }, [](const D& x) { return tan(x); },
       [](const D& x) { return 1 / (cos(x) * cos(x)); }, all},
      {"asin", [](const C& x) { return asin(x); }, [](const D& x) { return asin(x); },
       [](const D& x) { return 1 / sqrt((1 - x) * (1 + x)); }, inside},
      {"acos", [](const C& x) { return acos(x); }, [](const D& x) { return acos(x); },
       [](const D& x) { return -1 / sqrt((1 - x) * (1 + x)); }, inside},
      {"atan", [](const C& x) { return atan(x); }, [](const D& x) { return atan(x); },
       [](const D& x) { return 1 / (1 + x * x); }, all},
      {"sinh", [](const C& x) { return sinh(x); }, [](const D& x) { return sinh(x); },
       [](const D& x) { return cosh(x); }, all},
      {"cosh", [](const C& x) { return cosh(x); }, [](const D& x) { return cosh(x); },
       [](const D& x) { return sinh(x); }, all},
      {"tanh", [](const C& x) { return tanh(x); }, [](const D& x) { return tanh(x); },
       [](const D& x) { return 1 / (cosh(x) * cosh(x)); }, all},
      {"erf",
       [](const C& x) { return erf(x); },
       [](const D& x) { return erf(x); },
       erf_slope,
       {-1, -0.1, 1e-9, 0.5, 1}},
      {"erfc",
       [](const C& x) { return erfc(x); },
       [](const D& x) { return erfc(x); },
       [](const D& x) { return -erf_slope(x); },
       {-1, -0.1, 1e-9, 0.5, 1}},
      {"abs", [](const C& x) { return abs(x); }, [](const D& x) { return abs(x); },
       [](const D& x) { return x > 0 ? D(1) : D(-1); }, all},
      {"1/x",
       [](const C& x) { return 1 / x; },
       [](const D& x) { return 1 / x; },
       [](const D& x) { return -1 / (x * x); },
       {-3, -1e-50, 0.1, 1e80}},
      {"x·x", [](const C& x) { return x * x; }, [](const D& x) { return x * x; },
       [](const D& x) { return 2 * x; }, all},
      {"x^2.5",
       [](const C& x) { return pow(x, 2.5); },
       [](const D& x) { return pow(x, 2.5); },
       [](const D& x) { return 2.5 * pow(x, 1.5); },
       {1e-9, 0.3, 1, 7, 1e20}},
      {"x^-3",
       [](const C& x) { return pow(x, -3); },
       [](const D& x) { return pow(x, -3); },
       [](const D& x) { return -3 * pow(x, -4); },
       {-7, -0.3, 1e-9, 0.3, 1, 7, 1e20}},
      {"3^x", [](const C& x) { return pow(3, x); }, [](const D& x) { return pow(3, x); },
       [](const D& x) { return pow(3, x) * log(D(3)); }, all},
      {"hypot(x, 2)", [](const C& x) { return hypot(x, 2); },
       [](const D& x) { return hypot(x, 2); }, [](const D& x) { return x / hypot(x, 2); }, all},
      {"atan2(x, -2)", [](const C& x) { return atan2(x, -2); },
       [](const D& x) { return atan2(x, -2); }, [](const D& x) { return -2 / (x * x + 4); }, all},
      {"atan2(2, x)", [](const C& x) { return atan2(2, x); },
       [](const D& x) { return atan2(2, x); }, [](const D& x) { return -2 / (x * x + 4); }, all},
  };
}

TEST(Complex, CarriesTheValueAndTheSlopeOfEveryFunctionWithinFourUnitsInTheLastPlace) {
  for (const Known& k : known_functions()) {
    for (const double x : k.points) {
      const Complex y = k.f({x, step});
      const double value = number(k.value(x)), slope = number(k.slope(x));
      EXPECT_NEAR(y.re, value, 4 * 0x1p-52 * std::abs(value) + step * step)
          << k.name << " of " << x;
      EXPECT_NEAR(y.im / step, slope, 4 * 0x1p-52 * std::abs(slope)) << k.name << " of " << x;
    }
  }
}

TEST(Complex, IsAnalyticBeyondTinyImaginaryParts) {
  using C = Complex;
  using S = std::complex<double>;
  const auto expect = [](const C& got, const S& expected) {
    EXPECT_NEAR(got.re, expected.real(), 1e-14 * std::abs(expected));
    EXPECT_NEAR(got.im, expected.imag(), 1e-14 * std::abs(expected));
  };
  for (const C& x : {C(0.4, 0.3), C(0.8, -0.6), C(0.2, 1.5)}) {
    const S z(x.re, x.im);
    expect(sqrt(x), std::sqrt(z));
    expect(exp(x), std::exp(z));
    expect(expm1(x), std::exp(z) - 1.0);
    expect(log(x), std::log(z));
    expect(log1p(x), std::log(1.0 + z));
    expect(sin(x), std::sin(z));
    expect(cos(x), std::cos(z));
    expect(tan(x), std::tan(z));
    expect(asin(x), std::asin(z));
    expect(acos(x), std::acos(z));
    expect(sinh(x), std::sinh(z));
    expect(cosh(x), std::cosh(z));
    expect(tanh(x), std::tanh(z));
    expect(x * C(2, -3), z * S(2, -3));
    expect(x / C(2, -3), z / S(2, -3));
    expect(x / C(2, 30), z / S(2, 30));
    expect(pow(x, C(1.5, -0.5)), std::pow(z, S(1.5, -0.5)));
    expect(hypot(x, 2), std::sqrt(z * z + 4.0));
  }
}

TEST(Complex, DividesWithoutOverflowAndKeepsTheTinyPart) {
  const Complex large = Complex(1e300, step) / Complex(1e300, 0);
  EXPECT_EQ(large.re, 1);
  const Complex q = Complex(1e200, 1e100) / Complex(1e200, 3e100);
  EXPECT_EQ(q.re, 1);
  EXPECT_NEAR(q.im, -2e-100, 1e-115);
  const Complex pole = Complex(1, step) / Complex(0, step);
  EXPECT_EQ(pole.re, infinity);
  EXPECT_TRUE(std::isnan(pole.im));
}

TEST(Complex, HasAtKinksAndStepsWhatItsRealPartSays) {
  EXPECT_EQ(abs(Complex(-2, step)).im, -step);
  EXPECT_EQ(abs(Complex(0, step)).im, 0);
  EXPECT_EQ(floor(Complex(2.5, step)).re, 2);
  EXPECT_EQ(floor(Complex(2.5, step)).im, 0);
  EXPECT_EQ(ceil(Complex(2.5, step)).re, 3);
  EXPECT_EQ(ceil(Complex(2.5, step)).im, 0);
  EXPECT_EQ(round(Complex(-2.5, step)).re, -3);
  EXPECT_EQ(round(Complex(-2.5, step)).im, 0);
  EXPECT_EQ(to_index(Complex(-2.5, step)), -2);
  EXPECT_TRUE(Complex(1, 5) == Complex(1, 6) && Complex(1, 5) < Complex(2, 0));
  EXPECT_TRUE(Complex(1, 5) <= Complex(1, 4) && Complex(1, 5) >= Complex(1, 6));
  EXPECT_TRUE(Complex(3, 0) > Complex(2, 9));
}

TEST(Complex, HasTheValuesOfRealFunctionsWhereTheyHaveNoSlope) {
  EXPECT_EQ(sqrt(Complex(0)).im, 0);
  EXPECT_EQ(sqrt(Complex(0, step)).re, 0);
  EXPECT_EQ(sqrt(Complex(0, step)).im, infinity);
  EXPECT_TRUE(std::isnan(sqrt(Complex(-1, step)).re));
  EXPECT_EQ(log(Complex(0, step)).re, -infinity);
  EXPECT_EQ(log1p(Complex(-1, step)).re, -infinity);
  EXPECT_TRUE(std::isnan(log(Complex(-1, step)).re));
  EXPECT_EQ(asin(Complex(1, step)).im, infinity);
  EXPECT_EQ(acos(Complex(1, step)).im, -infinity);
  EXPECT_TRUE(std::isnan(asin(Complex(2, step)).re));
  EXPECT_EQ(pow(Complex(0, step), 2).im, 0);
  EXPECT_EQ(pow(Complex(0, step), 1).im, step);
  EXPECT_EQ(hypot(Complex(0, step), 0).im, 0);
  EXPECT_EQ(atan2(Complex(0, step), 0).im, 0);
  EXPECT_EQ(exp(Complex(1000)).im, 0);
  EXPECT_EQ((Complex(infinity) * Complex(2)).im, 0);
}

}  // namespace
}  // namespace autograd::kernels
