#include "autograd/ops/shape.h"

#include "tests/autograd/ops/expect.h"
#include "tests/support/message.h"

namespace autograd {
namespace {

TEST(Flatten, JoinsTheAxesNamed) {
  const Tensor x = reshape(arange(24), {2, 3, 4});
  EXPECT_EQ(flatten(x).shape(), (Shape{24}));
  EXPECT_EQ(flatten(x, 1).shape(), (Shape{2, 12}));
  EXPECT_EQ(flatten(x, 0, 1).shape(), (Shape{6, 4}));
  EXPECT_EQ(flatten(x, -2, -2).shape(), (Shape{2, 3, 4}));
  EXPECT_EQ(flatten(scalar(5)).shape(), (Shape{1}));
  EXPECT_TRUE(flatten(x).same_storage(x));
}

TEST(Flatten, RefusesAxesThatAreNone) {
  const Tensor x = zeros({2, 3, 4});
  EXPECT_EQ(message_of([&] { flatten(x, 2, 1); }),
            "flatten: axes 2 to 1 of shape [2, 3, 4] are none; expected the first one first");
  EXPECT_EQ(message_of([&] { flatten(x, 3); }),
            "flatten: axis 3 is out of range for rank 3; expected -3 to 2");
}

TEST(Expand, LeavesAxesOfMinusOneAsTheyAre) {
  expect_tensor(expand(reshape(tensor({1, 2}), {2, 1}), {-1, 3}), {2, 3}, {1, 1, 1, 2, 2, 2});
  expect_tensor(expand(tensor({1, 2}), {2, -1}), {2, 2}, {1, 2, 1, 2});
  expect_tensor(pulled_counting(reshape(tensor({1, 2}), {2, 1}),
                                [](const Tensor& x) {
                                  return expand(x, {-1, 3});
                                }),
                {2, 1}, {6, 15});
}

TEST(Expand, RefusesMinusOneForANewAxis) {
  EXPECT_EQ(message_of([] {
              expand(tensor({1, 2}), {-1, 2});
            }),
            "expand: the extent -1 in [-1, 2] stands for no axis of shape [2]; give the extents of "
            "new axes");
  EXPECT_EQ(
      message_of([] {
        expand(tensor({1, 2}), {3});
      }),
      "broadcast_to: [2] does not broadcast to [3]; aligned at the last axis, extents must be "
      "equal or 1");
}

TEST(Squeeze, WithoutAnAxisTakesOutAllOfExtentOne) {
  EXPECT_EQ(squeeze(zeros({1, 3, 1, 2})).shape(), (Shape{3, 2}));
  EXPECT_EQ(squeeze(zeros({1, 1})).shape(), Shape{});
}

TEST(Permute, MovesIndicesToo) {
  expect_tensor(transpose(integers({1, 2, 3, 4, 5, 6}, {2, 3})), {3, 2}, {1, 4, 2, 5, 3, 6});
}

}  // namespace
}  // namespace autograd
