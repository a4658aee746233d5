#include "autograd/ops/join.h"

#include "autograd/ops/shape.h"
#include "autograd/ops/slice.h"
#include "tests/autograd/ops/expect.h"
#include "tests/support/message.h"

namespace autograd {
namespace {

TEST(Concatenate, PutsTensorsOneAfterAnother) {
  const Tensor a = tensor({{1, 2}, {3, 4}}), b = reshape(tensor({5, 6}), {2, 1});
  expect_tensor(concatenate({a, b}, 1), {2, 3}, {1, 2, 5, 3, 4, 6});
  expect_tensor(concatenate({a, a}), {4, 2}, {1, 2, 3, 4, 1, 2, 3, 4});
  expect_tensor(concatenate({integers({1}), integers({2, 3})}), {3}, {1, 2, 3});
  expect_tensor(concatenate({zeros({0}), tensor({1})}), {1}, {1});
}

TEST(Concatenate, PullsBackToEachInput) {
  Tape tape;
  const Tensor a = tape.watch(tensor({{1, 2}, {3, 4}})),
               b = tape.watch(reshape(tensor({5, 6}), {2, 1}));
  const Tensor y = concatenate({a, b, a}, 1);
  const Gradients g = tape.gradient(y, reshape(arange(10), {2, 5}));
  expect_tensor(g[a], {2, 2}, {3, 5, 13, 15});
  expect_tensor(g[b], {2, 1}, {2, 7});
}

TEST(Concatenate, OfMoreThanThirtyTensorsIsRecordedAsOneOperation) {
  Tape tape;
  const Tensor x = tape.watch(arange(100));
  const std::vector<Tensor> parts = chunk(x, 100);
  const std::size_t before = tape.size();
  const Tensor y = concatenate(parts);
  EXPECT_EQ(tape.size(), before + 1);
  expect_tensor(tape.gradient(y, arange(100))[x], {100}, to_vector(arange(100)));
}

TEST(Concatenate, KeepsNoValues) {
  Tape tape;
  const Tensor x = tape.watch(arange(3));
  const Tensor y = concatenate({x + x, x - x});
  EXPECT_EQ(tape.table().find("yes", tape.table().find("add")), std::string::npos);
}

TEST(Concatenate, SaysWhatDoesNotFit) {
  EXPECT_EQ(message_of([] {
              concatenate({zeros({2, 3}), zeros({2, 3}), zeros({3, 3})}, 1);
            }),
            "concatenate: the shapes must agree but along axis 1; got [2, 3] and [3, 3] as number "
            "2");
  EXPECT_EQ(message_of([] { concatenate({}); }),
            "concatenate: expected at least one tensor; got none");
  EXPECT_EQ(message_of([] {
              concatenate({zeros({2}), zeros({2}, f32)});
            }),
            "concatenate: dtypes differ: f64 and f32; convert one of them with to(x, f64)");
}

TEST(Stack, PutsSlicesAlongANewAxis) {
  const Tensor a = tensor({1, 2}), b = tensor({3, 4});
  expect_tensor(stack({a, b}), {2, 2}, {1, 2, 3, 4});
  expect_tensor(stack({a, b}, -1), {2, 2}, {1, 3, 2, 4});
  expect_tensor(stack({scalar(1), scalar(2)}), {2}, {1, 2});
  EXPECT_EQ(message_of([&] {
              stack({a, zeros({3})});
            }),
            "stack: expected tensors of one shape; got [2] and [3] as number 1");
}

TEST(Tile, RepeatsTheWhole) {
  expect_tensor(tile(tensor({1, 2}), {3}), {6}, {1, 2, 1, 2, 1, 2});
  expect_tensor(tile(tensor({{1, 2}, {3, 4}}), {2, 2}), {4, 4},
                {1, 2, 1, 2, 3, 4, 3, 4, 1, 2, 1, 2, 3, 4, 3, 4});
  expect_tensor(tile(tensor({1, 2}), {0}), {0}, {});
  const auto f = [](const Tensor& x) { return tile(x, {3}); };
  expect_tensor(pulled_counting(tensor({1, 2}), f), {2}, {9, 12});
  EXPECT_EQ(message_of([] {
              tile(tensor({1, 2}), {2, 2});
            }),
            "tile: expected a count for each of the 1 axes of shape [2]; got 2");
  EXPECT_EQ(message_of([] {
              tile(tensor({1, 2}), {-2});
            }),
            "tile: expected a count of 0 or more; got -2");
}

TEST(Repeat, RepeatsEachElement) {
  expect_tensor(repeat(tensor({1, 2}), 2, 0), {4}, {1, 1, 2, 2});
  expect_tensor(repeat(tensor({{1, 2}, {3, 4}}), 2, 1), {2, 4}, {1, 1, 2, 2, 3, 3, 4, 4});
  const auto f = [](const Tensor& x) { return repeat(x, 2, 0); };
  expect_tensor(pulled_counting(tensor({1, 2}), f), {2}, {3, 7});
}

}  // namespace
}  // namespace autograd
