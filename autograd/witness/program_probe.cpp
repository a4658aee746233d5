#include "autograd/witness/program_probe.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "autograd/check/random.h"
#include "autograd/tape/tape.h"
#include "autograd/tensor/error.h"
#include "autograd/witness/flat.h"
#include "autograd/witness/move_batch.h"
#include "autograd/witness/move_plan.h"

namespace autograd::check {
namespace {

void require_doubles(const Program& f, std::span<const Tensor> inputs) {
  for (const Tensor& x : inputs) {
    if (x.dtype() == f64) continue;
    throw Error("ProgramProbe: the inputs must be f64; got " + std::string(name(x.dtype())) +
                "; convert the program with in_f64");
  }
  if (f.outputs() == 0) throw Error("ProgramProbe: the program has no output; expected a scalar");
  const bool empty =
      std::all_of(inputs.begin(), inputs.end(), [](const Tensor& x) { return x.size() == 0; });
  if (empty) throw Error("ProgramProbe: the point is empty; expected at least one entry");
}

}  // namespace

struct ProgramProbe::Plans {
  Program program;
  std::vector<Block> blocks;  // of the inputs
  std::vector<MovePlan> of_input;
};

ProgramProbe::ProgramProbe(const Program& f, std::span<const Tensor> inputs) {
  require_doubles(f, inputs);
  const Pause pause;
  auto plans = std::make_shared<Plans>(Plans{f, {}, {}});
  Index offset = 0;
  for (const Tensor& x : inputs) {
    plans->blocks.push_back({"", {x.shape().begin(), x.shape().end()}, offset});
    offset += x.size();
  }
  point_ = std::make_shared<const std::vector<double>>(flatten(inputs));
  walk_ = std::make_shared<const Walk>(f, inputs);
  const Tensor& y = walk_->value(walk_->output(0));
  if (y.size() != 1) {
    throw Error("ProgramProbe: the program's first output must be a scalar; got " +
                to_string(y.shape()));
  }
  plans->of_input = plan_moves(*walk_, inputs.size());
  plans_ = plans;
  for (std::size_t k = 0; k < inputs.size(); ++k) trust_or_redo_alone(*plans, k);
}

ProgramProbe::ProgramProbe(std::shared_ptr<const Plans> plans, std::span<const double> point)
    : plans_(std::move(plans)),
      point_(std::make_shared<const std::vector<double>>(point.begin(), point.end())) {
  const Pause pause;
  const auto& blocks = plans_->blocks;
  const Index size = blocks.empty() ? 0 : blocks.back().offset + blocks.back().count();
  if (static_cast<Index>(point.size()) != size) {
    throw Error("ProgramProbe: got a point of " + std::to_string(point.size()) +
                " entries; expected " + std::to_string(size));
  }
  walk_ = std::make_shared<const Walk>(plans_->program, cut(point, blocks));
}

/// A few moves of input k both ways. Where they differ by more than rounding, the fast way is not
/// taken: that would be an operation that is not what its name says.
void ProgramProbe::trust_or_redo_alone(Plans& plans, std::size_t k) const {
  constexpr double rounding = 1e-10;
  constexpr std::size_t tried = 3;
  const Block& block = plans.blocks[k];
  if (!plans.of_input[k].reaches || block.count() == 0) return;
  Random random(k + 1);
  std::vector<Move> moves;
  for (std::size_t i = 0; i < tried; ++i) {
    const Index index = block.offset + random.below(block.count());
    const double x = std::abs((*point_)[static_cast<std::size_t>(index)]);
    moves.push_back({index, (i % 2 == 0 ? 0x1p-6 : -0x1p-6) * std::max(1.0, x)});
  }
  std::vector<double> fast(tried), plain(tried);
  together(k, moves, fast);
  MovePlan planned = std::exchange(plans.of_input[k], plan_alone(plans.of_input[k]));
  together(k, moves, plain);
  for (std::size_t i = 0; i < tried; ++i) {
    const bool neither = !std::isfinite(fast[i]) && !std::isfinite(plain[i]);
    const double room = rounding * std::max(1.0, std::abs(plain[i]));
    if (!neither && !(std::abs(fast[i] - plain[i]) <= room)) return;
  }
  plans.of_input[k] = std::move(planned);
}

ProgramProbe::Plan ProgramProbe::plan(std::size_t k) const {
  const MovePlan& plan = plans_->of_input[k];
  return {plan.together.size(), plan.alone.size()};
}

std::size_t ProgramProbe::input_of(std::int64_t index) const {
  const auto& blocks = plans_->blocks;
  const auto next = std::upper_bound(
      blocks.begin(), blocks.end(), index,
      [](std::int64_t i, const Block& block) { return i < block.offset + block.count(); });
  if (index < 0 || next == blocks.end()) {
    throw Error("ProgramProbe: there is no entry " + std::to_string(index) + " in a point of " +
                std::to_string(point_->size()));
  }
  return static_cast<std::size_t>(next - blocks.begin());
}

double ProgramProbe::value(std::int64_t index, double delta) {
  const Move move{index, delta};
  double y = 0;
  values(std::span(&move, 1), std::span(&y, 1));
  return y;
}

void ProgramProbe::values(std::span<const Move> moves, std::span<double> out) {
  const Pause pause;
  for (std::size_t begin = 0; begin < moves.size();) {
    const std::size_t k = input_of(moves[begin].index);
    const Index first = plans_->blocks[k].offset, last = first + plans_->blocks[k].count();
    const std::size_t most = std::min(begin + plans_->of_input[k].batch, moves.size());
    std::size_t end = begin + 1;
    while (end < most && moves[end].index >= first && moves[end].index < last) ++end;
    together(k, moves.subspan(begin, end - begin), out.subspan(begin, end - begin));
    begin = end;
  }
}

void ProgramProbe::together(std::size_t k, std::span<const Move> moves,
                            std::span<double> out) const {
  const MovePlan& plan = plans_->of_input[k];
  const double here = walk_->value(walk_->output(0)).item();
  std::vector<std::size_t> which;
  std::vector<Index> entries;
  std::vector<double> numbers;
  for (std::size_t m = 0; m < moves.size(); ++m) {
    out[m] = here;
    const double x = (*point_)[static_cast<std::size_t>(moves[m].index)];
    if (!plan.reaches || x + moves[m].delta == x) continue;
    which.push_back(m);
    entries.push_back(moves[m].index - plans_->blocks[k].offset);
    numbers.push_back(x + moves[m].delta);
  }
  if (which.empty()) return;
  std::vector<double> values(which.size());
  MoveBatch(*walk_, plan, k, entries, numbers).outputs(values);
  for (std::size_t i = 0; i < which.size(); ++i) out[which[i]] = values[i];
}

std::unique_ptr<Probe> ProgramProbe::clone() const { return std::make_unique<ProgramProbe>(*this); }

std::unique_ptr<Probe> ProgramProbe::moved_to(std::span<const double> point) const {
  return std::unique_ptr<Probe>(new ProgramProbe(plans_, point));
}

}  // namespace autograd::check
