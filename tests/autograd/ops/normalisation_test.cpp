#include "autograd/ops/normalisation.h"

#include <cmath>
#include <limits>

#include "autograd/ops/arithmetic.h"
#include "autograd/ops/shape.h"
#include "autograd/tensor/parallel.h"
#include "autograd/tensor/random.h"
#include "tests/autograd/ops/expect.h"
#include "tests/support/message.h"

namespace autograd {
namespace {

// Lines of nearly equal numbers far from 0 and of two elements, where plain formulas lose all
// digits; y and dx from arithmetic of 60 digits, eps 1e-5.
struct Exact {
  std::vector<double> x, dy, y, dx;
};
const std::vector<Exact> exact{
    {{-0x1.257c140000000p+8, -0x1.60a0420000000p+8, -0x1.e981b60000000p+7},
     {0x1.1151f60000000p-2, -0x1.640bb00000000p-4, -0x1.03f4820000000p-1},
     {7.867199629504944482e-2, -1.2621843248172193645, 1.18351232852216991973},
     {8.807863544515949713e-3, -3.97894105822642489e-3, -4.82892248628952481e-3}},
    {{-0x1.2b82c20000000p+8, -0x1.2bad480000000p+8},
     {-0x1.e1dd4e0000000p-1, 0x1.ed0d6a0000000p-1},
     {9.992759287438654892e-1, -9.99275928743865489e-1},
     {-1.65824499697986046e-2, 1.658244996979860469e-2}},
    {{0x1.26052e0000000p-2, 0x1.46a4680000000p-3},
     {-0x1.034d1c0000000p-3, 0x1.13f3640000000p-2},
     {9.987745780026898511e-1, -9.98774578002689851e-1},
     {-7.59178100819571677e-3, 7.591781008195716770e-3}},
    {{-0x1.3115160000000p+8, -0x1.2fbc6c0000000p+8, -0x1.2d96460000000p+8, -0x1.30a4060000000p+8,
      -0x1.35f1460000000p+8, -0x1.2b75900000000p+8, -0x1.2d110c0000000p+8, -0x1.24b2640000000p+8,
      -0x1.2584ec0000000p+8, -0x1.29a02a0000000p+8},
     {-0x1.e7b3a60000000p-1, -0x1.daa45c0000000p-2, -0x1.49960e0000000p-3, 0x1.5f65fa0000000p-1,
      0x1.a040b00000000p-9, 0x1.cd50e00000000p-3, -0x1.2564a60000000p-3, -0x1.38c2f20000000p-2,
      -0x1.ee813e0000000p-1, 0x1.6002160000000p-2},
     {-8.19020355034662062e-1, -5.53105712115280558e-1, -1.28656106753630261e-1,
      -7.31790563518255934e-1, -1.7789338208815922884, 2.915983676727368210e-1,
      -2.58693713522155513e-2, 1.62722920668050587742, 1.46480048765175295296,
      6.537478676506410054e-1},
     {-1.71188369010324300e-1, -6.89909485208551583e-2, -2.71593512223174419e-4,
      1.543427197367787373e-1, -2.67972729432134040e-3, 8.487013867666648482e-2,
      5.387634703311143099e-3, 8.237213656943990469e-3, -1.25624476924006320e-1,
      1.159174084880299391e-1}},
};

template <class T>
void expect_ulps(const Tensor& x, const std::vector<double>& expected, double ulps) {
  const auto numbers = x.values<T>();
  ASSERT_EQ(numbers.size(), expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const double size = std::abs(expected[i]);
    EXPECT_NEAR(static_cast<double>(numbers[i]), expected[i],
                ulps * static_cast<double>(std::numeric_limits<T>::epsilon()) * size);
  }
}

TEST(LayerNorm, IsExactToTheLastDigitsWhereElementsAreNearlyEqual) {
  for (const Exact& e : exact) {
    for (const Dtype dtype : {f32, f64}) {
      Tape tape;
      const Tensor x = tape.watch(tensor(e.x).converted(dtype));
      const Tensor y = layer_norm(x);
      const Tensor dx = tape.gradient(y, tensor(e.dy).converted(dtype))[x];
      with_floating(dtype, [&](auto zero) {
        expect_ulps<decltype(zero)>(y, e.y, 1);
        expect_ulps<decltype(zero)>(dx, e.dx, 1);
      });
    }
  }
}

TEST(LayerNorm, OfEqualElementsIsZero) {
  expect_tensor(layer_norm(full({2, 3}, 1e8)), {2, 3}, {0, 0, 0, 0, 0, 0});
  expect_tensor(layer_norm(tensor({5})), {1}, {0});
}

TEST(LayerNorm, ScalesAndShifts) {
  const Tensor y = layer_norm(tensor({{1, 3}, {4, 2}}), tensor({2, 1}), tensor({0, 10}), 0);
  expect_tensor(y, {2, 2}, {-2, 11, 2, 9});
}

TEST(LayerNorm, SaysWhatItExpects) {
  EXPECT_EQ(message_of([] {
              layer_norm(zeros({2, 0}));
            }),
            "layer_norm: expected at least one element along the last axis; got shape [2, 0]");
  EXPECT_EQ(message_of([] { layer_norm(scalar(1)); }),
            "layer_norm: expected at least one element along the last axis; got shape []");
  EXPECT_EQ(message_of([] { layer_norm(zeros({2}), -1); }),
            "layer_norm: expected an eps of 0 or more; got -1.000000");
  EXPECT_EQ(message_of([] {
              layer_norm(zeros({2, 3}), ones({2}), ones({3}));
            }),
            "layer_norm: expected x [.., n], scale [n] and shift [n]; got [2, 3], [2] and [3]");
}

TEST(BatchNorm, NormalisesEachChannelOverTheBatch) {
  const Tensor x = tensor({{1, 10}, {3, 30}});
  const BatchNorm b = batch_norm(x, 0);
  expect_tensor(b.y, {2, 2}, {-1, -1, 1, 1});
  expect_tensor(b.mean, {2}, {2, 20});
  expect_tensor(b.variance, {2}, {1, 100});
  const BatchNorm scaled = batch_norm(x, tensor({2, 3}), tensor({1, 0}), 0);
  expect_tensor(scaled.y, {2, 2}, {-1, -3, 3, 3});
}

TEST(BatchNorm, WorksOverAllAxesButTheChannels) {
  const Tensor x = reshape(arange(12), {2, 3, 2});
  const BatchNorm b = batch_norm(x);
  EXPECT_EQ(b.y.shape(), x.shape());
  expect_tensor(b.mean, {3}, {3.5, 5.5, 7.5});
  expect_tensor(b.variance, {3}, {9.25, 9.25, 9.25});
  EXPECT_NEAR(b.y.at({0, 1, 0}), -3.5 / std::sqrt(9.25 + 1e-5), 1e-15);
}

TEST(BatchNorm, RecordsNothingForTheRunningAverages) {
  Tape tape;
  const BatchNorm b = batch_norm(tape.watch(tensor({{1, 10}, {3, 30}})));
  EXPECT_EQ(b.mean.trace().key, 0u);
  EXPECT_EQ(b.variance.trace().key, 0u);
}

TEST(BatchNorm, ForInferenceUsesWhatItIsGiven) {
  const Tensor x = tensor({{1, 10}, {3, 30}});
  const Tensor y = batch_norm_inference(x, tensor({1, 10}), tensor({4, 100}), 0);
  expect_tensor(y, {2, 2}, {0, 0, 1, 2});
  expect_tensor(
      batch_norm_inference(x, tensor({1, 10}), tensor({4, 100}), tensor({2, 3}), tensor({1, 1}), 0),
      {2, 2}, {1, 1, 3, 7});
}

TEST(BatchNorm, SaysWhatItExpects) {
  EXPECT_EQ(message_of([] { batch_norm(zeros({3})); }),
            "batch_norm: expected a batch [N, channels, ..] of at least one; got [3]");
  EXPECT_EQ(message_of([] {
              batch_norm(zeros({0, 3}));
            }),
            "batch_norm: expected a batch [N, channels, ..] of at least one; got [0, 3]");
  EXPECT_EQ(message_of([] {
              batch_norm(zeros({2, 3}), ones({2}), ones({3}));
            }),
            "batch_norm: expected scale [3], a number for each channel of x [2, 3]; got [2]");
  EXPECT_EQ(message_of([] {
              batch_norm_inference(zeros({2, 3}), ones({3}), ones({3, 1}));
            }),
            "batch_norm_inference: expected variance [3], a number for each channel of x [2, 3]; "
            "got [3, 1]");
}

TEST(Dropout, KeepsWhatTheSeedSays) {
  Random random(7);
  const Tensor u = random.uniform({1000});
  const Tensor y = dropout(ones({1000}), 0.25, 7);
  for (Index i = 0; i < 1000; ++i) {
    EXPECT_EQ(y.at({i}), u.at({i}) < 0.25 ? 0 : 1 / 0.75) << i;
  }
}

TEST(Dropout, IsTheSameForAnyNumberOfThreads) {
  const Tensor x = ones({300001});
  const int before = thread_count();
  set_thread_count(1);
  const auto once = to_vector(dropout(x, 0.5, 3));
  set_thread_count(before);
  EXPECT_EQ(to_vector(dropout(x, 0.5, 3)), once);
}

TEST(Dropout, PullsBackThroughTheSameMask) {
  Tape tape;
  const Tensor x = tape.watch(ones({100}));
  const Tensor y = dropout(x, 0.5, 11);
  EXPECT_EQ(to_vector(tape.gradient(sum(y))[x]), to_vector(y));
}

TEST(Dropout, OfProbabilityZeroIsX) {
  const Tensor x = ones({3});
  EXPECT_TRUE(dropout(x, 0, 1).same_storage(x));
  EXPECT_EQ(message_of([&] { dropout(x, 1, 1); }),
            "dropout: expected a probability p with 0 ≤ p < 1; got 1.000000");
  EXPECT_EQ(message_of([&] { dropout(x, std::nan(""), 1); }),
            "dropout: expected a probability p with 0 ≤ p < 1; got nan");
}

}  // namespace
}  // namespace autograd
