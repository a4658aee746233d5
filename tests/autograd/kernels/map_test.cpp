#include "autograd/kernels/map.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <vector>

#include "autograd/tensor/factories.h"
#include "autograd/tensor/parallel.h"
#include "autograd/tensor/random.h"
#include "autograd/tensor/tensor.h"

namespace autograd::kernels {
namespace {

View<const double> view(const Tensor& x) { return {x.values<double>().data(), x.shape()}; }

// Where the element of y at `place` comes from in an operand of shape x, index by index.
Index source(const Shape& y, const Shape& x, Index place) {
  Index offset = 0;
  Index stride = 1;
  for (int axis = y.rank() - 1; axis >= 0; --axis) {
    const Index at = place % y[axis];
    place /= y[axis];
    const int own = axis - (y.rank() - x.rank());
    if (own < 0) continue;
    if (x[own] != 1) offset += at * stride;
    stride *= x[own];
  }
  return offset;
}

double number(const Tensor& x, const Shape& y, Index place) {
  return x.values<double>()[static_cast<std::size_t>(source(y, x.shape(), place))];
}

struct Pair {
  Shape a, b;
};

const Pair pairs[] = {{{}, {}},
                      {{3}, {}},
                      {{}, {2, 3}},
                      {{4}, {4}},
                      {{2, 3}, {3}},
                      {{2, 1}, {1, 3}},
                      {{2, 1, 3}, {4, 1}},
                      {{2, 3, 1, 5}, {3, 4, 5}},
                      {{1, 1, 1}, {2, 2, 2}},
                      {{2, 1, 2, 1, 2}, {1, 3, 1, 3, 1}},
                      {{2, 3, 4, 5}, {4, 5}},
                      {{2, 3, 4, 5}, {2, 3, 1, 1}},
                      {{1, 3, 1, 5}, {2, 1, 4, 1}},
                      {{0, 3}, {3}},
                      {{3, 1}, {1, 0}},
                      {{300, 200}, {200}},
                      {{300, 1}, {1, 200}},
                      {{40000}, {1}},
                      {{40000, 1}, {2}},
                      {{2}, {40000, 1}}};

TEST(Map, BroadcastsTwoOperandsAsIndexByIndex) {
  Random random(1);
  for (const Pair& shapes : pairs) {
    const Shape out = broadcast("test", shapes.a, shapes.b);
    const Tensor a = random.normal(shapes.a), b = random.normal(shapes.b);
    const Tensor y = Tensor::build<double>(out, [&](std::span<double> numbers) {
      map([](double v, double w) { return v - 2 * w; }, View<double>{numbers.data(), out}, view(a),
          view(b));
    });
    for (Index i = 0; i < out.size(); ++i) {
      ASSERT_EQ(y.values<double>()[static_cast<std::size_t>(i)],
                number(a, out, i) - 2 * number(b, out, i))
          << to_string(shapes.a) << ' ' << to_string(shapes.b) << " at " << i;
    }
  }
}

TEST(Map, BroadcastsOneOperandToALargerShape) {
  const Tensor column = tensor(std::vector<double>{4, 5}, {2, 1});
  const Tensor x = tensor({1, 2, 3});
  const Shape out{2, 3};
  std::vector<double> y(6);
  map([](double v) { return 10 * v; }, View<double>{y.data(), out}, view(x));
  EXPECT_EQ(y, (std::vector<double>{10, 20, 30, 10, 20, 30}));
  map([](double v) { return v; }, View<double>{y.data(), out}, view(column));
  EXPECT_EQ(y, (std::vector<double>{4, 4, 4, 5, 5, 5}));
}

TEST(Map, BroadcastsThreeAndFourOperands) {
  Random random(2);
  const Shape out{3, 2, 4};
  const Tensor a = random.normal({3, 1, 4}), b = random.normal({2, 1}), c = random.normal({4}),
               d = random.normal({});
  std::vector<double> y(24);
  map([](double p, double q, double r) { return p + 2 * q + 3 * r; }, View<double>{y.data(), out},
      view(a), view(b), view(c));
  for (Index i = 0; i < 24; ++i) {
    EXPECT_EQ(y[static_cast<std::size_t>(i)],
              number(a, out, i) + 2 * number(b, out, i) + 3 * number(c, out, i));
  }
  map([](double p, double q, double r, double s) { return p + 2 * q + 3 * r + 4 * s; },
      View<double>{y.data(), out}, view(a), view(b), view(c), view(d));
  for (Index i = 0; i < 24; ++i) {
    EXPECT_EQ(y[static_cast<std::size_t>(i)], number(a, out, i) + 2 * number(b, out, i) +
                                                  3 * number(c, out, i) + 4 * number(d, out, i));
  }
}

TEST(Map, BoilsShapesDownToAsFewAxesAsMoveAlike) {
  const Shape out{2, 3, 4, 5}, bias{4, 5}, column{2, 3, 1, 1}, same{2, 3, 4, 5}, one{};
  const BroadcastPlan<2> alike(out, {&same, &same});
  EXPECT_EQ(alike.row(), 120);
  EXPECT_EQ(alike.rows(), 1);
  const BroadcastPlan<2> biased(out, {&same, &bias});
  EXPECT_EQ(biased.row(), 20);
  EXPECT_EQ(biased.rows(), 6);
  EXPECT_EQ(biased.beginning(5).offsets, (std::array<Index, 2>{100, 0}));
  const BroadcastPlan<2> columned(out, {&same, &column});
  EXPECT_EQ(columned.row(), 20);
  EXPECT_EQ(columned.within_row(0), 1);
  EXPECT_EQ(columned.within_row(1), 0);
  EXPECT_EQ(columned.beginning(5).offsets, (std::array<Index, 2>{100, 5}));
  const BroadcastPlan<1> still(out, {&one});
  EXPECT_EQ(still.row(), 120);
  EXPECT_EQ(still.within_row(0), 0);
}

TEST(Map, WalksFromRowToRowAsIfItBeganAtEach) {
  const Shape out{3, 1, 4, 5, 2}, a{3, 1, 4, 1, 2}, b{4, 5, 1};
  const BroadcastPlan<2> plan(out, {&a, &b});
  auto place = plan.beginning(0);
  for (Index row = 0; row < plan.rows(); ++row, plan.advance(place)) {
    EXPECT_EQ(place.offsets, plan.beginning(row).offsets) << row;
  }
  EXPECT_EQ(place.offsets, plan.beginning(0).offsets);
}

TEST(Map, WalksShapesOfTheLargestRank) {
  std::vector<Index> a(Shape::largest_rank, 1), b(Shape::largest_rank, 1);
  for (std::size_t axis = 0; axis < 16; ++axis) (axis % 2 == 0 ? a : b)[axis * 2] = 2;
  const Shape left{std::span<const Index>(a)}, right{std::span<const Index>(b)};
  const Shape out = broadcast("test", left, right);
  const Tensor x = Random(3).normal(left), w = Random(4).normal(right);
  std::vector<double> y(static_cast<std::size_t>(out.size()));
  map([](double v, double u) { return v * u; }, View<double>{y.data(), out}, view(x), view(w));
  for (Index i = 0; i < out.size(); ++i) {
    ASSERT_EQ(y[static_cast<std::size_t>(i)], number(x, out, i) * number(w, out, i));
  }
}

struct TimesSmall {
  double operator()(double x, double w) const { return x < 100 ? x * w : NAN; }
  double again(double x, double w) const { return -x * w; }
};

TEST(Map, AsksAgainWhereTheFirstFormGivesNaN) {
  for (const Index n : {1, 7, 255, 256, 257, 1000}) {
    const Tensor x = arange(n), moving = full({n}, 3), still = tensor({3});
    for (const Tensor& other : {moving, still}) {
      std::vector<double> y(static_cast<std::size_t>(n));
      map<true>(TimesSmall{}, View<double>{y.data(), x.shape()}, view(x), view(other));
      for (Index i = 0; i < n; ++i) {
        const auto at = static_cast<double>(i);
        EXPECT_EQ(y[static_cast<std::size_t>(i)], i < 100 ? 3 * at : -3 * at) << n;
      }
    }
  }
}

TEST(Map, AsksAgainForWhatStoodInTheResultBefore) {
  std::vector<double> y(600);
  for (std::size_t i = 0; i < y.size(); ++i) y[i] = static_cast<double>(i);
  const Shape shape{600};
  map<true>(TimesSmall{}, View<double>{y.data(), shape}, View<const double>{y.data(), shape},
            view(tensor({2})));
  for (std::size_t i = 0; i < y.size(); ++i) {
    EXPECT_EQ(y[i], static_cast<double>(i) * (i < 100 ? 2 : -2));
  }
}

TEST(Map, GivesTheSameBitsOnAnyNumberOfThreads) {
  const int before = thread_count();
  const Tensor a = Random(5).normal({301, 1, 203}), b = Random(6).normal({3, 1});
  const Shape out{301, 3, 203};
  std::vector<double> first;
  for (const int threads : {1, 2, 64}) {
    set_thread_count(threads);
    std::vector<double> y(static_cast<std::size_t>(out.size()));
    map([](double v, double w) { return v * w; }, View<double>{y.data(), out}, view(a), view(b));
    if (first.empty()) first = y;
    EXPECT_EQ(y, first) << threads;
  }
  set_thread_count(before);
}

}  // namespace
}  // namespace autograd::kernels
