#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <vector>

#include "autograd/tensor/random.h"
#include "tests/autograd/ops/functions.h"

// What the functions that run in vectors do at the ends of the numbers, and that neither the place
// of an element nor the instruction set shows in the bits.

namespace autograd::functions {
namespace {

bool same(double a, double b) {
  return (std::isnan(a) && std::isnan(b)) || (a == b && std::signbit(a) == std::signbit(b));
}

TEST(Ends, AreTheLimits) {
  struct End {
    Tensor (*f)(const Tensor&);
    double x, y, dx;
  };
  const std::vector<End> ends{{log, 0.0, -infinity, infinity},
                              {log, infinity, infinity, 0},
                              {rsqrt, 0, infinity, -infinity},
                              {rsqrt, infinity, 0, -0.0},
                              {atan, -0.0, -0.0, 1},
                              {atan, infinity, std::numbers::pi / 2, 0},
                              {asin, -1, -std::numbers::pi / 2, infinity},
                              {asin, -0.0, -0.0, 1},
                              {acos, 1, 0, -infinity},
                              {acos, -1, std::numbers::pi, -infinity},
                              {erf, infinity, 1, 0},
                              {erf, -infinity, -1, 0},
                              {erf, -0.0, -0.0, 2 / std::sqrt(std::numbers::pi)},
                              {erfc, infinity, 0, -0.0},
                              {erfc, -infinity, 2, -0.0},
                              {sin, -0.0, -0.0, 1},
                              {tan, -0.0, -0.0, 1},
                              {sinh, -infinity, -infinity, infinity},
                              {sinh, -0.0, -0.0, 1},
                              {cosh, -infinity, infinity, -infinity},
                              {silu, infinity, infinity, 1},
                              {silu, -infinity, -0.0, -0.0},
                              {silu, -0.0, -0.0, 0.5},
                              {gelu, infinity, infinity, 1},
                              {gelu, -infinity, -0.0, -0.0},
                              {gelu, -1e30, -0.0, -0.0},
                              {gelu, -0.0, -0.0, 0.5},
                              {gelu_tanh, infinity, infinity, 1},
                              {gelu_tanh, -infinity, -0.0, -0.0},
                              {gelu_tanh, -0.0, -0.0, 0.5},
                              {mish, infinity, infinity, 1},
                              {mish, -infinity, -0.0, -0.0},
                              {mish, -0.0, -0.0, 0.6},
                              {expm1, -0.0, -0.0, 1},
                              {log1p, -0.0, -0.0, 1}};
  for (const End& end : ends) {
    for (const Dtype dtype : {f64, f32}) {
      const auto [y, dx] = evaluate(end.f, {end.x}, dtype);
      const auto expected = [&](double z) { return dtype == f32 ? static_cast<float>(z) : z; };
      const auto place = &end - ends.data();
      EXPECT_TRUE(same(y[0], expected(end.y))) << place << ": " << y[0];
      EXPECT_TRUE(same(dx[0], expected(end.dx))) << place << ": " << dx[0];
    }
  }
  for (const Function& f : functions) {
    for (const Dtype dtype : {f64, f32}) {
      EXPECT_TRUE(std::isnan(evaluate(f.f, {1, std::nan("")}, dtype).y[1])) << f.name;
    }
  }
}

// An element alone runs in what is left over of a vector; a literal in the code for any x86-64.
TEST(Bits, AreTheSameAtEveryPlaceAndOnEveryInstructionSet) {
  for (const Function& f : functions) {
    Random random(5);
    Numbers x;
    for (int i = 0; i < 61; ++i) {
      x.push_back(std::exp(8 * random.uniform() - 6) * (f.low < 0 && i % 2 == 0 ? -1 : 1));
    }
    x.insert(x.end(), {0.0, -0.0, 1e12, 0x1p-1040, infinity, std::nan("")});
    for (const Dtype dtype : {f64, f32}) {
      const auto [y, dx] = evaluate(f.f, x, dtype);
      for (std::size_t i = 0; i < x.size(); ++i) {
        const auto alone = evaluate(f.f, {x[i]}, dtype);
        EXPECT_TRUE(same(y[i], alone.y[0])) << f.name << ' ' << x[i];
        EXPECT_TRUE(same(dx[i], alone.dx[0])) << f.name << ' ' << x[i];
        if (dtype == f32) continue;
        EXPECT_TRUE(same(y[i], f.f(x[i]).item())) << f.name << ' ' << x[i];
      }
    }
  }
}

}  // namespace
}  // namespace autograd::functions
