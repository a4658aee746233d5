#include "apps/verify/studies/inject.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "autograd/tensor/random.h"
#include "tests/support/message.h"

namespace verify {
namespace {

using autograd::check::Report;
using autograd::check::Verdict;

bool names(const Report& report, const std::string& cause) {
  return std::any_of(report.diagnoses.begin(), report.diagnoses.end(), [&](const auto& d) {
    return d.cause == cause || std::find(d.ties.begin(), d.ties.end(), cause) != d.ties.end();
  });
}

// A small network of the kind of the studies.
NetworkClaim subject(Activation hidden, Output output, Loss loss, std::size_t samples) {
  autograd::Random random(3);
  NetworkClaim claim;
  claim.network = {{12, 8, 4}, {hidden}, output,      loss, loss != Loss::sum_squared_error,
                   0,          1,        {true, true}};
  claim.samples.count = samples;
  for (std::size_t i = 0; i < samples * 12; ++i) claim.samples.x.push_back(random.normal());
  claim.samples.targets.assign(samples * 4, 0);
  for (std::size_t n = 0; n < samples; ++n) claim.samples.targets[n * 4 + n % 4] = 1;
  for (std::size_t i = 0; i < parameters(claim.network); ++i) {
    claim.point.push_back(0.4 * random.normal());
  }
  return claim;
}

TEST(Inject, PlantsEveryBugInEveryKindOfNetworkAndTheCheckNamesIt) {
  for (const NetworkClaim& clean :
       {subject(Activation::tanh, Output::softmax, Loss::cross_entropy, 1),
        subject(Activation::relu, Output::softmax, Loss::cross_entropy, 5),
        subject(Activation::sigmoid, Output::log_softmax, Loss::cross_entropy, 1),
        subject(Activation::tanh, Output::tanh, Loss::sum_squared_error, 5)}) {
    for (const by_hand::Bug& bug : by_hand::listed_bugs()) {
      const Injected injected = inject(clean, bug);
      const Report report = check_network(injected.claim);
      EXPECT_EQ(report.verdict, Verdict::disagree) << bug.name;
      EXPECT_TRUE(names(report, bug.cause)) << bug.name << "\n" << describe(report);
    }
  }
}

TEST(Inject, SaysWhatItHadToChange) {
  const NetworkClaim clean = subject(Activation::tanh, Output::softmax, Loss::cross_entropy, 5);
  EXPECT_TRUE(inject(clean, require_bug("slope-missing")).changes.empty());
  EXPECT_EQ(inject(clean, require_bug("l2-missing")).changes.at(0),
            "an L2 term, 0.01/2 times the sum of the squared weights, is added to the loss");
  EXPECT_EQ(inject(clean, require_bug("leaky-slope")).changes.at(0),
            "the hidden activation is relu");
}

TEST(Inject, ListsTheBugsWhenThereIsNoneOfTheName) {
  const std::string text = message_of([] { require_bug("typo"); });
  EXPECT_EQ(text.find("there is no bug typo; expected one of summed-batch, "), 0U);
}

}  // namespace
}  // namespace verify
