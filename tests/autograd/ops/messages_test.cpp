#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "autograd/ops/arithmetic.h"
#include "autograd/ops/elementwise.h"
#include "autograd/ops/index.h"
#include "autograd/ops/linalg.h"
#include "autograd/ops/loss.h"
#include "autograd/ops/reduce.h"
#include "autograd/ops/shape.h"
#include "autograd/tensor/factories.h"
#include "tests/support/message.h"

// What operations say to operands that they cannot take.

namespace autograd {
namespace {

const Tensor matrix = ones({2, 3});
const Tensor cube = ones({2, 3, 4});

Tensor integers(const std::vector<std::int64_t>& numbers) { return tensor(numbers); }

template <class Call>
void expect_message(const Call& call, const std::string& message) {
  EXPECT_EQ(message_of(call), message);
}

TEST(Messages, OfDtypes) {
  const Tensor single = ones({2}, f32), labels = integers({1, 2});
  expect_message([&] { add(single, ones({2})); },
                 "add: dtypes differ: f32 and f64; convert one of them with to(x, f32)");
  expect_message([&] { multiply(ones({2}), labels); },
                 "multiply: dtypes differ: f64 and i64; convert one of them with to(x, f64)");
  expect_message([&] { multiply(labels, single); },
                 "multiply: dtypes differ: i64 and f32; convert one of them with to(x, f32)");
  expect_message([&] { exp(labels); },
                 "exp: expected f32 or f64; got i64; convert with to(x, f64)");
  expect_message([&] { sum(labels); },
                 "sum: expected f32 or f64; got i64; convert with to(x, f64)");
  expect_message([&] { less(single, labels); },
                 "less: dtypes differ: f32 and i64; convert one of them with to(x, f32)");
  expect_message([&] { where(ones({2}), 1, 2); },
                 "where: expected i64 labels or indices; got f64; convert with to(x, i64)");
  expect_message(
      [&] {
        matmul(ones({2, 2}, f32), ones({2, 2}));
      },
      "matmul: dtypes differ: f32 and f64; convert one of them with to(x, f32)");
}

TEST(Messages, OfShapesThatDoNotBroadcast) {
  expect_message([&] { add(matrix, ones({2})); },
                 "add: shapes [2, 3] and [2] do not broadcast: axis -1 is 3 against 2; make them "
                 "equal, or one of them 1");
  expect_message(
      [&] {
        where(integers({1, 0}), matrix, 1);
      },
      "where: shapes [2] and [2, 3] do not broadcast: axis -1 is 2 against 3; make them equal, or "
      "one of them 1");
}

TEST(Messages, OfAxes) {
  expect_message([&] { sum(matrix, {0, -2}); }, "sum: axis 0 is named twice; name each axis once");
  expect_message([&] { sum(matrix, 2); },
                 "sum: axis 2 is out of range for rank 2; expected -2 to 1");
  expect_message(
      [&] {
        mean(zeros({0, 3}), 0);
      },
      "mean: there is nothing along axes 0 of shape [0, 3]; expected at least one "
      "element");
  expect_message(
      [&] {
        max(zeros({0, 3}));
      },
      "max: there is nothing along axes 0, 1 of shape [0, 3]; expected at least one "
      "element");
  expect_message(
      [&] {
        min(zeros({2, 0}), 1);
      },
      "min: there is nothing along axes 1 of shape [2, 0]; expected at least one "
      "element");
  expect_message(
      [&] {
        argmax(zeros({2, 0}));
      },
      "argmax: there is nothing along axes 1 of shape [2, 0]; expected at least one "
      "element");
  expect_message(
      [&] {
        softmax(zeros({2, 0}));
      },
      "softmax: axis 1 of [2, 0] is empty; expected at least one element");
  expect_message(
      [&] {
        logsumexp(zeros({0, 2}), 0);
      },
      "logsumexp: axis 0 of [0, 2] is empty; expected at least one element");
  expect_message([&] { log_softmax(zeros({0})); },
                 "log_softmax: axis 0 of [0] is empty; expected at least one element");
}

TEST(Messages, OfSumTo) {
  expect_message(
      [&] { sum_to(matrix, {2}); },
      "sum_to: [2, 3] is not [2] broadcast; expected a shape that it was broadcast from");
}

TEST(Messages, OfReshape) {
  expect_message(
      [&] {
        reshape(matrix, {4, -1});
      },
      "reshape: the extent -1 in [4, -1] cannot be worked out for [2, 3], which has 6 "
      "elements");
  expect_message(
      [&] {
        reshape(zeros({0, 3}), {0, -1});
      },
      "reshape: the extent -1 in [0, -1] cannot be worked out for [0, 3], which has 0 "
      "elements");
  expect_message(
      [&] {
        reshape(matrix, {-1, 2, -1});
      },
      "reshape: only one extent may be -1; got [-1, 2, -1]");
  expect_message(
      [&] {
        reshape(matrix, {-2, -3});
      },
      "shape: extents must not be negative; got [-2, -3]");
  expect_message([&] { reshape(matrix, {4}); },
                 "reshape: [2, 3] has 6 elements, [4] has 4; expected as many");
}

TEST(Messages, OfShapeChanges) {
  expect_message(
      [&] {
        broadcast_to(matrix, {2, 4});
      },
      "broadcast_to: [2, 3] does not broadcast to [2, 4]; aligned at the last axis, "
      "extents must be equal or 1");
  for (const auto& order : {std::vector<Index>{0}, {0, 0}, {0, 1, 1}}) {
    const std::string words = list(order);
    expect_message(
        [&] {
          order.size() == 1   ? permute(matrix, {0})
          : order.size() == 2 ? permute(matrix, {0, 0})
                              : permute(matrix, {0, 1, 1});
        },
        "permute: the order [" + words + "] does not name each axis of [2, 3] once");
  }
  expect_message([&] { transpose(ones({3})); },
                 "transpose: expected at least two axes; got shape [3]");
  expect_message([&] { squeeze(matrix, 1); }, "squeeze: axis 1 of [2, 3] has extent 3; expected 1");
}

TEST(Messages, OfParts) {
  expect_message([&] { slice(matrix, 1, 2, 4); },
                 "slice: [2, 4) does not lie within axis 1 of shape [2, 3]");
  expect_message([&] { slice(matrix, -1, 2, 1); },
                 "slice: [2, 1) does not lie within axis 1 of shape [2, 3]");
  expect_message([&] { slice(matrix, 0, -3, 1); },
                 "slice: [-3, 1) does not lie within axis 0 of shape [2, 3]");
  expect_message([&] { select(matrix, 1, 3); },
                 "select: index 3 is out of range for axis 1 of shape [2, 3]");
  expect_message([&] { select(matrix, 0, -3); },
                 "select: index -3 is out of range for axis 0 of shape [2, 3]");
}

TEST(Messages, OfIndices) {
  expect_message([&] { pick(matrix, integers({1})); },
                 "pick: expected x [.., n] and indices [..]; got [2, 3] and [1]");
  expect_message(
      [&] {
        pick(matrix, integers({1, 3}));
      },
      "pick: index 3 at place 1 is out of range; expected 0 to 2");
  expect_message([&] { pick(matrix, ones({2})); },
                 "pick: expected i64 labels or indices; got f64; convert with to(x, i64)");
  expect_message(
      [&] {
        index_rows(scalar(1), integers({1, 0}));
      },
      "index_rows: expected x [n, ..] and indices [..]; got a scalar and [2]");
  expect_message(
      [&] {
        index_rows(matrix, integers({0, -1}));
      },
      "index_rows: index -1 at place 1 is out of range; expected 0 to 1");
  expect_message(
      [&] {
        one_hot(integers({0, 5}), 3);
      },
      "one_hot: index 5 at place 1 is out of range; expected 0 to 2");
  expect_message([&] { one_hot(integers({0}), 0); },
                 "one_hot: expected at least one class and f32 or f64; got 0 and f64");
  expect_message([&] { one_hot(integers({0}), 2, i64); },
                 "one_hot: expected at least one class and f32 or f64; got 2 and i64");
}

TEST(Messages, OfProducts) {
  expect_message([&] { matmul(2, matrix); },
                 "matmul: expected vectors or matrices; got [] · [2, 3]; multiply by a scalar with "
                 "*");
  expect_message(
      [&] {
        matmul(matrix, ones({4, 5}));
      },
      "matmul: inner dimensions must agree; got [2, 3] · [4, 5]");
  expect_message(
      [&] {
        matmul(matrix, ones({5, 3}));
      },
      "matmul: inner dimensions must agree; got [2, 3] · [5, 3]; did you mean b "
      "transposed, {.b = true}?");
  expect_message(
      [&] {
        matmul(matrix, ones({2, 5}));
      },
      "matmul: inner dimensions must agree; got [2, 3] · [2, 5]; did you mean a "
      "transposed, {.a = true}?");
  expect_message(
      [&] {
        matmul(matrix, ones({4, 5}), {.a = true, .b = true});
      },
      "matmul: inner dimensions must agree; got [2, 3]ᵀ · [4, 5]ᵀ");
  expect_message(
      [&] {
        matmul(cube, ones({3, 4, 2}));
      },
      "matmul: shapes [2] and [3] do not broadcast: axis -1 is 2 against 3; make them equal, or "
      "one of them 1");
  expect_message(
      [&] {
        linear(matrix, ones({4, 5}), ones({4}));
      },
      "linear: expected x [.., in] and w [out, in]; got [2, 3] and [4, 5]");
  expect_message(
      [&] {
        linear(matrix, ones({4, 5}));
      },
      "linear: expected x [.., in] and w [out, in]; got [2, 3] and [4, 5]");
  expect_message(
      [&] {
        linear(matrix, ones({4, 3}), ones({3}));
      },
      "linear: expected b [4], one for each row of w [4, 3]; got [3]");
}

TEST(Messages, OfLosses) {
  expect_message([&] { cross_entropy(matrix, integers({0})); },
                 "cross_entropy: expected logits [N, classes] and labels [N]; got [2, 3] and [1]");
  expect_message(
      [&] {
        cross_entropy(matrix, integers({0, 3}));
      },
      "cross_entropy: label 3 of sample 1 is no class; expected 0 to 2");
  expect_message(
      [&] {
        cross_entropy(matrix, integers({-1, 0}));
      },
      "cross_entropy: label -1 of sample 0 is no class; expected 0 to 2");
  expect_message([&] { cross_entropy(matrix, ones({2})); },
                 "cross_entropy: expected i64 labels or indices; got f64; convert with to(x, i64)");
  expect_message(
      [&] {
        cross_entropy_with_probabilities(matrix, ones({2, 2}));
      },
      "cross_entropy: expected logits and targets [N, classes]; got [2, 3] and [2, 2]");
}

}  // namespace
}  // namespace autograd
