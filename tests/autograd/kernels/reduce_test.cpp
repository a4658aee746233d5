#include "autograd/kernels/reduce.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "autograd/tensor/parallel.h"
#include "autograd/tensor/random.h"
#include "autograd/tensor/tensor.h"

namespace autograd::kernels {
namespace {

template <class T>
class Reduce : public testing::Test {};
using Numbers = testing::Types<float, double>;
TYPED_TEST_SUITE(Reduce, Numbers);

template <class T>
View<const T> view(const Tensor& x) {
  return {x.values<T>().data(), x.shape()};
}

// Where the element of x at `place` goes in the reduced shape.
Index target(const Shape& x, AxisSet axes, Index place) {
  Index offset = 0;
  Index stride = 1;
  for (int axis = x.rank() - 1; axis >= 0; --axis) {
    const Index at = place % x[axis];
    place /= x[axis];
    if (contains(axes, axis)) continue;
    offset += at * stride;
    stride *= x[axis];
  }
  return offset;
}

Index left_by(const Shape& x, AxisSet axes) {
  Index left = 1;
  for (int axis = 0; axis < x.rank(); ++axis) left *= contains(axes, axis) ? 1 : x[axis];
  return left;
}

template <class T>
std::vector<T> summed(const Tensor& x, AxisSet axes) {
  std::vector<T> y(static_cast<std::size_t>(left_by(x.shape(), axes)), T(777));
  const Shape shape{static_cast<Index>(y.size())};
  sum(View<T>{y.data(), shape}, view<T>(x), axes);
  return y;
}

TYPED_TEST(Reduce, SumsAlongEverySetOfAxes) {
  using T = TypeParam;
  for (const Shape& shape : {Shape{2, 3, 4, 5}, Shape{70, 33, 2, 3}, Shape{3, 1, 100, 40},
                             Shape{2, 3, 1, 1}, Shape{5}, Shape{}, Shape{2, 0, 3, 2}}) {
    const Tensor x = Random(1).normal(shape, 0, 1, dtype_of<T>);
    for (AxisSet axes = 0; axes < (1U << shape.rank()); ++axes) {
      std::vector<double> exact(static_cast<std::size_t>(left_by(shape, axes)));
      std::vector<double> sizes(exact.size());
      for (Index i = 0; i < shape.size(); ++i) {
        const auto number = static_cast<double>(x.values<T>()[static_cast<std::size_t>(i)]);
        exact[static_cast<std::size_t>(target(shape, axes, i))] += number;
        sizes[static_cast<std::size_t>(target(shape, axes, i))] += std::abs(number);
      }
      const std::vector<T> y = summed<T>(x, axes);
      constexpr double unit = std::numeric_limits<T>::epsilon();
      for (std::size_t i = 0; i < y.size(); ++i) {
        ASSERT_NEAR(static_cast<double>(y[i]), exact[i], 20 * unit * sizes[i])
            << to_string(shape) << " axes " << axes << " at " << i;
      }
    }
  }
}

TYPED_TEST(Reduce, FoldsAlongEverySetOfAxes) {
  using T = TypeParam;
  const Shape shape{3, 4, 2, 5};
  const Tensor x = Random(2).normal(shape, 0, 1, dtype_of<T>);
  for (AxisSet axes = 0; axes < 16; ++axes) {
    std::vector<T> expected(static_cast<std::size_t>(left_by(shape, axes)),
                            -std::numeric_limits<T>::infinity());
    for (Index i = 0; i < shape.size(); ++i) {
      T& largest = expected[static_cast<std::size_t>(target(shape, axes, i))];
      largest = std::max(largest, x.values<T>()[static_cast<std::size_t>(i)]);
    }
    std::vector<T> y(expected.size());
    const Shape out{static_cast<Index>(y.size())};
    fold(View<T>{y.data(), out}, view<T>(x), axes, [](T a, T b) { return std::max(a, b); });
    EXPECT_EQ(y, expected) << axes;
  }
}

TYPED_TEST(Reduce, AnEmptySumIsZeroAndNothingIsWrittenWhereNothingIsLeft) {
  using T = TypeParam;
  const Tensor empty = Random(3).normal({0, 3}, 0, 1, dtype_of<T>);
  EXPECT_EQ(summed<T>(empty, 1), std::vector<T>(3, T(0)));
  EXPECT_EQ(summed<T>(empty, 2), std::vector<T>());
  EXPECT_EQ(summed<T>(empty, 3), std::vector<T>(1, T(0)));
  const Tensor hollow = Random(3).normal({3, 0}, 0, 1, dtype_of<T>);
  EXPECT_EQ(summed<T>(hollow, 1), std::vector<T>());
  EXPECT_EQ(summed<T>(hollow, 2), std::vector<T>(3, T(0)));
  std::vector<T> nothing;
  const Shape none{0};
  fold(View<T>{nothing.data(), none}, view<T>(hollow), 1, [](T a, T) { return a; });
}

TYPED_TEST(Reduce, AddsInPairsSoThatErrorsGrowWithTheLogarithm) {
  using T = TypeParam;
  constexpr Index n = 1 << 22;
  const T tenth = T(0.1);
  const T total = pairwise_sum<T>(n, [&](Index) { return tenth; });
  const double exact = static_cast<double>(n) * static_cast<double>(tenth);
  EXPECT_NEAR(static_cast<double>(total) / exact, 1, 10 * std::numeric_limits<T>::epsilon());
}

TYPED_TEST(Reduce, SumsAnyNumberOfTerms) {
  using T = TypeParam;
  for (Index n = 0; n < 300; ++n) {
    EXPECT_EQ(pairwise_sum<T>(n, [](Index i) { return static_cast<T>(i); }),
              static_cast<T>(n * (n - 1) / 2))
        << n;
  }
}

TYPED_TEST(Reduce, GivesTheSameBitsOnAnyNumberOfThreads) {
  using T = TypeParam;
  const int before = thread_count();
  const Tensor x = Random(4).normal({61, 67, 71}, 0, 1, dtype_of<T>);
  for (AxisSet axes = 1; axes < 8; ++axes) {
    set_thread_count(1);
    const std::vector<T> one = summed<T>(x, axes);
    set_thread_count(64);
    EXPECT_EQ(summed<T>(x, axes), one) << axes;
  }
  set_thread_count(before);
}

TEST(AroundAxis, NamesTheExtentsOnBothSides) {
  const AroundAxis middle(Shape{2, 3, 4, 5}, 1);
  EXPECT_EQ(middle.outer, 2);
  EXPECT_EQ(middle.n, 3);
  EXPECT_EQ(middle.inner, 20);
}

}  // namespace
}  // namespace autograd::kernels
