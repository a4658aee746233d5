#include "autograd/ops/index.h"

#include "autograd/ops/shape.h"
#include "tests/autograd/ops/expect.h"
#include "tests/support/message.h"

namespace autograd {
namespace {

TEST(Pick, TakesOneElementOfEachRow) {
  expect_tensor(pick(tensor({{1, 2, 3}, {4, 5, 6}}), integers({2, 0})), {2}, {3, 4});
  EXPECT_EQ(message_of([] {
              pick(zeros({2, 3}), integers({0, 3}));
            }),
            "pick: index 3 at place 1 is out of range; expected 0 to 2");
  EXPECT_EQ(message_of([] {
              pick(zeros({2, 3}), tensor({0, 3}));
            }),
            "pick: expected i64 labels or indices; got f64; convert with to(x, i64)");
}

TEST(IndexRows, TakesRowsForIndicesOfAnyRank) {
  const Tensor table = tensor({{1, 2}, {3, 4}, {5, 6}});
  expect_tensor(index_rows(table, integers({2, 0, 2})), {3, 2}, {5, 6, 1, 2, 5, 6});
  expect_tensor(index_rows(table, integers({0, 1, 1, 2}, {2, 2})), {2, 2, 2},
                {1, 2, 3, 4, 3, 4, 5, 6});
  expect_tensor(index_rows(table, integers({1}, {})), {2}, {3, 4});
  EXPECT_EQ(index_rows(table, integers({}, {0})).shape(), (Shape{0, 2}));
}

TEST(IndexRows, AddsTheAdjointsOfRowsTakenTwice) {
  const auto f = [](const Tensor& x) { return index_rows(x, integers({0, 1, 1, 0}, {2, 2})); };
  expect_tensor(pulled_counting(zeros({3, 2}), f), {3, 2}, {8, 10, 8, 10, 0, 0});
}

TEST(IndexRows, NamesTheIndexAndItsPlace) {
  EXPECT_EQ(message_of([] {
              index_rows(zeros({3, 2}), integers({0, 1, 2, 5}, {2, 2}));
            }),
            "index_rows: index 5 at place [1, 1] is out of range; expected 0 to 2");
  EXPECT_EQ(message_of([] {
              index_rows(zeros({3, 2}), integers({-1}));
            }),
            "index_rows: index -1 at place 0 is out of range; expected 0 to 2");
  EXPECT_EQ(message_of([] {
              index_rows(zeros({0, 2}), integers({0}));
            }),
            "index_rows: index 0 at place 0 is out of range; there is nothing to choose from");
  EXPECT_EQ(message_of([] { index_rows(scalar(1), integers({0})); }),
            "index_rows: expected x [n, ..] and indices [..]; got a scalar and [1]");
}

TEST(Gather, TakesSlicesAlongAnyAxis) {
  const Tensor x = tensor({{1, 2, 3}, {4, 5, 6}});
  expect_tensor(gather(x, integers({2, 0}), 1), {2, 2}, {3, 1, 6, 4});
  expect_tensor(gather(x, integers({0, 1, 1, 1}, {2, 2}), -1), {2, 2, 2}, {1, 2, 2, 2, 4, 5, 5, 5});
  const auto f = [](const Tensor& u) { return gather(u, integers({2, 2}), 1); };
  expect_tensor(pulled_counting(x, f), {2, 3}, {0, 0, 3, 0, 0, 7});
  EXPECT_EQ(message_of([&] { gather(x, integers({3}), 1); }),
            "gather: index 3 at place 0 is out of range; expected 0 to 2");
}

TEST(ScatterAdd, AddsSlicesWhereGatherTakesThem) {
  const Tensor x = tensor({{1, 2}, {3, 4}, {5, 6}});
  const Tensor u = tensor({{10, 20}, {30, 40}, {50, 60}});
  expect_tensor(scatter_add(x, integers({2, 0, 2}), u), {3, 2}, {31, 42, 3, 4, 65, 86});
  expect_tensor(scatter_add(x, integers({1}), ones({3, 1}), 1), {3, 2}, {1, 3, 3, 5, 5, 7});
  const auto f = [&](const Tensor& v) { return scatter_add(x, integers({2, 0, 2}), v); };
  expect_tensor(pulled_counting(u, f), {3, 2}, {5, 6, 1, 2, 5, 6});
  EXPECT_EQ(message_of([&] { scatter_add(x, integers({0}), u); }),
            "scatter_add: expected updates [1, 2] for x [3, 2] and indices [1]; got [3, 2]");
  EXPECT_EQ(message_of([&] {
              scatter_add(x, integers({0, 3, 1}), u);
            }),
            "scatter_add: index 3 at place 1 is out of range; expected 0 to 2");
}

TEST(TakeAlongAxis, TakesByAnIndexForEachElement) {
  const Tensor x = tensor({{1, 2, 3}, {4, 5, 6}});
  expect_tensor(take_along_axis(x, integers({2, 0, 1, 1}, {2, 2})), {2, 2}, {3, 1, 5, 5});
  expect_tensor(take_along_axis(x, integers({1, 0, 1}, {1, 3}), 0), {1, 3}, {4, 2, 6});
  const auto f = [](const Tensor& u) { return take_along_axis(u, integers({2, 0, 1, 1}, {2, 2})); };
  expect_tensor(pulled_counting(x, f), {2, 3}, {2, 0, 1, 0, 7, 0});
  EXPECT_EQ(message_of([&] {
              take_along_axis(x, integers({0, 3, 0, 0}, {2, 2}));
            }),
            "take_along_axis: index 3 at place [0, 1] is out of range; expected 0 to 2");
  EXPECT_EQ(message_of([&] {
              take_along_axis(x, integers({0, 1}));
            }),
            "take_along_axis: expected x and indices of equal extents but along axis 1; got [2, 3] "
            "and [2]");
}

TEST(OneHot, RefusesALabelThatIsNoClass) {
  expect_tensor(one_hot(integers({1, 0}), 3), {2, 3}, {0, 1, 0, 1, 0, 0});
  EXPECT_EQ(message_of([] {
              one_hot(integers({1, 3}), 3);
            }),
            "one_hot: index 3 at place 1 is out of range; expected 0 to 2");
}

}  // namespace
}  // namespace autograd
