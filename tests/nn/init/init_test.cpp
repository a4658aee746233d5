#include "nn/init/init.h"

#include <algorithm>
#include <cmath>

#include "autograd/tensor/factories.h"

namespace {

using autograd::f32;
using autograd::f64;
using autograd::Random;

constexpr autograd::Index out = 200, in = 300;

struct Moments {
  double mean = 0, deviation = 0, largest = 0;
};

Moments moments(const nn::Initialiser& init) {
  Random random(3);
  const std::vector<double> w = to_vector(init(random, out, in, f64));
  Moments m;
  for (const double v : w) {
    m.mean += v / static_cast<double>(w.size());
    m.largest = std::max(m.largest, std::abs(v));
  }
  for (const double v : w) m.deviation += (v - m.mean) * (v - m.mean);
  m.deviation = std::sqrt(m.deviation / static_cast<double>(w.size()));
  return m;
}

void expect_uniform(const nn::Initialiser& init, double limit) {
  const Moments m = moments(init);
  EXPECT_LE(m.largest, limit);
  EXPECT_GT(m.largest, 0.999 * limit);
  EXPECT_NEAR(m.deviation, limit / std::sqrt(3.0), 0.01 * limit);
  EXPECT_NEAR(m.mean, 0, 0.01 * limit);
}

void expect_normal(const nn::Initialiser& init, double deviation) {
  const Moments m = moments(init);
  EXPECT_NEAR(m.deviation, deviation, 0.01 * deviation);
  EXPECT_NEAR(m.mean, 0, 0.02 * deviation);
  EXPECT_GT(m.largest, 3.5 * deviation);
}

TEST(Init, GlorotKeepsTheVarianceBothWays) {
  expect_uniform(nn::glorot_uniform(), std::sqrt(6.0 / (in + out)));
  expect_normal(nn::glorot_normal(), std::sqrt(2.0 / (in + out)));
}

TEST(Init, HeAllowsForWhatReluCutsOff) {
  expect_uniform(nn::he_uniform(), std::sqrt(6.0 / in));
  expect_normal(nn::he_normal(), std::sqrt(2.0 / in));
}

TEST(Init, FanInUniformIsOneOverTheRootOfFanIn) {
  expect_uniform(nn::fan_in_uniform(), 1 / std::sqrt(300.0));
}

TEST(Init, PlainDistributionsAreAsTold) {
  expect_uniform(nn::uniform(-0.25, 0.25), 0.25);
  expect_normal(nn::normal(0, 1e-6), 1e-6);
  Random random(1);
  EXPECT_EQ(to_vector(nn::constant(0.5)(random, 1, 2, f64)), (std::vector<double>{0.5, 0.5}));
}

TEST(Init, GivesTheDtypeAndShapeAskedFor) {
  Random random(1);
  const autograd::Tensor w = nn::glorot_uniform()(random, 2, 3, f32);
  EXPECT_EQ(w.dtype(), f32);
  EXPECT_EQ(w.shape(), (autograd::Shape{2, 3}));
}

}  // namespace
