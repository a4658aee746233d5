#include "apps/verify/report/describe.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "apps/verify/report/table.h"

namespace verify {

namespace check = autograd::check;
using check::Verdict;

namespace {

constexpr auto left = Table::Align::left;
constexpr auto right = Table::Align::right;

std::string precision_of(const Question& question) {
  return question.dtype == autograd::f32 ? "float32" : "float64";
}

std::string block_table(const ClaimReport& claim) {
  Table table({{"block", left},
               {"entries", right},
               {"agree", right},
               {"kink", right},
               {"cannot tell", right},
               {"wrong", right},
               {"largest difference", right},
               {"at", left},
               {"resolution", right},
               {"alpha", right}});
  for (std::size_t i = 0; i < claim.report.blocks.size(); ++i) {
    const check::BlockReport& b = claim.report.blocks[i];
    table.add({b.block.name, grouped(b.block.count()), grouped(b.count(Verdict::agree)),
               grouped(b.count(Verdict::kink)), grouped(b.count(Verdict::cannot_tell)),
               grouped(b.count(Verdict::disagree)), figure(b.largest_difference),
               b.block.entry_name(b.largest_at), figure(b.resolution),
               figure(claim.diagnoses[i].alpha, 6)});
  }
  return table.text();
}

std::string wrong_entries(const ClaimReport& claim) {
  std::string text;
  for (const check::BlockReport& b : claim.report.blocks) {
    for (const check::Entry& e : b.worst) {
      if (e.verdict != Verdict::disagree) continue;
      text +=
          fmt::format("  {}: claimed {}, differences say {} ± {}\n", b.block.entry_name(e.index),
                      figure(e.claimed, 6), figure(e.reference.value, 6), figure(e.reference.bar));
    }
  }
  return text;
}

// A line on the same claim against the verified tape.
std::string describe_exact(const check::Report& report) {
  double resolution = 0;
  for (const check::BlockReport& b : report.blocks) resolution = std::max(resolution, b.resolution);
  std::string text = fmt::format("against the verified tape: {}, resolution {}\n",
                                 to_string(report.verdict), figure(resolution));
  for (const std::string& finding : report.findings) text += "  " + finding + "\n";
  return text;
}

std::string describe_claim(const Comparison& comparison, const ClaimReport& claim) {
  std::string text = fmt::format("{}, {}, against differences with error bars; loss {}\n{}",
                                 claim.name, precision_of(comparison.question),
                                 figure(claim.claim.loss, 8), block_table(claim));
  if (!claim.report.repeatable) {
    text += claim.name + " gave another answer when asked a second time\n";
  }
  if (claim.exact) text += describe_exact(*claim.exact);
  if (claim.report.verdict == Verdict::agree) return text;
  return text + check::describe(claim.exact ? claim.exact->diagnoses : claim.diagnoses) +
         wrong_entries(claim);
}

std::string describe_pair(const PairReport& pair) {
  Table table({{"block", left},
               {"largest difference", right},
               {"at", left},
               {"relative", right},
               {"", left}});
  for (const BlockAgreement& b : pair.blocks) {
    table.add({b.block, figure(b.absolute), b.at, figure(b.relative),
               b.agree ? "agree" : "apart by more than rounding"});
  }
  return fmt::format("{} against {}\n{}", pair.first, pair.second, table.text());
}

std::string join(const std::vector<std::string>& words) {
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0) text += i + 1 == words.size() ? " and " : ", ";
    text += words[i];
  }
  return text;
}

void add_new(std::vector<std::string>& words, const std::string& word) {
  if (std::find(words.begin(), words.end(), word) == words.end()) words.push_back(word);
}

// "by hand is wrong in W1 and W2" for every claim that disagrees, and the pairs that do.
std::string faults(std::span<const Comparison> comparisons) {
  std::vector<std::string> found;
  for (const Comparison& comparison : comparisons) {
    for (const ClaimReport& claim : comparison.claims) {
      if (claim.report.verdict != Verdict::disagree) continue;
      std::vector<std::string> blocks;
      for (const check::BlockReport& b : claim.report.blocks) {
        if (b.verdict == Verdict::disagree) blocks.push_back(b.block.name);
      }
      add_new(found, "the gradient " + claim.name +
                         (blocks.empty() ? " is not repeatable" : " is wrong in " + join(blocks)));
    }
    for (const PairReport& pair : comparison.pairs) {
      if (!pair.agree) {
        add_new(found, "the gradients " + pair.first + " and " + pair.second + " differ");
      }
    }
  }
  return join(found);
}

}  // namespace

std::string describe(const Comparison& comparison) {
  std::string text;
  for (const ClaimReport& claim : comparison.claims) text += describe_claim(comparison, claim);
  for (const PairReport& pair : comparison.pairs) text += describe_pair(pair);
  return text + comparison.words;
}

std::string conclude(const std::string& study, std::span<const Comparison> comparisons) {
  std::vector<std::string> names;
  for (const Comparison& comparison : comparisons) {
    for (const ClaimReport& claim : comparison.claims) add_new(names, claim.name);
  }
  const bool one = names.size() == 1;
  const std::string subject = (one ? "the gradient " : "the gradients ") + join(names);
  switch (gravest(comparisons)) {
    case Verdict::disagree:
      return study + ": " + faults(comparisons);
    case Verdict::cannot_tell:
      return study + ": cannot tell at this precision whether " + subject +
             (one ? " is right" : " are right");
    case Verdict::agree:
    case Verdict::kink:
      break;
  }
  return study + ": " + subject +
         (one ? " agrees with the differences" : " agree with the differences and each other");
}

}  // namespace verify
