#include "autograd/witness/explain.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "autograd/ops/shape.h"
#include "tests/autograd/witness/perceptron.h"

// Each mistake is made by its own formula, not by the code that looks for it.

namespace autograd::check {
namespace {

// The handwritten backward pass of Perceptron, with its intermediate values in reach.
struct ByHand {
  explicit ByHand(const Perceptron& p)
      : x(p.x),
        z(linear(x, p.parameters[0], p.parameters[1])),
        a(p.activation(z)),
        prob(softmax(linear(a, p.parameters[2], p.parameters[3]))),
        target(one_hot(p.labels, 3)),
        d2((prob - target) / static_cast<double>(x.extent(0))),
        w2(p.parameters[2]) {}

  // Gradients from the adjoints of both pre-activations.
  std::vector<double> gradient(const Tensor& dz1, const Tensor& dz2) const {
    return flatten(std::vector{matmul(dz1, x, {.a = true}), sum(dz1, 0),
                               matmul(dz2, a, {.a = true}), sum(dz2, 0)});
  }
  Tensor below(const Tensor& dz2) const { return matmul(dz2, w2); }

  Tensor x, z, a, prob, target, d2, w2;
};

std::string cause_of(const Report& report, std::size_t block = 0) {
  return report.diagnoses.at(block).cause;
}

TEST(Explain, NamesAMissingSlope) {
  Perceptron p;
  const ByHand h(p);
  p.claim.values = h.gradient(h.below(h.d2), h.d2);
  const Report report = p.check();
  EXPECT_EQ(cause_of(report), "slope_missing");
  EXPECT_EQ(report.diagnoses[0].text,
            "the gradient is as if the activation's slope were left out in layer 1");
  EXPECT_EQ(report.diagnoses[2].text, "cleared");
  ASSERT_TRUE(report.whole.has_value());
  EXPECT_EQ(report.whole->cause, "slope_missing");
  EXPECT_FALSE(report.whole->fix.empty());
}

TEST(Explain, NamesASlopeTakenAfterTheActivation) {
  Perceptron p;
  const ByHand h(p);
  p.claim.values = h.gradient(h.below(h.d2) * (1 - square(tanh(h.a))), h.d2);
  EXPECT_EQ(cause_of(p.check()), "slope_after");
  p.claim.values = h.gradient(h.below(h.d2) * (1 - square(h.z)), h.d2);
  EXPECT_EQ(cause_of(p.check()), "slope_after");
}

TEST(Explain, NamesTheSlopeOfAnotherFunction) {
  Perceptron p;
  const ByHand h(p);
  p.claim.values = h.gradient(h.below(h.d2) * (h.a * (1 - h.a)), h.d2);
  EXPECT_EQ(cause_of(p.check()), "slope_of_another");
}

TEST(Explain, NamesASoftmaxWithoutItsJacobian) {
  Perceptron p;
  const ByHand h(p);
  const Tensor slope = 1 - square(h.a);
  const Tensor missing = -(h.target / h.prob) / 5;
  p.claim.values = h.gradient(h.below(missing) * slope, missing);
  EXPECT_EQ(cause_of(p.check(), 3), "softmax_missing");
  const Tensor diagonal = missing * (h.prob * (1 - h.prob));
  p.claim.values = h.gradient(h.below(diagonal) * slope, diagonal);
  EXPECT_EQ(cause_of(p.check(), 2), "softmax_diagonal");
}

TEST(Explain, FindsTheSlopeOfALeakAndTheStepOfAnEarlyUpdate) {
  Perceptron p([](const Tensor& z) { return relu(z); });
  const ByHand h(p);
  p.claim.values = h.gradient(h.below(h.d2) * where(h.z > 0, 1, 0.03), h.d2);
  const Report leaky = p.check();
  EXPECT_EQ(cause_of(leaky), "leaky_slope");
  EXPECT_EQ(leaky.diagnoses[0].text, "the gradient is as if relu had a slope of 0.03 where z < 0");

  Perceptron q;
  const ByHand k(q);
  const Tensor moved = k.w2 - 0.25 * matmul(k.d2, k.a, {.a = true});
  q.claim.values = k.gradient(matmul(k.d2, moved) * (1 - square(k.a)), k.d2);
  const Report updated = q.check();
  EXPECT_EQ(cause_of(updated), "updated_weights");
  EXPECT_NE(updated.diagnoses[0].text.find("with step 0.25"), std::string::npos);
}

TEST(Explain, NamesAMissingAndADoubledPenalty) {
  for (const auto& [times, cause] :
       {std::pair{-1.0, "l2_missing"}, {1.0, "l2_doubled"}, {0.4, "l2"}}) {
    Perceptron p([](const Tensor& z) { return tanh(z); }, 5, 0.02);
    for (const std::size_t k : {0U, 2U}) {
      const std::vector<double> w = to_vector(p.parameters[k]);
      for (std::size_t i = 0; i < w.size(); ++i) p.block(k)[i] += times * 0.02 * w[i];
    }
    const Report report = p.check();
    EXPECT_EQ(cause_of(report, 0), cause);
    EXPECT_EQ(cause_of(report, 2), cause);
    EXPECT_EQ(cause_of(report, 1), "");
  }
}

TEST(Explain, TellsWhichSamplesWereCounted) {
  Perceptron p;
  const ByHand h(p);
  const auto counting = [&](std::initializer_list<double> weights) {
    const Tensor w = reshape(tensor(weights), {5, 1});
    const Tensor d2 = h.d2 * w;
    return h.gradient(h.below(d2) * (1 - square(h.a)), d2);
  };
  const auto text_of = [&](std::vector<double> values) {
    p.claim.values = std::move(values);
    const Report report = p.check();
    EXPECT_EQ(cause_of(report), "samples");
    return report.diagnoses[0].text;
  };
  EXPECT_EQ(text_of(counting({1, 0, 0, 0, 0})),
            "the gradient is as if only the first sample of the batch counted");
  EXPECT_EQ(text_of(counting({1, 1, 1, 1, 0})),
            "the gradient is as if the last sample were left out");
  EXPECT_EQ(text_of(counting({1, 0, 1, 0, 1})), "the gradient is as if samples 2, 4 were left out");
}

TEST(Explain, NamesAWrongInputOfALayer) {
  Perceptron p;
  const ByHand h(p);
  const std::vector<double> wrong = to_vector(matmul(h.d2, h.z, {.a = true}));
  std::copy(wrong.begin(), wrong.end(), p.block(2).begin());
  const Report report = p.check();
  EXPECT_EQ(cause_of(report, 2), "wrong_input");
  EXPECT_EQ(report.diagnoses[2].text,
            "the gradient is as if the gradient of W2 were taken with the pre-activations of layer "
            "1, not with the activations of layer 1");
}

TEST(Explain, NamesRowsOutOfOrderAndClippedEntries) {
  Perceptron shifted;
  const std::span<double> w1 = shifted.block(0);
  std::rotate(w1.begin(), w1.begin() + 18, w1.end());
  EXPECT_EQ(cause_of(shifted.check()), "shifted");
  Perceptron reversed;
  const std::span<double> b1 = reversed.block(1);
  std::reverse(b1.begin(), b1.end());
  EXPECT_EQ(cause_of(reversed.check(), 1), "reversed");
  Perceptron clipped;
  for (double& g : clipped.block(0)) g = std::clamp(g, -0.02, 0.02);
  EXPECT_EQ(cause_of(clipped.check()), "clipped");
}

TEST(Explain, NamesAGradientAddedOntoThatOfTheStepBefore) {
  Perceptron p;
  // θ = θ₀ − 0.1·g(θ₀): the point before is found by a fixed point.
  std::vector<Tensor> before = p.parameters;
  for (int i = 0; i < 200; ++i) {
    const std::vector<Tensor> g = p.program->vjp(before, std::vector{Tensor(1.0)});
    for (std::size_t k = 0; k < before.size(); ++k) before[k] = p.parameters[k] + 0.1 * g[k];
  }
  const std::vector<double> stale = flatten(p.program->vjp(before, std::vector{Tensor(1.0)}));
  for (std::size_t i = 0; i < stale.size(); ++i) p.claim.values[i] += stale[i];
  const Report report = p.check();
  EXPECT_EQ(cause_of(report), "accumulated");
  EXPECT_NE(report.diagnoses[0].text.find("one step of 0.1 earlier"), std::string::npos);
}

TEST(Explain, InventsNoCauseForWhatItDoesNotKnow) {
  Perceptron p;
  autograd::Random random(3);
  for (double& g : p.claim.values) g *= 1 + 0.1 * random.normal();
  const Report report = p.check();
  for (const Diagnosis& d : report.diagnoses) EXPECT_EQ(d.cause, "unknown") << d.text;
  EXPECT_FALSE(report.whole.has_value());
}

TEST(Explain, SaysThatCausesAreTied) {
  Perceptron p([](const Tensor& z) { return tanh(z); }, 2);
  for (double& g : p.claim.values) g *= 2;
  const Report report = p.check();
  EXPECT_EQ(cause_of(report), "ambiguous");
  EXPECT_NE(report.diagnoses[0].text.find("cannot be told apart here"), std::string::npos);
}

TEST(BlindSpots, NameWhatDoesNotShowAtThePoint) {
  const Perceptron one([](const Tensor& z) { return tanh(z); }, 1);
  const Report report = one.check();
  ASSERT_FALSE(report.blind.empty());
  EXPECT_NE(report.blind[0].find("the batch is 1"), std::string::npos);
  // Where every unit is active, relu's slope is 1 and may as well be left out.
  Perceptron active([](const Tensor& z) { return relu(z + 100); });
  const std::vector<std::string> blind = active.check().blind;
  const auto missing = [](const std::string& text) {
    return text.find("slope were left out") != std::string::npos;
  };
  EXPECT_TRUE(std::any_of(blind.begin(), blind.end(), missing));
  const std::vector<std::string> none = Perceptron().check().blind;
  EXPECT_TRUE(none.empty()) << none.front();
}

}  // namespace
}  // namespace autograd::check
