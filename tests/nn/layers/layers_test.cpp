#include <cmath>

#include "autograd/ops/arithmetic.h"
#include "autograd/ops/elementwise.h"
#include "autograd/ops/loss.h"
#include "autograd/ops/reduce.h"
#include "autograd/tape/tape.h"
#include "autograd/tensor/error.h"
#include "autograd/tensor/factories.h"
#include "nn/layers/sequential.h"
#include "tests/support/message.h"

namespace {

using autograd::f32;
using autograd::f64;
using autograd::Random;
using autograd::Tensor;
using autograd::tensor;

nn::Linear::Options small_linear() { return {nn::normal(0, 1), true, 0.5, f64}; }

TEST(Linear, IsXTimesWTransposedPlusB) {
  Random random(1);
  const nn::Linear layer(3, 2, random, small_linear());
  const Tensor x = random.normal({4, 3});
  const Tensor y = layer(x);
  ASSERT_EQ(y.shape(), (autograd::Shape{4, 2}));
  for (autograd::Index n = 0; n < 4; ++n) {
    for (autograd::Index k = 0; k < 2; ++k) {
      double expected = 0.5;
      for (autograd::Index j = 0; j < 3; ++j)
        expected += layer.w().value().at({k, j}) * x.at({n, j});
      EXPECT_NEAR(y.at({n, k}), expected, 1e-14);
    }
  }
}

TEST(Linear, TakesAVectorAndAStackOfMatrices) {
  Random random(1);
  const nn::Linear layer(3, 2, random, small_linear());
  EXPECT_EQ(layer(random.normal({3})).shape(), (autograd::Shape{2}));
  EXPECT_EQ(layer(random.normal({5, 4, 3})).shape(), (autograd::Shape{5, 4, 2}));
}

TEST(Linear, HasNoBiasWhenToldSo) {
  Random random(1);
  const nn::Linear layer(3, 2, random, {nn::constant(1), false, 0, f64});
  EXPECT_EQ(layer.parameters().size(), 1U);
  EXPECT_EQ(layer.describe(), "Linear(3, 2, no bias)");
  EXPECT_EQ(to_vector(layer(tensor({1, 2, 3}))), (std::vector<double>{6, 6}));
}

TEST(Linear, RefusesAWidthOfNothing) {
  Random random(1);
  EXPECT_EQ(message_of([&] { nn::Linear(0, 2, random); }),
            "Linear: expected at least one input and one output; got 0 and 2");
}

TEST(Activation, IsFoundByName) {
  const Tensor x = tensor({-1, 2});
  EXPECT_EQ(to_vector(nn::Activation("relu")(x)), (std::vector<double>{0, 2}));
  EXPECT_EQ(to_vector(nn::Activation("tanh")(x)), to_vector(tanh(x)));
  EXPECT_EQ(to_vector(nn::Activation("log-softmax")(x)), to_vector(log_softmax(x)));
  for (const std::string& name : nn::Activation::names()) {
    EXPECT_EQ(nn::Activation(name).describe(), name);
  }
}

TEST(Activation, SaysWhichNamesThereAre) {
  EXPECT_EQ(
      message_of([] { nn::Activation("swish"); }),
      "Activation: there is no 'swish'; expected one of identity, log-softmax, relu, sigmoid, "
      "softmax, tanh");
}

TEST(Sequential, NamesItsParametersByPlace) {
  Random random(1);
  const nn::Sequential model(nn::Linear(4, 3, random), nn::Activation("tanh"),
                             nn::Linear(3, 2, random));
  std::vector<std::string> names;
  for (const nn::NamedParameter& named : model.named_parameters()) names.push_back(named.name);
  EXPECT_EQ(names, (std::vector<std::string>{"0.w", "0.b", "2.w", "2.b"}));
  EXPECT_EQ(model.parameter_count(), 4 * 3 + 3 + 3 * 2 + 2);
  EXPECT_EQ(model.describe(), "Linear(4, 3) → tanh → Linear(3, 2)");
}

TEST(Sequential, CanHoldAnotherOne) {
  Random random(1);
  const nn::Sequential inner(nn::Linear(4, 3, random), nn::Activation("relu"));
  const nn::Sequential outer(inner, nn::Linear(3, 2, random));
  EXPECT_EQ(outer.named_parameters().front().name, "0.0.w");
  const Tensor x = random.normal({5, 4}, 0, 1, f32);
  EXPECT_EQ(to_vector(outer(x)), to_vector(outer[1](inner(x))));
}

TEST(Mlp, PutsTheHiddenActivationEverywhereButLast) {
  Random random(1);
  nn::MlpOptions options;
  options.hidden = "sigmoid";
  options.output = "tanh";
  EXPECT_EQ(nn::mlp({5, 4, 3, 2}, random, options).describe(),
            "Linear(5, 4) → sigmoid → Linear(4, 3) → sigmoid → Linear(3, 2) → tanh");
  EXPECT_EQ(nn::mlp({5, 2}, random).describe(), "Linear(5, 2)");
}

TEST(Mlp, RefusesASingleWidth) {
  Random random(1);
  EXPECT_EQ(message_of([&] { nn::mlp({5}, random); }),
            "mlp: expected at least two widths, inputs and outputs; got 1");
}

TEST(Mlp, IsTheSameForTheSameSeed) {
  Random first(7), second(7), third(8);
  const Tensor x = tensor({{1, 2, 3}}, f32);
  const std::vector<double> y = to_vector(nn::mlp({3, 4, 2}, first)(x));
  EXPECT_EQ(to_vector(nn::mlp({3, 4, 2}, second)(x)), y);
  EXPECT_NE(to_vector(nn::mlp({3, 4, 2}, third)(x)), y);
}

}  // namespace
