#include "apps/verify/check/network_check.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "apps/verify/check/network_program.h"
#include "autograd/tensor/error.h"
#include "autograd/tensor/factories.h"

namespace verify {
namespace {

using autograd::check::Verdict;

NetworkClaim example(Output output, Loss loss, Activation hidden = Activation::tanh) {
  NetworkClaim claim;
  claim.network = {{3, 4, 2}, {hidden}, output, loss, true, 0.01, 1.5, {true, true}};
  claim.samples.count = 2;
  claim.samples.x = {0.5, -1, 2, 1, 0.25, -0.5};
  claim.samples.targets = {1, 0, 0, 1};
  claim.samples.masks = {{2, 0, 2, 2, 0, 2, 2, 2}};
  for (std::size_t i = 0; i < parameters(claim.network); ++i) {
    claim.point.push_back(std::sin(1.7 * static_cast<double>(i) + 0.3));
  }
  const auto f = program_of(claim.network, claim.samples, claim.point);
  for (const auto& g :
       f.vjp(tensors_of(claim.network, claim.point), std::vector{autograd::Tensor(1.0)})) {
    const std::vector<double> numbers = to_vector(g);
    claim.gradient.insert(claim.gradient.end(), numbers.begin(), numbers.end());
  }
  return claim;
}

// The forward pass of `example` as network.h writes it, in plain numbers, for softmax outputs.
double loss_by_definition(const NetworkClaim& c) {
  const std::vector<double>& p = c.point;
  double data = 0, squares = 0;
  for (std::size_t n = 0; n < 2; ++n) {
    std::vector<double> a(4), z(2);
    for (std::size_t i = 0; i < 4; ++i) {
      double sum = p[12 + i];
      for (std::size_t j = 0; j < 3; ++j) sum += p[i * 3 + j] * c.samples.x[n * 3 + j];
      a[i] = std::tanh(sum) * c.samples.masks[0][n * 4 + i];
    }
    double total = 0;
    for (std::size_t k = 0; k < 2; ++k) {
      z[k] = p[24 + k];
      for (std::size_t i = 0; i < 4; ++i) z[k] += p[16 + k * 4 + i] * a[i];
      total += std::exp(z[k]);
    }
    for (std::size_t k = 0; k < 2; ++k) {
      data -= c.samples.targets[n * 2 + k] * std::log(std::exp(z[k]) / total) / 2;
    }
  }
  for (std::size_t i = 0; i < 12; ++i) squares += p[i] * p[i];
  for (std::size_t i = 16; i < 24; ++i) squares += p[i] * p[i];
  return 1.5 * data + 0.01 / 2 * squares;
}

TEST(NetworkProgram, ComputesTheLossAsItIsDefined) {
  const NetworkClaim c = example(Output::softmax, Loss::cross_entropy);
  EXPECT_NEAR(loss_of(c.network, c.samples, c.point), loss_by_definition(c), 1e-14);
  NetworkClaim logarithms = c;
  logarithms.network.output = Output::log_softmax;
  EXPECT_NEAR(loss_of(logarithms.network, c.samples, c.point), loss_by_definition(c), 1e-14);
  NetworkClaim summed = c;
  summed.network.average = false;
  summed.network.l2 = 0;
  NetworkClaim averaged = c;
  averaged.network.l2 = 0;
  EXPECT_NEAR(loss_of(summed.network, c.samples, c.point),
              2 * loss_of(averaged.network, c.samples, c.point), 1e-14);
}

TEST(NetworkCheck, ClearsRightGradientsOfEveryKind) {
  for (const auto& [output, loss] : {std::pair{Output::softmax, Loss::cross_entropy},
                                     {Output::log_softmax, Loss::cross_entropy},
                                     {Output::sigmoid, Loss::binary_cross_entropy},
                                     {Output::sigmoid, Loss::cross_entropy},
                                     {Output::softmax, Loss::binary_cross_entropy},
                                     {Output::softmax, Loss::squared_error},
                                     {Output::tanh, Loss::sum_squared_error},
                                     {Output::identity, Loss::squared_error}}) {
    for (const Activation a : {Activation::tanh, Activation::relu, Activation::sigmoid,
                               Activation::gelu, Activation::elu, Activation::leaky_relu,
                               Activation::softplus, Activation::silu, Activation::identity}) {
      EXPECT_EQ(check_network(example(output, loss, a)).verdict, Verdict::agree)
          << to_string(output) << " " << to_string(loss) << " " << to_string(a);
    }
  }
}

TEST(NetworkCheck, NamesBlocksAndSizes) {
  NetworkClaim claim = example(Output::softmax, Loss::cross_entropy);
  claim.names = {"theta1", "beta1", "theta2", "beta2"};
  claim.network.l2 = 0;
  const NetworkClaim right = claim;
  for (double& g : claim.gradient) g *= 4;
  const auto report = check_network(claim);
  EXPECT_EQ(report.verdict, Verdict::disagree);
  EXPECT_EQ(report.blocks[0].block.name, "theta1");
}

TEST(NetworkCheck, RefusesWhatIsNoNetworkInOneLine) {
  const auto message = [](const NetworkClaim& claim) {
    try {
      check_network(claim);
    } catch (const autograd::Error& error) {
      return std::string(error.what());
    }
    return std::string("nothing was thrown");
  };
  NetworkClaim claim = example(Output::softmax, Loss::cross_entropy);
  claim.samples.x.pop_back();
  EXPECT_EQ(message(claim), "network: x holds 5 numbers; expected 6");
  claim = example(Output::softmax, Loss::cross_entropy);
  claim.samples.masks[0].pop_back();
  EXPECT_EQ(message(claim), "network: mask 1 holds 7 numbers; expected 8");
  claim = example(Output::softmax, Loss::cross_entropy);
  claim.network.output = Output::identity;
  EXPECT_EQ(message(claim),
            "network: cross-entropy needs probabilities, which the output identity does not give; "
            "expected the output softmax, log-softmax or sigmoid");
  claim.network.output = Output::tanh;
  claim.network.loss = Loss::binary_cross_entropy;
  EXPECT_EQ(message(claim),
            "network: binary-cross-entropy needs probabilities, which the output tanh does not "
            "give; expected the output sigmoid or softmax");
}

}  // namespace
}  // namespace verify
