#include "autograd/ops/linalg.h"

#include "autograd/ops/matrix.h"
#include "autograd/ops/shape.h"
#include "tests/autograd/ops/expect.h"
#include "tests/support/message.h"

namespace autograd {
namespace {

const Tensor m = tensor({{1, 2, 3}, {4, 5, 6}});

TEST(MatMul, SaysWhichInnerDimensionsDiffer) {
  EXPECT_EQ(message_of([] { matmul(m, m); }),
            "matmul: inner dimensions must agree; got [2, 3] · [2, 3]; did you mean b transposed, "
            "{.b = true}?");
  EXPECT_EQ(message_of([] {
              matmul(tensor({1, 2, 3}), m);
            }),
            "matmul: inner dimensions must agree; got [3] · [2, 3]");
  EXPECT_EQ(message_of([] {
              matmul(m, tensor({1, 2}));
            }),
            "matmul: inner dimensions must agree; got [2, 3] · [2]");
  EXPECT_EQ(message_of([] { matmul(scalar(1), m); }),
            "matmul: expected vectors or matrices; got [] · [2, 3]; multiply by a scalar with *");
}

TEST(MatMul, OfVectorsAndMatrices) {
  expect_tensor(matmul(tensor({1, 2}), m), {3}, {9, 12, 15});
  expect_tensor(matmul(m, tensor({1, 0, 2})), {2}, {7, 16});
  expect_tensor(matmul(m, tensor({1, 2}), {.a = true}), {3}, {9, 12, 15});
  expect_tensor(matmul(tensor({1, 2}), tensor({3, 4})), {}, {11});
}

// The adjoint of a weight that a batch shares, without ever holding one for each of the batch.
TEST(MatMul, SumsTheAdjointOfASharedOperandAsItIsComputed) {
  Tape outer;  // records what the gradient is made of
  const Tensor w = outer.watch(ones({2, 3})), x = outer.watch(ones({5, 3, 4}));
  Tape inner;
  const Tensor v = inner.watch(w);
  const Gradients g = inner.gradient(sum(matmul(v, x)));
  EXPECT_EQ(g[v].shape(), (Shape{2, 3}));
  EXPECT_NE(outer.table().find("summed_matmul"), std::string::npos);
}

TEST(Outer, MultipliesEachByEach) {
  expect_tensor(outer(tensor({1, 2}), tensor({3, 4, 5})), {2, 3}, {3, 4, 5, 6, 8, 10});
  EXPECT_EQ(message_of([] { outer(m, m); }),
            "outer: expected two vectors; got [2, 3] and [2, 3]; flatten makes a vector");
}

TEST(Dot, IsTheSumOfTheProducts) {
  expect_tensor(dot(tensor({1, 2}), tensor({3, 4})), {}, {11});
  EXPECT_EQ(message_of([] {
              dot(tensor({1, 2}), tensor({3}));
            }),
            "dot: expected vectors of one length; got [2] and [1]");
}

TEST(Diagonal, ReadsAnyDiagonalOfAnyMatrix) {
  expect_tensor(diagonal(m), {2}, {1, 5});
  expect_tensor(diagonal(m, 1), {2}, {2, 6});
  expect_tensor(diagonal(m, 2), {1}, {3});
  expect_tensor(diagonal(m, -1), {1}, {4});
  expect_tensor(diagonal(m, 3), {0}, {});
  expect_tensor(diagonal(m, -7), {0}, {});
  expect_tensor(trace(m), {}, {6});
  expect_tensor(pulled_counting(m, [](const Tensor& x) { return diagonal(x, 1); }), {2, 3},
                {0, 1, 0, 0, 0, 2});
  EXPECT_EQ(message_of([] { trace(tensor({1})); }),
            "trace: expected a matrix [.., m, n]; got shape [1]");
}

TEST(Diag, PutsAVectorOnADiagonal) {
  expect_tensor(diag(tensor({1, 2})), {2, 2}, {1, 0, 0, 2});
  expect_tensor(diag(tensor({1, 2}), 1), {3, 3}, {0, 1, 0, 0, 0, 2, 0, 0, 0});
  expect_tensor(diag(tensor({1}), -1), {2, 2}, {0, 0, 1, 0});
  EXPECT_EQ(message_of([] { diag(scalar(1)); }), "diag: expected a vector [.., k]; got a scalar");
}

TEST(Triangle, KeepsOneSideOfADiagonal) {
  const Tensor x = reshape(arange(9) + 1, {3, 3});
  expect_tensor(tril(x), {3, 3}, {1, 0, 0, 4, 5, 0, 7, 8, 9});
  expect_tensor(tril(x, 1), {3, 3}, {1, 2, 0, 4, 5, 6, 7, 8, 9});
  expect_tensor(triu(x, 1), {3, 3}, {0, 2, 3, 0, 0, 6, 0, 0, 0});
  expect_tensor(triu(m, -1), {2, 3}, {1, 2, 3, 4, 5, 6});
}

TEST(PackedTriangle, HoldsTheElementsRowByRow) {
  const Tensor x = reshape(arange(9) + 1, {3, 3});
  expect_tensor(pack_tril(x), {6}, {1, 4, 5, 7, 8, 9});
  expect_tensor(pack_tril(x, -1), {3}, {4, 7, 8});
  expect_tensor(pack_triu(x), {6}, {1, 2, 3, 5, 6, 9});
  expect_tensor(pack_triu(x, -900), {9}, {1, 2, 3, 4, 5, 6, 7, 8, 9});
  expect_tensor(pack_triu(m, 1), {3}, {2, 3, 6});
  expect_tensor(pack_tril(m, -2), {0}, {});
  EXPECT_EQ(message_of([] { pack_tril(tensor({1})); }),
            "pack_tril: expected a matrix [.., m, n]; got shape [1]");
}

TEST(PackedTriangle, IsPutBackIntoSquareMatrices) {
  const Tensor v = tensor({{1, 2, 3}, {4, 5, 6}});
  expect_tensor(unpack_tril(v), {2, 2, 2}, {1, 0, 2, 3, 4, 0, 5, 6});
  expect_tensor(unpack_triu(v), {2, 2, 2}, {1, 2, 0, 3, 4, 5, 0, 6});
  expect_tensor(unpack_triu(tensor({1, 2, 3}), 1), {3, 3}, {0, 1, 2, 0, 0, 3, 0, 0, 0});
  // Column by column below the diagonal is row by row above it, transposed.
  expect_tensor(transpose(unpack_triu(tensor({1, 2, 3}), 1)), {3, 3}, {0, 0, 0, 1, 0, 0, 2, 3, 0});
  expect_tensor(unpack_tril(zeros({0}), -1), {1, 1}, {0});
  expect_tensor(pack_tril(unpack_tril(v, -2), -2), {2, 3}, {1, 2, 3, 4, 5, 6});
  EXPECT_EQ(message_of([] {
              unpack_triu(tensor({1, 2}));
            }),
            "unpack_triu: expected the s(s + 1)/2 numbers of a triangle, [.., 0], [.., 1], "
            "[.., 3], [.., 6], …; got shape [2]");
  EXPECT_EQ(message_of([] { unpack_tril(scalar(1)); }),
            "unpack_tril: expected the s(s + 1)/2 numbers of a triangle, [.., 0], [.., 1], "
            "[.., 3], [.., 6], …; got shape []");
  EXPECT_EQ(message_of([] { unpack_triu(tensor({1}), -1); }),
            "unpack_triu: expected an offset ≥ 0; got -1");
  EXPECT_EQ(message_of([] { unpack_tril(tensor({1}), 1); }),
            "unpack_tril: expected an offset ≤ 0; got 1");
}

}  // namespace
}  // namespace autograd
