#include "autograd/ops/slice.h"

#include "autograd/ops/shape.h"
#include "tests/autograd/ops/expect.h"
#include "tests/support/message.h"

namespace autograd {
namespace {

const Tensor six = arange(6);

TEST(Slice, TakesAStretch) {
  expect_tensor(slice(six, 0, 1, 4), {3}, {1, 2, 3});
  expect_tensor(slice(six, 0, -2, 6), {2}, {4, 5});
  expect_tensor(slice(reshape(six, {2, 3}), 1, 1, 3), {2, 2}, {1, 2, 4, 5});
  expect_tensor(slice(six, 0, 2, 2), {0}, {});
}

TEST(Slice, OfRowsSharesStorage) {
  const Tensor x = reshape(six, {3, 2});
  const Tensor y = slice(x, 0, 1, 3);
  EXPECT_EQ(y.data(), static_cast<const double*>(x.data()) + 2);
  const Tensor row = reshape(six, {1, 3, 2});
  const Tensor part = slice(row, 1, 1, 3);
  EXPECT_EQ(part.data(), static_cast<const double*>(row.data()) + 2);
  EXPECT_EQ(part.shape(), (Shape{1, 2, 2}));
}

TEST(Slice, WalksInSteps) {
  expect_tensor(slice(six, 0, 0, 6, 2), {3}, {0, 2, 4});
  expect_tensor(slice(six, 0, 0, 5, 4), {2}, {0, 4});
  expect_tensor(slice(six, 0, 0, 6, 100), {1}, {0});
  expect_tensor(slice(reshape(six, {2, 3}), 1, 0, 3, 2), {2, 2}, {0, 2, 3, 5});
}

TEST(Slice, ANegativeStepWalksTheSameStretchBackwards) {
  expect_tensor(slice(six, 0, 0, 5, -2), {3}, {4, 2, 0});
  expect_tensor(slice(six, 0, 0, 6, -1), {6}, {5, 4, 3, 2, 1, 0});
  expect_tensor(slice(six, 0, 1, 4, -3), {1}, {3});
  expect_tensor(slice(six, 0, 2, 2, -1), {0}, {});
}

TEST(Slice, PullsBackToWhereItWasTaken) {
  const auto f = [](const Tensor& x) { return slice(x, 1, 0, 3, -2); };
  expect_tensor(pulled_counting(reshape(six, {2, 3}), f), {2, 3}, {2, 0, 1, 4, 0, 3});
}

TEST(Slice, TakesIndicesToo) {
  expect_tensor(slice(integers({7, 8, 9}), 0, 1, 3), {2}, {8, 9});
  EXPECT_EQ(slice(integers({7, 8, 9}), 0, 0, 3, 2).dtype(), i64);
}

TEST(Slice, RefusesBoundsBeyondTheAxis) {
  EXPECT_EQ(message_of([] { slice(six, 0, 2, 7); }),
            "slice: [2, 7) does not lie within axis 0 of shape [6]");
  EXPECT_EQ(message_of([] { slice(six, 0, 0, 6, 0); }),
            "slice: the step is 0; expected 1 or more, or a negative one");
}

TEST(Select, TakesOneElement) {
  expect_tensor(select(reshape(six, {2, 3}), 1, -1), {2}, {2, 5});
  EXPECT_EQ(message_of([] { select(six, 0, 6); }),
            "select: index 6 is out of range for axis 0 of shape [6]");
}

TEST(Split, CutsIntoPartsOfTheSizes) {
  const auto [first, rest] = split(reshape(six, {2, 3}), {1, 2}, 1);
  expect_tensor(first, {2, 1}, {0, 3});
  expect_tensor(rest, {2, 2}, {1, 2, 4, 5});
  const std::vector<Index> sizes{4, 0, 2};
  const auto parts = split(six, sizes);
  ASSERT_EQ(parts.size(), 3u);
  expect_tensor(parts[1], {0}, {});
  expect_tensor(parts[2], {2}, {4, 5});
}

TEST(Split, RefusesSizesThatDoNotAddUp) {
  EXPECT_EQ(message_of([] {
              split(six, {2, 3});
            }),
            "split: sizes [2, 3] do not add up to the 6 elements along axis 0 of shape [6]");
  EXPECT_EQ(message_of([] {
              split(six, {-1, 7});
            }),
            "split: sizes [-1, 7] do not add up to the 6 elements along axis 0 of shape [6]");
}

TEST(Chunk, MakesPartsAsEqualAsCanBe) {
  const auto parts = chunk(six, 4);
  ASSERT_EQ(parts.size(), 4u);
  expect_tensor(parts[0], {2}, {0, 1});
  expect_tensor(parts[1], {2}, {2, 3});
  expect_tensor(parts[3], {1}, {5});
  EXPECT_EQ(message_of([] { chunk(six, 7); }),
            "chunk: expected 1 to 6 parts along axis 0 of shape [6]; got 7");
}

TEST(Unstack, TakesApartWhatStackPutsTogether) {
  const auto columns = unstack(reshape(six, {2, 3}), 1);
  ASSERT_EQ(columns.size(), 3u);
  expect_tensor(columns[0], {2}, {0, 3});
  expect_tensor(columns[2], {2}, {2, 5});
  EXPECT_TRUE(unstack(zeros({0, 2})).empty());
  EXPECT_EQ(message_of([] { unstack(six, 1); }),
            "unstack: axis 1 is out of range for rank 1; expected -1 to 0");
}

TEST(Flip, ReversesTheAxesNamed) {
  const Tensor x = reshape(six, {2, 3});
  expect_tensor(flip(x), {2, 3}, {5, 4, 3, 2, 1, 0});
  expect_tensor(flip(x, 0), {2, 3}, {3, 4, 5, 0, 1, 2});
  expect_tensor(flip(x, -1), {2, 3}, {2, 1, 0, 5, 4, 3});
}

TEST(Roll, MovesOnAndComesInAtTheBeginning) {
  expect_tensor(roll(six, 2, 0), {6}, {4, 5, 0, 1, 2, 3});
  expect_tensor(roll(six, -7, 0), {6}, {1, 2, 3, 4, 5, 0});
  expect_tensor(roll(reshape(six, {2, 3}), 1, 1), {2, 3}, {2, 0, 1, 5, 3, 4});
  expect_tensor(roll(zeros({0, 2}), 1, 0), {0, 2}, {});
  const auto f = [](const Tensor& x) { return roll(x, 2, 0); };
  expect_tensor(pulled_counting(six, f), {6}, {3, 4, 5, 6, 1, 2});
}

TEST(Pad, PutsAValueAround) {
  expect_tensor(pad(tensor({1, 2}), {{1, 2}}, 7), {5}, {7, 1, 2, 7, 7});
  expect_tensor(pad(tensor({{1, 2}}), {{0, 1}, {1, 0}}), {2, 3}, {0, 1, 2, 0, 0, 0});
  const auto f = [](const Tensor& x) { return pad(x, {{1, 2}}, 7); };
  expect_tensor(pulled_counting(tensor({1, 2}), f), {2}, {2, 3});
}

TEST(Pad, RefusesWhatDoesNotFitTheAxes) {
  EXPECT_EQ(message_of([] {
              pad(six, {{1, 1}, {0, 0}});
            }),
            "pad: expected before and after for each of the 1 axes of shape [6]; got 2 of them");
  EXPECT_EQ(message_of([] {
              pad(six, {{-1, 1}});
            }),
            "pad: expected no negative padding; got -1 and 1 for axis 0; take parts away with "
            "slice");
}

}  // namespace
}  // namespace autograd
