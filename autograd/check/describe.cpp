#include <algorithm>
#include <string>

#include "autograd/check/compare.h"
#include "autograd/check/text.h"

namespace autograd::check {
namespace {

std::string describe_entry(const Block& block, const Entry& e) {
  return "  " + block.entry_name(e.index) + ": claimed " + number(e.claimed) +
         ", differences say " + number(e.reference.value) + " ± " + number(e.reference.bar, 2) +
         "\n";
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

}  // namespace

std::string describe(const Report& report) {
  std::string text;
  double resolution = 0;
  for (const BlockReport& block : report.blocks) {
    text += describe_block(block);
    resolution = std::max(resolution, block.resolution);
  }
  if (!report.repeatable) text += "the claim gave another answer when asked a second time\n";
  text += to_string(report.verdict);
  if (report.verdict == Verdict::agree) {
    text += ": an entry wrong by more than " + number(resolution, 2) + " would have been seen";
  }
  return text + "\n";
}

}  // namespace autograd::check
