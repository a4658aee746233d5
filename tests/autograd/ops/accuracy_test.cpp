#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "autograd/tensor/random.h"
#include "tests/autograd/ops/functions.h"

// How far the values and slopes of functions that run in vectors are off.

namespace autograd::functions {
namespace {

// Half of the points between the ends, half on every scale.
Numbers points(const Function& f, Dtype dtype) {
  Random random(11);
  Numbers x;
  const double most = std::max(std::abs(f.low), std::abs(f.high));
  const double least = dtype == f32 ? -149 : -1074;
  for (int i = 0; i < 20'000; ++i) {
    const double u = random.uniform();
    double at = f.low + (f.high - f.low) * u;
    if (i % 2 == 1) {
      const double top = std::min(std::log2(most), dtype == f32 ? 128.0 : 1024.0);
      const double bottom = i % 4 == 1 ? top - 60 : least;
      at = std::exp2(bottom + (top - bottom) * u) * (i % 8 < 4 ? 1 : -1);
    }
    if (dtype == f32) at = static_cast<float>(at);
    if (at >= f.low && at <= f.high && !(f.low == 0 && at == 0) && std::isfinite(at)) {
      x.push_back(at);
    }
  }
  return x;
}

TEST(Accuracy, OfDoublesIsWithinAUnitInTheLastPlace) {
  for (const Function& f : functions) {
    const Numbers x = points(f, f64);
    const auto [y, dx] = evaluate(f.f, x, f64);
    double value = 0, slope = 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
      value = std::max(value, ulps<double>(y[i], f.value(static_cast<Wide>(x[i]))));
      if (std::abs(x[i] - f.root) < 0x1p-8) continue;
      slope = std::max(slope, ulps<double>(dx[i], f.slope(static_cast<Wide>(x[i]))));
    }
    EXPECT_LT(value, 0.9) << f.name;
    EXPECT_LT(slope, 0.9) << f.name;
  }
}

TEST(Accuracy, OfFloatsIsThatOfRoundingOnce) {
  for (const Function& f : functions) {
    const Numbers x = points(f, f32);
    const auto [y, dx] = evaluate(f.f, x, f32);
    double value = 0, slope = 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
      value = std::max(value, ulps<float>(y[i], f.value(static_cast<Wide>(x[i]))));
      slope = std::max(slope, ulps<float>(dx[i], f.slope(static_cast<Wide>(x[i]))));
    }
    EXPECT_LT(value, 0.501) << f.name;
    EXPECT_LT(slope, 0.501) << f.name;
  }
}

TEST(Accuracy, IsKeptBesideTheRootOfASlope) {
  struct Reference {
    Tensor (*f)(const Tensor&);
    double x;
    Wide slope;  // of sixty digits
  };
  const std::vector<Reference> references{
      {silu, -0x1.474973c84120bp+0, 2.384383475524311451108e-17L},
      {silu, -0x1.474973c84120ap+0, 7.220774889984332382152e-17L},
      {silu, -0x1.474973c84220bp+0, -1.980747485014058795638e-13L},
      {silu, -0x1.47c973c84120bp+0, -0.0004248542078187049748419L},
      {silu, -0x1.5742e60f8659ap+0, -0.0130252457839038791489L},
      {silu, -0x1.3742e60f8659ap+0, 0.01421408437118011344671L},
      {gelu, -0x1.80ead197f00b4p-1, -6.453751729367753219677e-18L},
      {gelu, -0x1.80ead197f00b2p-1, 8.935716132152930742759e-17L},
      {gelu, -0x1.80ead197f20b4p-1, -3.924479536078824679408e-13L},
      {gelu, -0x1.81ead197f00b4p-1, -0.0008412803801359434034379L},
      {gelu, -0x1.a0ddb6267a7d2p-1, -0.02541062801474331436559L},
      {gelu, -0x1.60ddb6267a7d2p-1, 0.02852689113365630651898L},
      {gelu_tanh, -0x1.81429f9e97e4dp-1, -1.564745574089369318704e-17L},
      {gelu_tanh, -0x1.81429f9e97e4bp-1, 7.992056243041854066775e-17L},
      {gelu_tanh, -0x1.81429f9e99e4dp-1, -3.91462249885115177558e-13L},
      {gelu_tanh, -0x1.82429f9e97e4dp-1, -0.0008391467962923037279224L},
      {gelu_tanh, -0x1.a135842d2256bp-1, -0.02534593777442320085518L},
      {gelu_tanh, -0x1.6135842d2256bp-1, 0.02845600114138552576149L},
      {mish, -0x1.31432c0d12d84p+0, 1.294292419097849745071e-17L},
      {mish, -0x1.31432c0d12d83p+0, 7.221726830166861702629e-17L},
      {mish, -0x1.31432c0d13d84p+0, -2.427747705530263602066e-13L},
      {mish, -0x1.31c32c0d12d84p+0, -0.0005206019693668525543985L},
      {mish, -0x1.413c9e5458113p+0, -0.01587085038215388463098L},
      {mish, -0x1.213c9e5458113p+0, 0.01752318598381781933488L},
  };
  for (const Reference& r : references) {
    EXPECT_LT(ulps<double>(evaluate(r.f, {r.x}, f64).dx[0], r.slope), 0.9) << r.x;
  }
}

TEST(Accuracy, OfGeluIsKeptWhereItIsAlmostZero) {
  struct Reference {
    Tensor (*f)(const Tensor&);
    double x;
    Wide y, dx;  // of sixty digits
  };
  const std::vector<Reference> references{
      {gelu, -14.625, -1.422799595217407007928e-47L, -2.080755496576997811546e-46L},
      {gelu, -25.3125, -2.944949492353163601902e-140L, -7.454367366301043600279e-139L},
      {gelu, -37.4375, -1.796067379788896513833e-305L, -6.724020431454566246766e-304L},
      {gelu_tanh, -10.3125, -7.594477285843563415273e-41L, -1.842727905831098617856e-39L},
      {gelu_tanh, -15.6875, -4.849271748292969318741e-130L, -2.628925181727031435681e-128L},
      {gelu_tanh, -20.8125, -3.343346897074256776369e-293L, -3.151837016949778848089e-291L},
  };
  for (const Reference& r : references) {
    const auto [y, dx] = evaluate(r.f, {r.x}, f64);
    EXPECT_LT(ulps<double>(y[0], r.y), 0.9) << r.x;
    EXPECT_LT(ulps<double>(dx[0], r.dx), 0.9) << r.x;
  }
}

TEST(Accuracy, OfSineAndPowerHoldsWhereTheVectorsDoNotReach) {
  const Numbers far{0x1p30, -0x1p30, 1e22, -1e22, 1e300, 0x1.5p1000};
  for (const double x : far) {
    const Numbers among{0.5, x, 2, x, -3};
    const Wide wide = x;
    EXPECT_LT(ulps<double>(evaluate(sin, among, f64).y[3], std::sin(wide)), 0.51) << x;
    EXPECT_LT(ulps<double>(evaluate(sin, among, f64).dx[1], std::cos(wide)), 0.51) << x;
    EXPECT_LT(ulps<double>(evaluate(tan, among, f64).y[1], std::tan(wide)), 0.51) << x;
    EXPECT_EQ(evaluate(sin, among, f64).y[2], evaluate(sin, {2}, f64).y[0]);
  }
  EXPECT_LT(ulps<float>(evaluate(sin, {1e30}, f32).y[0], std::sin(static_cast<Wide>(1e30F))), 0.51);
  EXPECT_TRUE(std::isnan(evaluate(cos, {1, infinity}, f64).y[1]));
  const auto power = [](const Tensor& x) { return pow(x, 0x1p41); };
  EXPECT_LT(ulps<double>(evaluate(power, {1 + 0x1p-40}, f64).y[0], std::pow(1 + 0x1p-40L, 0x1p41L)),
            0.51);
}

TEST(Accuracy, OfPowersHoldsWithExponentsOfEverySort) {
  Random random(3);
  for (const Dtype dtype : {f64, f32}) {
    Numbers a, b;
    for (int i = 0; i < 4000; ++i) {
      a.push_back(std::exp(6 * random.uniform() - 3) * (i % 3 == 0 ? -1 : 1));
      b.push_back(i % 3 == 0 ? std::floor(21 * random.uniform()) - 10 : 60 * random.uniform() - 30);
      a.back() = i % 97 == 0 ? 0 : static_cast<float>(a.back());
      b.back() = static_cast<float>(b.back());
    }
    Tape tape;
    const Tensor u = tape.watch(tensor(a).converted(dtype)),
                 v = tape.watch(tensor(b).converted(dtype));
    const Tensor y = pow(u, v);
    const auto g = tape.gradient(y, ones(y.shape(), dtype));
    const Numbers values = to_vector(y.converted(f64)), da = to_vector(g[u].converted(f64)),
                  db = to_vector(g[v].converted(f64));
    const auto off = dtype == f64 ? ulps<double> : ulps<float>;
    for (std::size_t i = 0; i < a.size(); ++i) {
      const Wide base = a[i], exponent = b[i];
      EXPECT_LT(off(values[i], std::pow(base, exponent)), 0.9) << base << ' ' << exponent;
      const Wide by_base = exponent == 0 ? 0 : exponent * std::pow(base, exponent - 1);
      EXPECT_LT(off(da[i], by_base), 0.9) << base << ' ' << exponent;
      if (base > 0) {
        EXPECT_LT(off(db[i], std::pow(base, exponent) * std::log(base)), 0.9) << base;
      }
    }
  }
}

}  // namespace
}  // namespace autograd::functions
