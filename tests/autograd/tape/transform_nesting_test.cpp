#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "autograd/ops/arithmetic.h"
#include "autograd/ops/elementwise.h"
#include "autograd/ops/reduce.h"
#include "autograd/tape/tape.h"
#include "autograd/tape/transform.h"
#include "autograd/tensor/factories.h"
#include "tests/autograd/tape/near.h"

// Transformations inside one another, and under tapes.

namespace autograd {
namespace {

using Numbers = std::vector<double>;

TEST(Transform, NestsToThirdDerivatives) {
  const TensorFunction f = [](const Tensor& x) { return sum(x * x * x * x); };
  const Tensor x = tensor({1, 2}), v = tensor({1, 3}), expected = tensor({24, 3 * 48.0});
  const auto along = [&](const Tensor& u) { return hessian_vector_product(f, u, v); };
  expect_near(gradient([&](const Tensor& u) { return sum(along(u)); }, x), expected);
  expect_near(jvp(along, x, ones({2})).dy, expected);
  const Tensor third = jacobian([&](const Tensor& u) { return hessian(f, u); }, x);
  EXPECT_EQ(third.shape(), Shape({2, 2, 2}));
  expect_near(third, tensor(Numbers{24, 0, 0, 0, 0, 0, 0, 48}, {2, 2, 2}));
  const auto first = [](const Tensor& u) {
    return jvp([](const Tensor& w) { return w * w * w; }, u, 1).dy;
  };
  const auto second = [&](const Tensor& u) { return jvp(first, u, 1).dy; };
  EXPECT_EQ(jvp(second, 2, 1).dy.item(), 6);
}

TEST(Transform, DifferentiatesAFunctionThatUsesAGradient) {
  const auto descended = [](const Tensor& x) {  // one step of descent on Σ u³
    return sum(x - 0.5 * gradient([](const Tensor& u) { return sum(u * u * u); }, x));
  };
  expect_near(gradient(descended, tensor({1, 2})), tensor({1 - 3, 1 - 6}));
  expect_near(hessian(descended, tensor({1, 2})), tensor({{-3, 0}, {0, -3}}));
}

// Each result, differentiated by a tape outside: by x, and by what f uses beside it.
TEST(Transform, IsDifferentiatedByATapeOutside) {
  Parameter w("w", scalar(3));
  const auto f = [&](const Tensor& u) { return u * u * w; };
  const auto total = [&](const Tensor& u) { return sum(f(u)); };
  const Tensor v = tensor({1, 10});
  const auto expect = [&](const auto& result, const Numbers& by_x, double by_w) {
    Tape tape;
    const Tensor x = tape.watch(tensor({1, 2}));
    const Gradients g = tape.gradient(sum(result(x)));
    EXPECT_EQ(to_vector(g[x]), by_x);
    EXPECT_EQ(g[w].item(), by_w);
  };
  expect([&](const Tensor& x) { return gradient(total, x); }, {6, 6}, 6);
  expect([&](const Tensor& x) { return vjp(f, x, v).dx; }, {6, 60}, 42);
  expect([&](const Tensor& x) { return jvp(f, x, v).dy; }, {6, 60}, 42);
  expect([&](const Tensor& x) { return jvp(f, x, v).y; }, {6, 12}, 5);
  expect([&](const Tensor& x) { return jacobian(f, x); }, {6, 6}, 6);
  expect([&](const Tensor& x) { return hessian(total, x); }, {0, 0}, 4);
  expect([&](const Tensor& x) { return hessian_vector_product(total, x, v); }, {0, 0}, 22);
}

TEST(Transform, IsDifferentiatedByWhatTheFunctionUsesThoughTheArgumentIsNotWatched) {
  Parameter w("w", scalar(3));
  const auto f = [&](const Tensor& u) { return sum(u * u * w); };
  const Tensor x = tensor({1, 2}), v = tensor({1, 10});
  const Tape tape;
  EXPECT_EQ(tape.gradient(sum(jvp(f, x, v).dy))[w].item(), 42);
  EXPECT_EQ(tape.gradient(sum(hessian_vector_product(f, x, v)))[w].item(), 22);
  EXPECT_EQ(tape.gradient(sum(hessian(f, x)))[w].item(), 4);
}

TEST(Transform, IsDifferentiatedByTheDirection) {
  Tape tape;
  const Tensor v = tape.watch(tensor({1, 10}));
  const Tensor dy = jvp([](const Tensor& u) { return u * u; }, tensor({1, 2}), v).dy;
  EXPECT_EQ(to_vector(tape.gradient(sum(dy))[v]), (Numbers{2, 4}));
}

TEST(Transform, PushesForwardUnderATapeWhereASlopeIsInfinite) {
  const auto f = [](const Tensor& u) { return sqrt(u); };
  EXPECT_EQ(to_vector(jvp(f, tensor({4, 9}), tensor({1, 1})).dy), (Numbers{0.25, 1.0 / 6}));
  EXPECT_TRUE(std::isinf(jvp(f, 0, 1).dy.item()));
  Tape tape;
  EXPECT_TRUE(std::isinf(jvp(f, tape.watch(0), 1).dy.item()));
}

}  // namespace
}  // namespace autograd
