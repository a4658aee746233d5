#include "apps/verify/studies/study.h"

#include "apps/verify/report/describe.h"
#include "apps/verify/studies/by_the_book.h"
#include "apps/verify/studies/flat_vector.h"
#include "apps/verify/studies/line_search.h"
#include "apps/verify/studies/six_weights.h"
#include "apps/verify/studies/three_ways.h"

namespace verify {

using autograd::check::Verdict;

Verdict verdict_of(const Outcome& outcome) {
  const Verdict verdict = gravest(outcome.comparisons);
  if (verdict == Verdict::disagree || outcome.stopped.empty()) return verdict;
  return Verdict::cannot_tell;
}

std::string conclusion_of(const Outcome& outcome) {
  if (!outcome.stopped.empty() && verdict_of(outcome) == Verdict::cannot_tell) {
    return outcome.study + ": cannot tell: " + outcome.stopped;
  }
  return conclude(outcome.study, outcome.comparisons);
}

std::string describe(const Outcome& outcome) {
  std::string text = outcome.study + ": " + outcome.header + "\n";
  if (!outcome.words.empty()) text += "\n" + outcome.words;
  std::string asked;  // the same question in another precision need not be repeated
  for (const Comparison& comparison : outcome.comparisons) {
    if (comparison.question.what != asked) text += "\n" + comparison.question.what + "\n";
    asked = comparison.question.what;
    text += describe(comparison);
  }
  return text + "\n" + conclusion_of(outcome) + "\n";
}

Json to_json(const Outcome& outcome) {
  Json comparisons = Json::array();
  for (const Comparison& comparison : outcome.comparisons) {
    comparisons.push_back(to_json(comparison));
  }
  return {{"study", outcome.study},
          {"checks", outcome.header},
          {"options", outcome.options},
          {"verdict", to_string(verdict_of(outcome))},
          {"conclusion", conclusion_of(outcome)},
          {"numbers", outcome.numbers},
          {"comparisons", comparisons}};
}

std::span<const Study> studies() {
  static const std::vector<Study> all{
      {"six-weights",
       "a tanh network checked by eye, six weights at a time, then all of them",
       {"per-image", "set-wide"},
       {"--data", "--config"},
       six_weights},
      {"flat-vector",
       "a ReLU network packed into one vector, and a bug nobody could name",
       {"correct", "summed-weights"},
       {"--data"},
       flat_vector},
      {"line-search",
       "a logistic network trained with a line search, then checked whole",
       {},
       {"--data", "--picture"},
       line_search},
      {"three-ways",
       "a small sigmoid network, and the trap of a fixed threshold",
       {"all", "nominal", "small-weights", "breast-cancer"},
       {},
       three_ways},
      {"by-the-book",
       "a tanh network with squared error, trained one sample at a time",
       {},
       {"--data", "--epochs"},
       by_the_book},
  };
  return all;
}

}  // namespace verify
