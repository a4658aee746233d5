#include "nn/optim/sgd.h"

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "autograd/ops/arithmetic.h"
#include "autograd/ops/elementwise.h"
#include "autograd/ops/linalg.h"
#include "autograd/ops/reduce.h"
#include "autograd/tape/tape.h"
#include "autograd/tensor/factories.h"
#include "autograd/tensor/random.h"
#include "tests/nn/optim/squares.h"
#include "tests/support/message.h"

namespace {

using autograd::Gradients;
using autograd::Parameter;
using autograd::Tape;
using autograd::Tensor;
using autograd::tensor;

TEST(Sgd, StepsDownTheGradient) {
  Parameter p("p", tensor({1, -2}));
  nn::Sgd({p}, {.learning_rate = 0.25}).step(gradient_of_squares(p));
  EXPECT_EQ(to_vector(p.value()), (std::vector<double>{0.5, -1}));
}

TEST(Sgd, MomentumCarriesOn) {
  Parameter p("p", tensor({1}));
  nn::Sgd sgd({p}, {.learning_rate = 0.25, .momentum = 0.5});
  sgd.step(gradient_of_squares(p));  // v = 2, p = 1 − 0.5
  EXPECT_EQ(p.value().item(), 0.5);
  sgd.step(gradient_of_squares(p));  // v = 1 + 1 = 2, p = 0.5 − 0.5
  EXPECT_EQ(p.value().item(), 0);
  sgd.step(gradient_of_squares(p));  // v = 1 + 0, p = −0.25
  EXPECT_EQ(p.value().item(), -0.25);
}

TEST(Sgd, L2PullsTowardsZero) {
  Parameter p("p", tensor({4}));
  nn::Sgd({p}, {.learning_rate = 0.5, .l2 = 0.5}).step(Gradients());  // g = 0 + 0.5·4
  EXPECT_EQ(p.value().item(), 3);
}

TEST(Sgd, ADerivativeThatIsNotFiniteLeavesEverythingAsItWas) {
  Parameter a("a", tensor({1}));
  Parameter b("b", tensor({0}));
  Gradients g;
  {
    Tape tape;
    const Tensor y = sum(a * 2) + sum(sqrt(b));  // the slope of the root at 0 is infinite
    g = tape.gradient(y);
  }
  nn::Sgd sgd({a, b}, {.learning_rate = 0.5});
  EXPECT_EQ(message_of([&] { sgd.step(g); }),
            "Sgd: the derivative by b [1] holds NaN or infinity; no step was taken");
  EXPECT_EQ(a.value().item(), 1);
}

TEST(Sgd, WritesOverParametersThatNobodyElseHolds) {
  Parameter p("p", autograd::full({100'000}, 2));
  nn::Sgd sgd({p}, {.learning_rate = 0.25});
  const auto step = [&] {
    Tape tape;
    const Tensor y = sum(square(p));
    sgd.step(std::move(tape).gradient(y));
  };
  const void* before = p.value().data();
  step();
  EXPECT_EQ(p.value().data(), before);
  EXPECT_EQ(p.value().at({99'999}), 1);
  const Tensor held = p.value();
  step();
  EXPECT_EQ(held.at({0}), 1);
  EXPECT_EQ(p.value().at({0}), 0.5);
}

TEST(Sgd, ADerivativeThatIsNotFiniteLeavesEverythingAsItWasWhateverTheSize) {
  const double infinity = std::numeric_limits<double>::infinity();
  for (const autograd::Index size : {3, 100'000}) {
    Parameter a("a", autograd::full({size}, 1)), b("b", tensor({0.0}));
    nn::Sgd sgd({a, b}, {.learning_rate = 0.5});
    Tape tape;
    const Tensor y = sum(a * 2.0) + sum(sqrt(b));  // √ has no finite slope at 0
    EXPECT_EQ(message_of([&] { sgd.step(tape.gradient(y)); }),
              "Sgd: the derivative by b [1] holds NaN or infinity; no step was taken");
    EXPECT_EQ(a.value().at({size - 1}), 1);
    // A step too large for the numbers is no derivative that is not finite.
    Parameter c("c", tensor({0.0}));
    Tape other;
    nn::Sgd({c}, {.learning_rate = 10}).step(other.gradient(sum(c * 1e308)));
    EXPECT_EQ(c.value().item(), -infinity);
  }
}

// A layer on few samples, whose gradient comes in factors, and its bias.
struct Layer {
  autograd::Random random{1};
  Tensor x;
  Parameter w{"w", random.normal({40, 30})}, b{"b", random.normal({40})};

  explicit Layer(autograd::Index batch) : x(random.normal({batch, 30})) {}
  Gradients gradients() const {
    Tape tape;
    const Tensor loss = sum(square(linear(x, w, b)));
    return std::move(tape).gradient(loss);
  }
};

// Whether a product of factors is added, or the derivative that somebody has asked for.
TEST(Sgd, TakesTheSameStepsWithFactorsAsWithTheirProduct) {
  for (const autograd::Index batch : {1, 5, 17}) {
    for (const nn::Sgd::Options& options :
         {nn::Sgd::Options{.learning_rate = 1e-3},
          nn::Sgd::Options{.learning_rate = 1e-3, .momentum = 0.9},
          nn::Sgd::Options{.learning_rate = 1e-3, .l2 = 0.1},
          nn::Sgd::Options{.learning_rate = 1e-3, .momentum = 0.5, .l2 = 0.1}}) {
      Layer in_factors(batch), asked(batch);
      nn::Sgd one({in_factors.w, in_factors.b}, options), other({asked.w, asked.b}, options);
      const void* place = in_factors.w.value().data();
      for (int step = 0; step < 3; ++step) {
        const Gradients g = in_factors.gradients(), h = asked.gradients();
        EXPECT_NE(g.factors(in_factors.w), nullptr);
        EXPECT_EQ(h[asked.w].shape(), asked.w.shape());
        one.step(g);
        other.step(h);
      }
      EXPECT_EQ(to_vector(in_factors.w.value()), to_vector(asked.w.value()));
      EXPECT_EQ(to_vector(in_factors.b.value()), to_vector(asked.b.value()));
      EXPECT_EQ(in_factors.w.value().data(), place);
    }
  }
}

TEST(Sgd, LeavesAValueThatSomebodyHoldsAsItIs) {
  Layer layer(2);
  const Tensor before = layer.w.value();
  const std::vector<double> numbers = to_vector(before);
  nn::Sgd({layer.w, layer.b}, {.learning_rate = 0.1}).step(layer.gradients());
  EXPECT_EQ(to_vector(before), numbers);
  EXPECT_NE(to_vector(layer.w.value()), numbers);
}

TEST(Sgd, LeavesGradientsAndVelocitiesApart) {
  Layer layer(2);
  const Gradients g = layer.gradients();
  const std::vector<double> asked = to_vector(g[layer.w]);
  nn::Sgd sgd({layer.w, layer.b}, {.learning_rate = 1e-3, .momentum = 0.9});
  sgd.step(g);
  sgd.step(g);
  EXPECT_EQ(to_vector(g[layer.w]), asked);
}

TEST(Sgd, FindsInFactorsWhatIsNotFinite) {
  const double infinity = std::numeric_limits<double>::infinity();
  for (const double wrong : {infinity, 1e200}) {  // itself, or its square
    Layer layer(2);
    const std::vector<double> w = to_vector(layer.w.value()), b = to_vector(layer.b.value());
    Tape tape;
    const Tensor y = linear(layer.x * wrong, layer.w);
    const Gradients g = tape.gradient(y, autograd::full(y.shape(), wrong));
    EXPECT_NE(g.factors(layer.w), nullptr);
    EXPECT_EQ(message_of([&] {
                nn::Sgd({layer.b, layer.w}, {.learning_rate = 0.1}).step(g);
              }),
              "Sgd: the derivative by w [40, 30] holds NaN or infinity; no step was taken");
    EXPECT_EQ(to_vector(layer.w.value()), w);
    EXPECT_EQ(to_vector(layer.b.value()), b);
  }
}

}  // namespace
