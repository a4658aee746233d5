#include "nn/optim/line_search.h"

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "autograd/ops/arithmetic.h"
#include "autograd/ops/elementwise.h"
#include "autograd/ops/exponential.h"
#include "autograd/ops/linalg.h"
#include "autograd/ops/operation.h"
#include "autograd/ops/reduce.h"
#include "autograd/ops/shape.h"
#include "autograd/ops/slice.h"
#include "autograd/tape/tape.h"
#include "autograd/tensor/error.h"
#include "autograd/tensor/factories.h"
#include "autograd/tensor/memory.h"
#include "autograd/tensor/random.h"
#include "nn/optim/mean_in_parts.h"
#include "tests/nn/optim/squares.h"
#include "tests/support/message.h"

namespace {

using autograd::Gradients;
using autograd::Parameter;
using autograd::Tape;
using autograd::Tensor;
using autograd::tensor;

// L(p) = Σ p², g = 2p: along p − αg, L = (1 − 2α)²Σp².
TEST(LineSearch, TakesTheFirstStepThatLowersTheLossEnough) {
  Parameter p("p", tensor({3, 4}));
  const auto loss = [&] { return sum(p.value() * p.value()).item(); };
  // α = 2 and 1 do not lower the loss; α = ½ ends at the minimum.
  const nn::LineStep step = nn::descend({p}, gradient_of_squares(p), loss(), loss);
  EXPECT_TRUE(step.found);
  EXPECT_EQ(step.alpha, 0.5);
  EXPECT_EQ(step.loss, 0);
  EXPECT_EQ(step.evaluations, 3);
  EXPECT_EQ(to_vector(p.value()), (std::vector<double>{0, 0}));
}

TEST(Descent, TakesTheStepsOfTheLineSearchAndComputesNoPointTwice) {
  Parameter p("p", tensor({3, 4})), q("q", tensor({3, 4}));
  int computed = 0;
  nn::Descent descent({p}, [&] {
    ++computed;
    return sum(square(square(p)) + p * p);
  });
  const auto loss = [&] { return sum(square(square(q)) + q * q); };
  int evaluations = 0;
  for (int i = 0; i < 4; ++i) {
    const nn::LineStep step = descent.step();
    Tape tape;
    const Tensor here = loss();
    const nn::LineStep other =
        nn::descend({q}, tape.gradient(here), here.item(), [&] { return loss().item(); });
    EXPECT_EQ(step.alpha, other.alpha);
    EXPECT_EQ(step.loss, other.loss);
    EXPECT_EQ(descent.loss(), step.loss);
    EXPECT_EQ(to_vector(p.value()), to_vector(q.value()));
    evaluations += step.evaluations;
  }
  EXPECT_EQ(computed, 1 + evaluations);
}

TEST(Descent, NeedsNoMoreMemoryTheLongerItGoesOn) {
  Parameter p("p", autograd::full({1000}, 0.5));
  nn::Descent descent({p}, [&] { return sum(exp(p) - p); });
  for (int i = 0; i < 3; ++i) descent.step();
  const auto before = autograd::memory::usage().live_bytes;
  for (int i = 0; i < 5; ++i) descent.step();
  EXPECT_LE(autograd::memory::usage().live_bytes, before);
}

TEST(Descent, StaysWhereNoStepIsFound) {
  Parameter p("p", tensor({0.0, 0.0}));
  nn::Descent descent({p}, [&] { return sum(p * p); }, {.most = 3});
  EXPECT_FALSE(descent.step().found);
  EXPECT_EQ(descent.loss(), 0);
  EXPECT_EQ(to_vector(p.value()), (std::vector<double>{0, 0}));
  EXPECT_EQ(message_of([&] { nn::Descent({p}, [&] { return p.on_tape(); }); }),
            "Descent: the loss must be a scalar; got shape [2]");
}

// ½·mean (x·p − y)² over samples, and the same cut into parts of uneven length.
struct Fit {
  Tensor x = autograd::Random(3).normal({23, 4});
  Tensor y = autograd::Random(4).normal({23, 1});
  Parameter p{"p", reshape(tensor({0.5, -1.0, 2.0, 0.25}), {4, 1})};

  Tensor loss(autograd::Index begin, autograd::Index end) const {
    return mean(square(matmul(slice(x, 0, begin, end), p) - slice(y, 0, begin, end)));
  }
  nn::MeanInParts in_parts(autograd::Index at_a_time, std::vector<std::string>* calls = nullptr) {
    return nn::MeanInParts(
        [this, calls](autograd::Index begin, autograd::Index end) {
          if (calls != nullptr) {
            calls->push_back((autograd::ops::recorder() != nullptr ? "recorded " : "") +
                             std::to_string(begin) + " to " + std::to_string(end));
          }
          return loss(begin, end);
        },
        23, at_a_time);
  }
};

TEST(MeanInParts, IsTheMeanAndItsGradientWhateverTheParts) {
  Fit fit;
  Tape tape;
  const Tensor whole = fit.loss(0, 23);
  const auto expected = to_vector(tape.gradient(whole)[fit.p]);
  for (const autograd::Index at_a_time : {1, 5, 22, 23, 100}) {
    const nn::MeanInParts loss = fit.in_parts(at_a_time);
    EXPECT_NEAR(loss.value(), whole.item(), 1e-14);
    const auto [value, gradients] = loss.value_and_gradients();
    EXPECT_EQ(value, loss.value());
    const auto found = to_vector(gradients[fit.p]);
    for (std::size_t i = 0; i < 4; ++i) EXPECT_NEAR(found[i], expected[i], 1e-14) << at_a_time;
  }
}

TEST(MeanInParts, RefusesWhatMakesNoMean) {
  Fit fit;
  EXPECT_EQ(message_of([&] { fit.in_parts(0); }),
            "MeanInParts: expected at least 1 sample, at least 1 at a time; got 23 and 0");
  const nn::MeanInParts odd([&](autograd::Index, autograd::Index) { return fit.x; }, 23);
  EXPECT_EQ(message_of([&] { odd.value(); }),
            "MeanInParts: the loss of a part must be a scalar; got shape [23, 4]");
}

TEST(Descent, InPartsTakesTheSameStepsAndPassesOverTheSamplesOnceAStep) {
  Fit whole, parts;
  std::vector<std::string> calls;
  nn::Descent one({whole.p}, [&] { return whole.loss(0, 23); }, {.first = 0.5});
  nn::Descent other({parts.p}, parts.in_parts(10, &calls), {.first = 0.5});
  for (int i = 0; i < 6; ++i) {
    const nn::LineStep a = one.step();
    calls.clear();
    const nn::LineStep b = other.step();
    ASSERT_TRUE(a.found);
    EXPECT_EQ(a.alpha, b.alpha);
    EXPECT_NEAR(a.loss, b.loss, 1e-14);
    EXPECT_EQ(other.loss(), b.loss);
    EXPECT_EQ(calls.size(), static_cast<std::size_t>(3 * b.evaluations));
    if (i > 0 && b.evaluations == 1) {
      EXPECT_EQ(calls, (std::vector<std::string>{"recorded 0 to 10", "recorded 10 to 20",
                                                 "recorded 20 to 23"}));
    }
  }
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_NEAR(to_vector(whole.p.value())[i], to_vector(parts.p.value())[i], 1e-13);
  }
}

// Trials that the last search rejected are not worth a gradient; where the guess is wrong, the
// gradient is computed afterwards.
TEST(Descent, InPartsComputesTheGradientWhereItIsLikelyToBeNeeded) {
  Parameter p("p", autograd::tensor({3.0}));
  std::vector<bool> recorded;
  nn::Descent descent({p}, nn::MeanInParts(
                               [&](autograd::Index, autograd::Index) {
                                 recorded.push_back(autograd::ops::recorder() != nullptr);
                                 return sum(square(square(p)));
                               },
                               1));
  std::vector<int> evaluations;
  for (int i = 0; i < 5; ++i) {
    recorded.clear();
    const int last = evaluations.empty() ? 1 : evaluations.back();
    const nn::LineStep step = descent.step();
    ASSERT_TRUE(step.found);
    evaluations.push_back(step.evaluations);
    const auto asked = std::vector<bool>(recorded.end() - step.evaluations, recorded.end());
    for (int m = 1; m <= step.evaluations; ++m) {
      EXPECT_EQ(asked[static_cast<std::size_t>(m - 1)], m >= last) << i << ' ' << m;
    }
  }
  EXPECT_NE(evaluations.front(), evaluations.back());
}

TEST(LineSearch, WithoutAStepSaysSoAndLeavesTheParameters) {
  Parameter p("p", tensor({3, 4}));
  const Gradients uphill = -1.0 * gradient_of_squares(p);
  const auto loss = [&] { return sum(p.value() * p.value()).item(); };
  const nn::LineStep step = nn::descend({p}, uphill, loss(), loss);
  EXPECT_FALSE(step.found);
  EXPECT_EQ(step.evaluations, 101);
  EXPECT_EQ(step.loss, 25);
  EXPECT_EQ(to_vector(p.value()), (std::vector<double>{3, 4}));
}

TEST(LineSearch, NeverAcceptsALossThatIsNotANumber) {
  Parameter p("p", tensor({1}));
  const auto loss = [] { return -std::numeric_limits<double>::infinity(); };
  EXPECT_FALSE(nn::descend({p}, gradient_of_squares(p), 1, loss, {.most = 5}).found);
}

TEST(LineSearch, RecordsNothingOnATapeThatIsOpen) {
  Parameter p("p", tensor({3, 4}));
  Tape tape;
  const Gradients g = tape.gradient(sum(p * p));
  const std::size_t before = tape.size();
  nn::descend({p}, g, 25, [&] { return sum(p * p).item(); });
  EXPECT_EQ(tape.size(), before);
}

TEST(LineSearch, RefusesARuleThatMakesNoSense) {
  EXPECT_EQ(message_of([] { nn::descend({}, {}, 0, [] { return 0.0; }, {.beta = 1}); }),
            "descend: expected first > 0, 0 < beta < 1 and sigma > 0; got 2.000000, 1.000000 and "
            "0.010000");
}

}  // namespace
