#include "autograd/tape/schedule.h"

#include <algorithm>

namespace autograd::detail {
namespace {

constexpr std::size_t most_steps = 32;  // of a chain, so that its block stays in the cache
constexpr Index longest_line = 512;     // that a block is sure to hold
constexpr std::size_t reach = 8;  // how many units a step may move forward to join its operand

class Scheduler {
 public:
  explicit Scheduler(const ProgramParts& parts) : parts_(parts) {
    made_.values.resize(parts.steps.size());
  }

  Schedule run() {
    for (std::uint32_t i = 0; i < parts_.steps.size(); ++i) place(i);
    for (std::uint32_t i = 0; i < parts_.steps.size(); ++i) note_readers(i);
    for (const std::uint32_t i : parts_.outputs) {
      made_.values[made_.values[i].root].output = true;
    }
    return std::move(made_);
  }

 private:
  Schedule::Value& value(std::uint32_t i) { return made_.values[i]; }
  std::uint32_t unit_of(std::uint32_t i) { return value(value(i).root).unit; }

  // Where y's numbers stand among those of its operand; −1: it has its own.
  Index shared(const Step& step) const {
    if (step.operation->shares == nullptr) return -1;
    return step.operation->shares(step.settings, parts_.steps[parts_.operands_of(step)[0]].shape);
  }

  void place(std::uint32_t i) {
    const Step& step = parts_.steps[i];
    value(i).root = i;
    if (step.operation == nullptr) return;
    if (const Index first = shared(step); first >= 0) {
      const Schedule::Value& from = value(parts_.operands_of(step)[0]);
      value(i).root = from.root;
      value(i).first = from.first + first;
      return;
    }
    const Index line = line_of(parts_, step);
    if (step.operation->row == nullptr && line == 0) return open(i, false, 0);
    const std::uint32_t unit = chain_for(step, line);
    if (unit != Schedule::none) return join(i, unit, line);
    open(i, line == 0, step.shape.size());
  }

  void open(std::uint32_t i, bool chain, Index n) {
    value(i).unit = static_cast<std::uint32_t>(made_.units.size());
    made_.units.push_back({{i}, chain, n, 0});
  }

  void join(std::uint32_t i, std::uint32_t unit, Index line) {
    value(i).unit = unit;
    made_.units[unit].steps.push_back(i);
    if (line > 0) made_.units[unit].line = line;
  }

  // The chain that a step may join: that of its operand computed last, or the last one there is.
  std::uint32_t chain_for(const Step& step, Index line) {
    std::uint32_t latest = Schedule::none;
    for (const std::uint32_t j : parts_.operands_of(step)) {
      const std::uint32_t unit = unit_of(j);
      if (unit != Schedule::none && (latest == Schedule::none || unit > latest)) latest = unit;
    }
    if (latest != Schedule::none && latest + reach >= made_.units.size() &&
        fits(step, line, latest)) {
      return latest;
    }
    const auto last = static_cast<std::uint32_t>(made_.units.size()) - 1;
    return line == 0 && !made_.units.empty() && fits(step, line, last) ? last : Schedule::none;
  }

  bool fits(const Step& step, Index line, std::uint32_t unit) {
    const Schedule::Unit& u = made_.units[unit];
    const auto operands = parts_.operands_of(step);
    const Index n = line == 0 ? step.shape.size() : parts_.steps[operands[0]].shape.size();
    if (!u.chain || u.n != n || u.steps.size() >= most_steps) return false;
    if (line > 0 && u.line > 0 && u.line != line) return false;
    return std::all_of(operands.begin(), operands.end(), [&](std::uint32_t j) {
      const std::uint32_t at = unit_of(j);
      if (at != unit) return at == Schedule::none || at < unit;
      // The block in hand must hold what the step reads.
      return parts_.steps[j].shape.size() == n && is_whole(parts_, made_, j);
    });
  }

  void note_readers(std::uint32_t i) {
    const Step& step = parts_.steps[i];
    if (step.operation == nullptr || value(i).root != i) return;
    const std::uint32_t unit = value(i).unit;
    for (const std::uint32_t j : parts_.operands_of(step)) {
      Schedule::Value& root = value(value(j).root);
      if (root.last_unit == Schedule::none || root.last_unit < unit) root.last_unit = unit;
      root.read_outside = root.read_outside || root.unit != unit;
    }
  }

  const ProgramParts& parts_;
  Schedule made_;
};

}  // namespace

bool is_whole(const ProgramParts& parts, const Schedule& schedule, std::uint32_t i) {
  const Schedule::Value& value = schedule.values[i];
  return value.first == 0 && parts.steps[i].shape.size() == parts.steps[value.root].shape.size();
}

Index line_of(const ProgramParts& parts, const Step& step) {
  if (step.operation->line == nullptr) return 0;
  const Shape& x = parts.steps[parts.operands_of(step)[0]].shape;
  const Index line = step.operation->line(step.settings, x);
  return line > 1 && line <= longest_line && x.size() > 0 ? line : 0;
}

Schedule schedule(const ProgramParts& parts) { return Scheduler(parts).run(); }

}  // namespace autograd::detail
