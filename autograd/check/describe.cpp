#include <algorithm>
#include <string>

#include "autograd/check/compare.h"
#include "autograd/check/parts.h"
#include "autograd/check/text.h"

namespace autograd::check {
namespace {

std::string describe_entry(const Block& block, const Entry& e) {
  return "  " + block.entry_name(e.index) + ": claimed " + number(e.claimed) +
         ", the reference says " + number(e.reference.value) + " ± " + number(e.reference.bar, 2) +
         "\n";
}

/// Whose claim was held against what, and the loss, as far as they are known.
std::string describe_parties(const Report& report) {
  std::string text;
  if (!report.claim.empty() || !report.reference.empty()) {
    text += "The gradient" + (report.claim.empty() ? "" : " " + report.claim);
    text += " against " + (report.reference.empty() ? "differences" : report.reference) + "\n";
  }
  if (report.claimed_loss) {
    text += "loss " + number(report.loss, 10) + "; the claim says " +
            number(*report.claimed_loss, 10) + "\n";
  }
  return text;
}

std::string describe_cause(const std::string& name, const Diagnosis& d) {
  std::string text = name + ": " + d.text + "\n";
  if (!d.evidence.empty()) text += "  seen by: " + d.evidence + "\n";
  if (!d.fix.empty()) text += "  what to do: " + d.fix + "\n";
  return text;
}

std::string describe_block(const BlockReport& b) {
  std::string text = b.block.name + ": " + to_string(b.verdict) + " (" +
                     std::to_string(b.count(Verdict::agree)) + " agree";
  for (const Verdict v : {Verdict::kink, Verdict::cannot_tell, Verdict::disagree}) {
    if (b.count(v) > 0) text += ", " + std::to_string(b.count(v)) + " " + to_string(v);
  }
  text += ")";
  if (b.not_finite > 0) text += ", " + std::to_string(b.not_finite) + " not finite";
  text += "; largest difference " + number(b.largest_difference, 2) + " at " +
          b.block.entry_name(b.largest_at) + "; resolution " + number(b.resolution, 2) + "\n";
  for (const Entry& e : b.worst) {
    if (e.verdict == Verdict::disagree) text += describe_entry(b.block, e);
  }
  return text;
}

/// The one cause of everything where there is one, otherwise that of each block that disagrees.
std::string describe_causes(const Report& report) {
  if (report.whole) return describe_cause("everywhere", *report.whole);
  std::string text;
  for (const Diagnosis& d : report.diagnoses) {
    if (!d.cause.empty()) text += describe_cause(d.block.empty() ? "everywhere" : d.block, d);
  }
  return text;
}

std::string listed(const std::vector<std::string>& texts) {
  std::string text;
  for (const std::string& each : texts) text += (text.empty() ? "" : "; ") + each;
  return text;
}

std::string describe_blind(const Report& report) {
  if (report.blind.empty()) return "";
  return "Could not have been seen at this point: " + listed(report.blind) +
         "; check again at a random point\n";
}

}  // namespace

std::string describe(const Report& report) {
  std::string text = describe_parties(report);
  for (const BlockReport& block : report.blocks) text += describe_block(block);
  text += describe_causes(report);
  for (const std::string& finding : report.findings) text += finding + "\n";
  if (!report.repeatable) text += "the claim gave another answer when asked a second time\n";
  text += to_string(report.verdict);
  if (report.verdict == Verdict::agree) {
    text += ": an entry wrong by more than " + number(resolution_of(report), 2) +
            " would have been seen";
  }
  text += "\n" + describe_blind(report);
  if (!report.left_out.empty()) {
    text += "Left out, for the budget of time had no room: " + listed(report.left_out) + "\n";
  }
  if (!report.cost.empty()) text += "cost: " + report.cost + "\n";
  return text;
}

}  // namespace autograd::check
