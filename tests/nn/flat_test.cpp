#include "nn/flat.h"

#include "autograd/ops/arithmetic.h"
#include "autograd/ops/reduce.h"
#include "autograd/tape/tape.h"
#include "autograd/tensor/error.h"
#include "autograd/tensor/factories.h"
#include "tests/support/message.h"

namespace {

using autograd::f32;
using autograd::Parameter;
using autograd::tensor;

TEST(Flat, UnpackUndoesPack) {
  const Parameter w("w", tensor({{1, 2}, {3, 4}}));
  const Parameter b("b", tensor({5, 6}));
  EXPECT_EQ(to_vector(nn::pack({w, b})), (std::vector<double>{1, 2, 3, 4, 5, 6}));
  nn::unpack(tensor({6, 5, 4, 3, 2, 1}), {w, b});
  EXPECT_EQ(to_vector(w.value()), (std::vector<double>{6, 5, 4, 3}));
  EXPECT_EQ(w.shape(), (autograd::Shape{2, 2}));
  EXPECT_EQ(to_vector(b.value()), (std::vector<double>{2, 1}));
}

TEST(Flat, GradientsComeInTheSameOrderAndAreZeroWhereNothingDepends) {
  const Parameter w("w", tensor({{1, 2}, {3, 4}}));
  const Parameter b("b", tensor({5, 6}));
  autograd::Tape tape;
  const auto g = tape.gradient(sum(w * w));
  EXPECT_EQ(to_vector(nn::pack(g, {b, w})), (std::vector<double>{0, 0, 2, 4, 6, 8}));
}

TEST(Flat, AWrongVectorChangesNothing) {
  const Parameter w("w", tensor({1, 2}));
  EXPECT_EQ(message_of([&] {
              nn::unpack(tensor({1, 2, 3}), {w});
            }),
            "unpack: expected f64 [2], one number for each that the parameters hold; got f64 [3]");
  EXPECT_EQ(message_of([&] {
              nn::unpack(tensor({1, 2}, f32), {w});
            }),
            "unpack: expected f64 [2], one number for each that the parameters hold; got f32 [2]");
  EXPECT_EQ(to_vector(w.value()), (std::vector<double>{1, 2}));
}

TEST(Flat, WantsOneDtypeAndAtLeastOneParameter) {
  const Parameter a("a", tensor({1}));
  const Parameter b("b", tensor({1}, f32));
  EXPECT_EQ(message_of([&] { nn::pack({a, b}); }), "pack: a and b differ in dtype; expected one");
  EXPECT_EQ(message_of([] { nn::pack(std::vector<Parameter>{}); }),
            "pack: there are no parameters");
}

}  // namespace
