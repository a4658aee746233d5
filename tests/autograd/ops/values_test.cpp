#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <vector>

#include "autograd/ops/arithmetic.h"
#include "autograd/ops/elementwise.h"
#include "autograd/ops/index.h"
#include "autograd/ops/linalg.h"
#include "autograd/ops/loss.h"
#include "autograd/ops/reduce.h"
#include "autograd/ops/shape.h"
#include "autograd/tape/tape.h"
#include "autograd/tensor/factories.h"

// Differences say that a derivative belongs to its function; here is that the function is the right
// one.

namespace autograd {
namespace {

using Numbers = std::vector<double>;

Tensor integers(const std::vector<std::int64_t>& numbers) { return tensor(numbers); }

void expect_near(const Tensor& y, const Numbers& expected) {
  const Numbers got = to_vector(y);
  ASSERT_EQ(got.size(), expected.size());
  for (std::size_t i = 0; i < got.size(); ++i) EXPECT_NEAR(got[i], expected[i], 1e-14) << i;
}

TEST(Values, OfFunctionsOfOneNumber) {
  struct Function {
    Tensor (*ours)(const Tensor&);
    double (*plain)(double);
  };
  const Function functions[] = {
      {square, [](double x) { return x * x; }},
      {sqrt, [](double x) { return std::sqrt(x); }},
      {exp, [](double x) { return std::exp(x); }},
      {log, [](double x) { return std::log(x); }},
      {sin, [](double x) { return std::sin(x); }},
      {cos, [](double x) { return std::cos(x); }},
      {tanh, [](double x) { return std::tanh(x); }},
      {sigmoid, [](double x) { return 1 / (1 + std::exp(-x)); }},
      {relu, [](double x) { return std::max(x, 0.0); }},
      {abs, [](double x) { return std::abs(x); }},
      {negate, [](double x) { return -x; }},
  };
  for (const Function& f : functions) {
    for (const double x : {-2.5, -1.0, -0.3, 0.2, 1.0, 3.5}) {
      const double expected = f.plain(x);
      if (std::isnan(expected)) continue;
      EXPECT_NEAR(f.ours(tensor({x})).at({0}), expected, 1e-15 * std::max(1.0, std::abs(expected)));
      EXPECT_NEAR(f.ours(x).item(), expected, 1e-15 * std::max(1.0, std::abs(expected)));
    }
  }
}

TEST(Values, OfArithmetic) {
  const Tensor a = tensor({6, -1, 2}), b = tensor({3, 4, 2});
  expect_near(a + b, {9, 3, 4});
  expect_near(a - b, {3, -5, 0});
  expect_near(a * b, {18, -4, 4});
  expect_near(a / b, {2, -0.25, 1});
  expect_near(maximum(a, b), {6, 4, 2});
  expect_near(minimum(a, b), {3, -1, 2});
  expect_near(-a, {-6, 1, -2});
  expect_near(2 - a, {-4, 3, 0});
  expect_near(1 / b, {1.0 / 3, 0.25, 0.5});
}

TEST(Values, OfComparisonsAreZeroAndOne) {
  const Tensor a = tensor({1, 2, 3}), b = tensor({2, 2, 2});
  expect_near(less(a, b), {1, 0, 0});
  expect_near(less_equal(a, b), {1, 1, 0});
  expect_near(greater(a, b), {0, 0, 1});
  expect_near(greater_equal(a, b), {0, 1, 1});
  expect_near(equal(a, b), {0, 1, 0});
  expect_near(not_equal(a, b), {1, 0, 1});
  EXPECT_EQ((a < b).dtype(), i64);
  expect_near(equal(integers({1, 2}), integers({1, 3})), {1, 0});
  expect_near(integers({1, 2}) > 1, {0, 1});
}

TEST(Values, OfWhere) {
  expect_near(where(integers({1, 0, -3}), tensor({1, 2, 3}), 9), {1, 9, 3});
  EXPECT_EQ(where(integers({1, 0}), tensor({1, 2}, f32), 0).dtype(), f32);
}

TEST(Values, OfConversions) {
  expect_near(to(tensor({1.9, -1.9}), i64), {1, -1});
  EXPECT_EQ(to(tensor({1}), f32).dtype(), f32);
  const Tensor x = tensor({1});
  EXPECT_TRUE(to(x, f64).same_storage(x));
  EXPECT_FALSE(to(2, f64).is_literal());
}

TEST(Values, OfReductions) {
  const Tensor x = tensor({{1, 5, 3}, {4, 2, 6}});
  EXPECT_EQ(sum(x).item(), 21);
  expect_near(sum(x, 0), {5, 7, 9});
  expect_near(sum(x, -1), {9, 12});
  EXPECT_EQ(sum(x, 1, KeepAxes::yes).shape(), Shape({2, 1}));
  EXPECT_EQ(mean(x).item(), 3.5);
  expect_near(mean(x, 0), {2.5, 3.5, 4.5});
  expect_near(max(x, 1), {5, 6});
  expect_near(min(x, 0), {1, 2, 3});
  EXPECT_EQ(max(x).item(), 6);
  expect_near(argmax(x), {1, 2});
  expect_near(argmin(x, 0), {0, 1, 0});
  EXPECT_EQ(argmax(x).dtype(), i64);
  EXPECT_EQ(sum(zeros({0, 3})).item(), 0);
  expect_near(sum(zeros({0, 3}), 0), {0, 0, 0});
  EXPECT_EQ(sum(zeros({3, 0}), 0).shape(), Shape({0}));
  EXPECT_EQ(max(zeros({3, 0}), 0).shape(), Shape({0}));
  EXPECT_EQ(sum(2).item(), 2);
  expect_near(sum_to(x, {3}), {5, 7, 9});
  expect_near(sum_to(x, {2, 1}), {9, 12});
  EXPECT_EQ(sum_to(x, {}).item(), 21);
}

TEST(Values, OfShapes) {
  const Tensor x = tensor({{1, 2, 3}, {4, 5, 6}});
  expect_near(transpose(x), {1, 4, 2, 5, 3, 6});
  EXPECT_EQ(reshape(x, {3, -1}).shape(), Shape({3, 2}));
  EXPECT_TRUE(reshape(x, {-1}).same_storage(x));
  EXPECT_EQ(unsqueeze(x, -1).shape(), Shape({2, 3, 1}));
  EXPECT_EQ(unsqueeze(x, 0).shape(), Shape({1, 2, 3}));
  EXPECT_EQ(squeeze(unsqueeze(x, 1), 1).shape(), Shape({2, 3}));
  expect_near(broadcast_to(tensor({1, 2}), {2, 2}), {1, 2, 1, 2});
  const Tensor cube = reshape(arange(24), {2, 3, 4});
  const Tensor turned = permute(cube, {2, 0, 1});
  EXPECT_EQ(turned.shape(), Shape({4, 2, 3}));
  for (Index i = 0; i < 2; ++i) {
    for (Index j = 0; j < 3; ++j) {
      for (Index k = 0; k < 4; ++k) EXPECT_EQ(turned.at({k, i, j}), cube.at({i, j, k}));
    }
  }
  EXPECT_EQ(permute(scalar(3), {}).item(), 3);
  EXPECT_EQ(transpose(cube).shape(), Shape({2, 4, 3}));
}

TEST(Values, OfParts) {
  const Tensor x = tensor({{1, 2, 3}, {4, 5, 6}});
  expect_near(slice(x, 1, 1, 3), {2, 3, 5, 6});
  expect_near(slice(x, 0, -1, 2), {4, 5, 6});
  EXPECT_EQ(slice(x, 1, 1, 1).shape(), Shape({2, 0}));
  expect_near(select(x, 1, -1), {3, 6});
  expect_near(select(x, 0, 1), {4, 5, 6});
  expect_near(pick(x, integers({2, 0})), {3, 4});
  expect_near(index_rows(x, integers({1, 1, 0})), {4, 5, 6, 4, 5, 6, 1, 2, 3});
  expect_near(one_hot(integers({2, 0}), 3), {0, 0, 1, 1, 0, 0});
  EXPECT_EQ(one_hot(integers({0}), 2, f32).dtype(), f32);
}

TEST(Values, OfProducts) {
  const Tensor a = tensor({{1, 2}, {3, 4}}), b = tensor({{5, 6}, {7, 8}});
  expect_near(matmul(a, b), {19, 22, 43, 50});
  expect_near(matmul(a, b, {.a = true}), {26, 30, 38, 44});
  expect_near(matmul(a, b, {.b = true}), {17, 23, 39, 53});
  expect_near(matmul(a, b, {.a = true, .b = true}), {23, 31, 34, 46});
  const Tensor v = tensor({1, -1});
  expect_near(matmul(a, v), {-1, -1});
  expect_near(matmul(v, a), {-2, -2});
  EXPECT_EQ(matmul(v, v).item(), 2);
  EXPECT_EQ(matmul(v, v).shape(), Shape({}));
  expect_near(linear(a, b, v), {18, 22, 40, 52});
  expect_near(linear(a, b), {17, 23, 39, 53});
  expect_near(matmul(zeros({2, 0}), zeros({0, 2})), {0, 0, 0, 0});
}

TEST(Values, OfStackedProductsAreThoseOfEachPair) {
  const Tensor a = reshape(arange(12) - 5, {2, 1, 3, 2}), b = reshape(arange(12) * 0.5, {3, 2, 2});
  const Tensor y = matmul(a, b);
  ASSERT_EQ(y.shape(), Shape({2, 3, 3, 2}));
  for (Index i = 0; i < 2; ++i) {
    for (Index j = 0; j < 3; ++j) {
      const Tensor one = matmul(select(select(a, 0, i), 0, 0), select(b, 0, j));
      EXPECT_EQ(to_vector(select(select(y, 0, i), 0, j)), to_vector(one)) << i << ' ' << j;
    }
  }
}

TEST(Values, OfSoftmaxesAndLosses) {
  const Tensor z = tensor({{0, std::log(2), std::log(5)}, {1, 1, 1}});
  const double third = 1.0 / 3, l3 = std::log(3.0);
  expect_near(softmax(z), {0.125, 0.25, 0.625, third, third, third});
  expect_near(log_softmax(z), {std::log(0.125), std::log(0.25), std::log(0.625), -l3, -l3, -l3});
  expect_near(logsumexp(z), {std::log(8.0), 1 + l3});
  expect_near(softmax(transpose(z), 0), to_vector(transpose(softmax(z))));
  const Tensor labels = integers({2, 0});
  expect_near(cross_entropy(z, labels, Reduction::none), {-std::log(0.625), l3});
  expect_near(cross_entropy(z, labels, Reduction::sum), {-std::log(0.625) + l3});
  expect_near(cross_entropy(z, labels), {(-std::log(0.625) + l3) / 2});
  expect_near(cross_entropy_with_probabilities(z, one_hot(labels, 3), Reduction::none),
              {-std::log(0.625), l3});
  expect_near(cross_entropy_with_probabilities(z, one_hot(labels, 3)),
              {(-std::log(0.625) + l3) / 2});
  expect_near(squared_error(tensor({1, 2}), tensor({3, 5}), Reduction::none), {4, 9});
  expect_near(squared_error(tensor({1, 2}), tensor({3, 5}), Reduction::sum), {13});
  expect_near(squared_error(tensor({1, 2}), tensor({3, 5})), {6.5});
}

TEST(Values, ToHandsItsAdjointOnInTheOtherDtype) {
  Tape tape;
  const Tensor x = tape.watch(tensor({1, -2}));
  const Tensor dx = tape.gradient(sum(to(x, f32) * tensor({3, 4}, f32)))[x];
  EXPECT_EQ(dx.dtype(), f64);
  EXPECT_EQ(to_vector(dx), (std::vector<double>{3, 4}));
}

}  // namespace
}  // namespace autograd
