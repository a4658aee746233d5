#include "autograd/tape/transform.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "autograd/ops/arithmetic.h"
#include "autograd/ops/elementwise.h"
#include "autograd/ops/join.h"
#include "autograd/ops/linalg.h"
#include "autograd/ops/reduce.h"
#include "autograd/ops/shape.h"
#include "autograd/ops/slice.h"
#include "autograd/tape/checkpoint.h"
#include "autograd/tape/tape.h"
#include "autograd/tape/user_operation.h"
#include "autograd/tensor/factories.h"
#include "tests/autograd/tape/near.h"
#include "tests/support/message.h"

namespace autograd {
namespace {

using Numbers = std::vector<double>;

// Of three numbers: nothing about it is symmetric or linear.
Tensor bowl(const Tensor& x) {
  const Tensor a = slice(x, 0, 0, 1), b = slice(x, 0, 1, 2), c = slice(x, 0, 2, 3);
  return sum(a * a * b + sin(b * c) + exp(a - c));
}
const Numbers at{0.3, -0.7, 1.1};
Tensor point() { return tensor(at); }

// The derivatives of `bowl`, by hand.
Tensor bowl_gradient(const Numbers& x) {
  const double e = std::exp(x[0] - x[2]), k = std::cos(x[1] * x[2]);
  return tensor({2 * x[0] * x[1] + e, x[0] * x[0] + x[2] * k, x[1] * k - e});
}
Tensor bowl_hessian(const Numbers& x) {
  const double e = std::exp(x[0] - x[2]), k = std::cos(x[1] * x[2]), s = std::sin(x[1] * x[2]);
  const double ab = 2 * x[0], bc = k - x[1] * x[2] * s;
  return tensor(
      {{2 * x[1] + e, ab, -e}, {ab, -x[2] * x[2] * s, bc}, {-e, bc, -x[1] * x[1] * s + e}});
}

// From two numbers to a matrix, and from a matrix to two numbers.
Tensor widen(const Tensor& x) { return reshape(x, {2, 1}) * exp(tensor({1, 2, 3}) * sum(x)); }
Tensor narrow(const Tensor& x) { return sum(sin(x) * x, -1); }

// Column by column, a direction each; independent of how jacobian goes about it.
Tensor jacobian_of_pushforwards(const TensorFunction& f, const Tensor& x) {
  std::vector<Tensor> columns;
  for (Index j = 0; j < x.size(); ++j) {
    Numbers unit(static_cast<std::size_t>(x.size()));
    unit[static_cast<std::size_t>(j)] = 1;
    const Tensor dy = jvp(f, x, tensor(unit, x.shape())).dy;
    columns.push_back(reshape(dy, {dy.size()}));
  }
  return stack(columns, 1);
}

Tensor jacobian_of_pullbacks(const TensorFunction& f, const Tensor& x) {
  const Tensor y = f(x);
  std::vector<Tensor> rows;
  for (Index i = 0; i < y.size(); ++i) {
    Numbers unit(static_cast<std::size_t>(y.size()));
    unit[static_cast<std::size_t>(i)] = 1;
    rows.push_back(reshape(vjp(f, x, tensor(unit, y.shape())).dx, {x.size()}));
  }
  return stack(rows, 0);
}

TEST(Transform, GivesTheExamplesOfTheHeader) {
  const Tensor g = gradient([](const Tensor& x) { return sum(x * x); }, tensor({1, 2, 3}));
  EXPECT_EQ(to_vector(g), (Numbers{2, 4, 6}));
  const Tensor h = hessian([](const Tensor& x) { return sum(x * x * x); }, tensor({1, 2}));
  EXPECT_EQ(h.shape(), Shape({2, 2}));
  EXPECT_EQ(to_vector(h), (Numbers{6, 0, 0, 12}));
}

TEST(Transform, GivesTheGradientBesideTheValue) {
  const ValueAndGradient both = value_and_gradient(bowl, point());
  EXPECT_EQ(both.value.item(), bowl(point()).item());
  expect_near(both.gradient, bowl_gradient(at));
  EXPECT_EQ(to_vector(gradient(bowl, point())), to_vector(both.gradient));
}

TEST(Transform, GivesTheGradientsBySeveralTensors) {
  const auto f = [](const std::vector<Tensor>& x) { return sum(x[0] * x[1]) * x[2]; };
  const ValueAndGradients g = value_and_gradients(f, {tensor({1, 2}), tensor({3, 4}), scalar(2)});
  EXPECT_EQ(g.value.item(), 22);
  ASSERT_EQ(g.gradients.size(), 3U);
  EXPECT_EQ(to_vector(g.gradients[0]), (Numbers{6, 8}));
  EXPECT_EQ(to_vector(g.gradients[1]), (Numbers{2, 4}));
  EXPECT_EQ(g.gradients[2].item(), 11);
}

TEST(Transform, PullsBackAnAdjoint) {
  const Tensor x = tensor({1, 2});
  const ValueAndPullback pulled = vjp([](const Tensor& u) { return u * u; }, x, tensor({10, 1}));
  EXPECT_EQ(to_vector(pulled.y), (Numbers{1, 4}));
  EXPECT_EQ(to_vector(pulled.dx), (Numbers{20, 4}));
}

TEST(Transform, PushesForwardADirection) {
  const Tensor x = tensor({1, 2});
  const ValueAndPushforward pushed =
      jvp([](const Tensor& u) { return u * u * sum(u); }, x, tensor({1, 10}));
  EXPECT_EQ(to_vector(pushed.y), (Numbers{3, 12}));
  EXPECT_EQ(to_vector(pushed.dy), (Numbers{6 + 11, 120 + 44}));
}

TEST(Transform, PushesForwardTheSameUnderATapeAsWithoutOne) {
  const Tensor x = tensor({0.5, -0.25}), v = tensor({1, 2});
  const ValueAndPushforward alone = jvp(widen, x, v);
  const Tape tape;
  const ValueAndPushforward under = jvp(widen, x, v);
  expect_near(under.y, alone.y);
  expect_near(under.dy, alone.dy);
}

TEST(Transform, GivesTheSameJacobianByColumnsAndByRows) {
  const Tensor x = tensor({0.5, -0.25}), z = tensor({{1, 2, 3}, {-1, 0.5, 2}});
  const Tensor wide = jacobian(widen, x);   // by columns
  const Tensor tall = jacobian(narrow, z);  // by rows
  EXPECT_EQ(wide.shape(), Shape({2, 3, 2}));
  EXPECT_EQ(tall.shape(), Shape({2, 2, 3}));
  expect_near(reshape(wide, {6, 2}), jacobian_of_pullbacks(widen, x));
  expect_near(reshape(wide, {6, 2}), jacobian_of_pushforwards(widen, x));
  expect_near(reshape(tall, {2, 6}), jacobian_of_pullbacks(narrow, z));
  expect_near(reshape(tall, {2, 6}), jacobian_of_pushforwards(narrow, z));
  const Tape tape;
  expect_near(jacobian(widen, x), wide);
  expect_near(jacobian(narrow, z), tall);
}

TEST(Transform, GivesJacobiansOfScalarsAndOfNothing) {
  const auto square = [](const Tensor& x) { return x * x; };
  EXPECT_EQ(jacobian(square, 3).item(), 6);
  EXPECT_EQ(jacobian(square, 3).shape(), Shape({}));
  EXPECT_EQ(jacobian(square, zeros({0})).shape(), Shape({0, 0}));
  EXPECT_EQ(jacobian([](const Tensor& x) { return x * ones({3}); }, zeros({1})).shape(),
            Shape({3, 1}));
  const auto constant = [](const Tensor&) { return Tensor(2); };
  EXPECT_EQ(to_vector(jacobian(constant, ones({2}))), (Numbers{0, 0}));
  EXPECT_EQ(to_vector(jacobian([](const Tensor&) { return ones({2}); }, 1)), (Numbers{0, 0}));
}

TEST(Transform, GivesTheJacobianInTheDtypeOfItsArgument) {
  const Tensor x = tensor({1, 2}, f32);
  const auto rows = [](const Tensor& u) { return to(u * u, f64); };
  const auto columns = [](const Tensor& u) { return concatenate({to(u * u, f64), to(u, f64)}); };
  EXPECT_EQ(jacobian(rows, x).dtype(), f32);
  EXPECT_EQ(jacobian(columns, x).dtype(), f32);
  EXPECT_EQ(to_vector(jacobian(rows, x)), (Numbers{2, 0, 0, 4}));
  EXPECT_EQ(to_vector(jacobian(columns, x)), (Numbers{2, 0, 0, 4, 1, 0, 0, 1}));
}

UserOperation doubled() {
  return {"doubled",
          [](std::span<const Tensor> x) {
            return concatenate({x[0], 2 * x[0]});
          },
          {[](const Tensor& dy, std::span<const Tensor> x, const Tensor&) {
            const Index n = x[0].size();
            return slice(dy, 0, 0, n) + 2 * slice(dy, 0, n, 2 * n);
          }}};
}

TEST(Transform, GivesJacobiansOfWhatIsUnknownForDualNumbers) {
  const auto f = [](const Tensor& x) { return doubled()({x * x}); };
  EXPECT_EQ(to_vector(jacobian(f, tensor({1, 3}))), (Numbers{2, 0, 0, 6, 4, 0, 0, 12}));
  const auto g = [](const Tensor& x) {
    return checkpoint([](std::span<const Tensor> in) { return in[0] * ones({2}); }, {x});
  };
  EXPECT_EQ(to_vector(jacobian(g, 1)), (Numbers{1, 1}));
}

TEST(Transform, GivesSecondDerivativesThroughCheckpoints) {
  const auto f = [](const Tensor& x) {
    const auto inside = [](std::span<const Tensor> in) { return bowl(in[0]); };
    return checkpoint(inside, {x}) * 2;
  };
  const Tensor v = tensor({1, -2, 0.5});
  expect_near(hessian(f, point()), 2 * bowl_hessian(at));
  expect_near(hessian_vector_product(f, point(), v), matmul(2 * bowl_hessian(at), v));
}

TEST(Transform, GivesSecondDerivativesThroughOperationsOfUsers) {
  const UserOperation cube("cube", [](std::span<const Tensor> x) { return x[0] * x[0] * x[0]; },
                           {[](const Tensor& dy, std::span<const Tensor> x, const Tensor&) {
                             return dy * 3 * x[0] * x[0];
                           }});
  const auto f = [&](const Tensor& x) { return sum(cube({x})); };
  EXPECT_EQ(to_vector(hessian(f, tensor({1, 2}))), (Numbers{6, 0, 0, 12}));
  EXPECT_EQ(to_vector(hessian_vector_product(f, tensor({1, 2}), tensor({1, 1}))), (Numbers{6, 12}));
  EXPECT_EQ(message_of([&] {
              jvp(f, tensor({1, 2}), tensor({1, 1}));
            }),
            "jvp: cube is known for tensors alone, not for dual numbers; use vjp");
}

TEST(Transform, GivesTheHessianFoundByHandAndByDifferences) {
  const Tensor h = hessian(bowl, point());
  expect_near(h, bowl_hessian(at));
  const double step = 1e-5;
  for (std::size_t j = 0; j < 3; ++j) {
    Numbers up = at, down = at;
    up[j] += step;
    down[j] -= step;
    const Numbers above = to_vector(gradient(bowl, tensor(up)));
    const Numbers below = to_vector(gradient(bowl, tensor(down)));
    for (std::size_t i = 0; i < 3; ++i) {
      EXPECT_NEAR((above[i] - below[i]) / (2 * step), to_vector(h)[3 * i + j], 1e-8);
    }
  }
}

TEST(Transform, GivesTheHessianTimesAVector) {
  const Tensor v = tensor({1, -2, 0.5});
  const Tensor expected = matmul(bowl_hessian(at), v);
  expect_near(hessian_vector_product(bowl, point(), v), expected);
  const Tape tape;
  expect_near(hessian_vector_product(bowl, point(), v), expected);
}

TEST(Transform, GivesHessiansOfMatricesAndNumbers) {
  const auto cube = [](const Tensor& x) { return sum(x * x * x); };
  const Tensor h = hessian(cube, tensor({{1, 2}, {3, 4}}));
  EXPECT_EQ(h.shape(), Shape({2, 2, 2, 2}));
  EXPECT_EQ(h.at({1, 0, 1, 0}), 18);
  EXPECT_EQ(h.at({1, 0, 0, 1}), 0);
  EXPECT_EQ(hessian(cube, 2).item(), 12);
  EXPECT_EQ(hessian_vector_product(cube, 2, 10).item(), 120);
}

TEST(Transform, WorksInFloat32) {
  const Tensor x = point().converted(f32), v = tensor({1, -2, 0.5}, f32);
  const double digits = 16 * 0x1p-23;
  const Tensor h = bowl_hessian(at);
  expect_near(gradient(bowl, x), bowl_gradient(at).converted(f32), digits);
  expect_near(jacobian(bowl, x), bowl_gradient(at).converted(f32), digits);
  expect_near(hessian(bowl, x), h.converted(f32), digits);
  const Tensor product = matmul(h, v.converted(f64)).converted(f32);
  expect_near(hessian_vector_product(bowl, x, v), product, digits);
  EXPECT_EQ(jvp(bowl, x, v).dy.dtype(), f32);
  EXPECT_EQ(jvp([](const Tensor& u) { return u * u; }, scalar(3, f32), 1).dy.item(), 6);
  const Tape tape;
  EXPECT_EQ(jvp(bowl, x, v).dy.dtype(), f32);
}

TEST(Transform, LeavesTheTapeOutsideAsItWas) {
  Tape tape;
  const Tensor x = tape.watch(tensor({1, 2}));
  hessian([](const Tensor& u) { return sum(u * u * u); }, tensor({1, 2}));
  EXPECT_TRUE(tape.is_recording());
  EXPECT_EQ(to_vector(tape.gradient(sum(x * x))[x]), (Numbers{2, 4}));
}

TEST(Transform, SaysWhatIsWrongWithAFunction) {
  const auto same = [](const Tensor& x) { return x; };
  const std::string vector =
      "gradient: expected a scalar; got shape [2]; reduce it with sum or mean, or give its "
      "adjoint: gradient(y, dy)";
  const Tensor x = tensor({1, 2});
  EXPECT_EQ(message_of([&] { gradient(same, x); }), vector);
  EXPECT_EQ(message_of([&] { value_and_gradient(same, x); }), vector);
  EXPECT_EQ(message_of([&] { value_and_gradients([](const auto& u) { return u[0]; }, {x}); }),
            vector);
  EXPECT_EQ(message_of([&] { hessian(same, x); }), vector);
  EXPECT_EQ(message_of([&] { hessian_vector_product(same, x, x); }), vector);
  const auto whole = [](const Tensor& u) { return to(u, i64); };
  const std::string got = ": expected f(x) f32 or f64; got i64, which has no derivative";
  EXPECT_EQ(message_of([&] { jvp(whole, x, x); }), "jvp" + got);
  EXPECT_EQ(message_of([&] { jacobian(whole, x); }), "jacobian" + got);
  const Tape tape;
  EXPECT_EQ(message_of([&] { jvp(whole, x, x); }), "jvp" + got);
  EXPECT_EQ(message_of([&] { jacobian(whole, x); }), "jacobian" + got);
}

TEST(Transform, SaysWhatIsWrongWithAnArgument) {
  const auto f = [](const Tensor& x) { return sum(x * x); };
  const Tensor x = tensor({1, 2}), whole = to(x, i64);
  const std::string watch = "watch: expected f32 or f64; got i64, which has no derivative";
  EXPECT_EQ(message_of([&] { gradient(f, whole); }), watch);
  EXPECT_EQ(message_of([&] { value_and_gradient(f, whole); }), watch);
  EXPECT_EQ(message_of([&] { vjp(f, whole, 1); }), watch);
  const std::string rest = ": expected x f32 or f64; got i64, which has no derivative";
  EXPECT_EQ(message_of([&] { jvp(f, whole, whole); }), "jvp" + rest);
  EXPECT_EQ(message_of([&] { jacobian(f, whole); }), "jacobian" + rest);
  EXPECT_EQ(message_of([&] { hessian(f, whole); }), "hessian" + rest);
  EXPECT_EQ(message_of([&] { hessian_vector_product(f, whole, whole); }),
            "hessian_vector_product" + rest);
}

TEST(Transform, SaysWhatIsWrongWithADirectionOrAnAdjoint) {
  const auto f = [](const Tensor& x) { return sum(x * x); };
  const Tensor x = tensor({1, 2});
  EXPECT_EQ(message_of([&] { jvp(f, x, ones({3})); }),
            "jvp: expected a direction like x, f64 [2]; got f64 [3]");
  EXPECT_EQ(message_of([&] { jvp(f, x, ones({2}, f32)); }),
            "jvp: expected a direction like x, f64 [2]; got f32 [2]");
  EXPECT_EQ(message_of([&] { hessian_vector_product(f, x, ones({3})); }),
            "hessian_vector_product: expected a vector like x, f64 [2]; got f64 [3]");
  EXPECT_EQ(message_of([&] { vjp(f, x, ones({2})); }),
            "gradient: the adjoint must have the shape of y, []; got [2]");
  EXPECT_EQ(message_of([&] { vjp(f, x, scalar(1, f32)); }),
            "gradient: the adjoint must have the dtype of y, f64; got f32");
}

}  // namespace
}  // namespace autograd
