#include <algorithm>
#include <cassert>
#include <numeric>

#include "autograd/kernels/map.h"
#include "autograd/tape/planner.h"

namespace autograd::detail {
namespace {

// A block with all its rows fits into the first-level cache; several of them make a range for a
// thread. What is smaller than a block is done in one go.
constexpr Index longest_block = 1024;
constexpr std::size_t cache = 32768;

// How x is read while y's numbers are walked through: axes that go on evenly are one.
std::vector<Spread::Axis> axes_between(const Shape& x, const Shape& y) {
  std::vector<Spread::Axis> axes;
  Index step = 1;
  for (int axis = y.rank() - 1; axis >= 0; --axis) {
    const int own = axis - (y.rank() - x.rank());
    const Index extent = own < 0 ? 1 : x[own];
    const Index stride = extent == 1 ? 0 : step;
    step *= extent;
    if (y[axis] == 1) continue;
    if (!axes.empty() && stride == axes.back().stride * axes.back().extent) {
      axes.back().extent *= y[axis];
    } else {
      axes.push_back({y[axis], stride});
    }
  }
  return axes;
}

bool same(const Spread& a, const Spread& b) {
  return a.from == b.from && a.dtype == b.dtype &&
         std::equal(a.axes.begin(), a.axes.end(), b.axes.begin(), b.axes.end(),
                    [](const Spread::Axis& m, const Spread::Axis& n) {
                      return m.extent == n.extent && m.stride == n.stride;
                    });
}

std::uint32_t length(const std::vector<RowCall>& list) {
  return static_cast<std::uint32_t>(list.size());
}

}  // namespace

bool ChainPlanner::stored(std::uint32_t i) const {
  const Schedule::Value& v = p_.value(i);
  return v.output || v.read_outside || v.last_unit == Schedule::none;
}

// Its place among the chain's steps, which are in the program's order.
std::uint32_t ChainPlanner::index_of(std::uint32_t i) const {
  return static_cast<std::uint32_t>(std::lower_bound(steps_.begin(), steps_.end(), i) -
                                    steps_.begin());
}

void ChainPlanner::run() {
  Plan& plan = p_.plan_;
  chain_.n = p_.schedule_.units[unit_].n;
  chain_.first_call = length(plan.calls);
  chain_.first_spread = static_cast<std::uint32_t>(plan.spreads.size());
  slots_of_.resize(steps_.size());
  note_last_readers();
  for (std::uint32_t index = 0; index < steps_.size(); ++index) {
    plan.groups[steps_[index]] = static_cast<std::uint32_t>(plan.chains.size());
    add_call(index);
  }
  finish();
  plan.units.push_back({true, static_cast<std::uint32_t>(plan.chains.size())});
  plan.chains.push_back(chain_);
}

void ChainPlanner::note_last_readers() {
  last_readers_.assign(steps_.size(), 0);
  for (std::uint32_t index = 0; index < steps_.size(); ++index) {
    last_readers_[index] = index;
    for (const std::uint32_t j : p_.parts_.operands_of(p_.step(steps_[index]))) {
      if (p_.root(j).unit == unit_) last_readers_[index_of(p_.value(j).root)] = index;
    }
  }
}

void ChainPlanner::add_call(std::uint32_t index) {
  const std::uint32_t i = steps_[index];
  const Step& step = p_.step(i);
  const auto operands = p_.parts_.operands_of(step);
  const Dtype x = operands.empty() ? step.dtype : p_.step(operands.back()).dtype;
  RowCall call;
  call.self = step.settings;
  call.operands = static_cast<std::uint8_t>(operands.size());
  if (step.operation->row != nullptr) {
    call.row = step.operation->row(x);
  } else {
    call.line = static_cast<std::uint32_t>(line_of(p_.parts_, step));
    call.lines = step.operation->on_lines(x);
  }
  for (std::size_t k = 0; k < operands.size(); ++k) add_operand(call, k, i, operands[k]);
  place_result(call, index);
  p_.plan_.calls.push_back(call);
}

void ChainPlanner::add_operand(RowCall& call, std::size_t k, std::uint32_t i, std::uint32_t j) {
  const std::uint32_t root = p_.value(j).root;
  if (p_.value(root).unit == unit_ && !stored(root)) {
    call.x[k] = Place(Place::block, slots_of_[index_of(root)]);
  } else if (p_.step(j).shape.size() == chain_.n) {
    call.x[k] = p_.place_of(j);
    call.x_width[k] = static_cast<std::uint8_t>(size_of(p_.step(j).dtype));
  } else {
    call.x[k] = Place(Place::block, spread_slot(i, j));
  }
}

void ChainPlanner::place_result(RowCall& call, std::uint32_t index) {
  const std::uint32_t i = steps_[index];
  const auto width = static_cast<std::uint32_t>(size_of(p_.step(i).dtype));
  // A number may be written where one of the same width has been read for the last time.
  const auto free_slots = [&](bool of_this_width) {
    for (const std::uint32_t j : p_.parts_.operands_of(p_.step(i))) {
      const std::uint32_t root = p_.value(j).root;
      if (p_.value(root).unit != unit_ || stored(root)) continue;
      Slot& slot = slots_[slots_of_[index_of(root)]];
      const bool last = last_readers_[index_of(root)] == index;
      if (last && (slot.width == width || !of_this_width)) slot.free = true;
    }
  };
  if (stored(i)) {
    if (!take_over(index)) p_.take(i);
    call.y = p_.place_of(i);
    call.y_width = static_cast<std::uint8_t>(width);
  } else {
    free_slots(true);
    slots_of_[index] = take_slot(width);
    call.y = Place(Place::block, slots_of_[index]);
  }
  free_slots(false);
  if (!stored(i)) slots_[slots_of_[index]].free = false;
}

// Gives a result the room of an operand that nobody reads afterwards.
bool ChainPlanner::take_over(std::uint32_t index) {
  const std::uint32_t i = steps_[index];
  if (p_.value(i).output || p_.step(i).shape.size() != chain_.n) return false;
  const Place::Base base = p_.is_sliced(i) ? Place::slice : Place::workspace;
  if (p_.slicing() && base != Place::slice) return false;  // other slices may have to read it
  for (const std::uint32_t j : p_.parts_.operands_of(p_.step(i))) {
    const std::uint32_t root = p_.value(j).root;
    if (p_.root_places_[root].base() != base || p_.value(root).unit == unit_) continue;
    if (size_of(p_.step(root).dtype) != size_of(p_.step(i).dtype)) continue;
    if (!is_free_after(root, index)) continue;
    p_.root_places_[i] = p_.root_places_[root];
    p_.root_places_[root] = Place();
    return true;
  }
  return false;
}

// Whether a storage of other steps is read for the last time here, and by this chain number by
// number alone.
bool ChainPlanner::is_free_after(std::uint32_t root, std::uint32_t index) const {
  if (p_.value(root).output || p_.value(root).last_unit != unit_) return false;
  for (std::uint32_t k = 0; k < steps_.size(); ++k) {
    for (const std::uint32_t j : p_.parts_.operands_of(p_.step(steps_[k]))) {
      if (p_.value(j).root != root) continue;
      if (k > index || p_.step(j).shape.size() != chain_.n) return false;
      if (!is_whole(p_.parts_, p_.schedule_, j)) return false;
    }
  }
  return true;
}

std::uint32_t ChainPlanner::take_slot(std::uint32_t width) {
  auto slot = std::find_if(slots_.begin(), slots_.end(), [](const Slot& s) { return s.free; });
  if (slot == slots_.end()) slot = slots_.insert(slot, Slot{});
  *slot = {width, false};
  return static_cast<std::uint32_t>(slot - slots_.begin());
}

// Where the numbers of j are written out that are broadcast for step i, each kind once.
std::uint32_t ChainPlanner::spread_slot(std::uint32_t i, std::uint32_t j) {
  Spread spread;
  spread.from = p_.place_of(j);
  spread.dtype = p_.step(j).dtype;
  if (spread.from.base() == Place::slice) spread.slice = p_.slice_bytes(j);
  if (p_.step(j).shape.size() != 1) {
    spread.axes = axes_between(p_.step(j).shape, p_.step(i).shape);
    if (spread.axes[0].stride == 1 && spread.axes[1].stride == 0) {
      spread.period = spread.axes[0].extent;
      spread.periods = spread.axes[1].extent;
    }
  }
  auto& all = p_.plan_.spreads;
  const auto known = std::find_if(all.begin() + chain_.first_spread, all.end(),
                                  [&](const Spread& s) { return same(s, spread); });
  if (known != all.end()) return static_cast<std::uint32_t>(known->to.offset());
  slots_.push_back({static_cast<std::uint32_t>(size_of(spread.dtype)), false});
  spread.to = Place(Place::block, slots_.size() - 1);
  all.push_back(std::move(spread));
  return static_cast<std::uint32_t>(slots_.size() - 1);
}

// A multiple of the lines that are reduced and, if it can be, of a row that is repeated.
Index ChainPlanner::block_length() const {
  const Index line = std::max<Index>(1, p_.schedule_.units[unit_].line);
  if (chain_.n <= longest_block) return chain_.n;
  const auto rows = static_cast<Index>(cache / (8 * std::max<std::size_t>(slots_.size(), 4)));
  const Index most = std::clamp<Index>(rows, 64, longest_block);
  Index unit = line;
  for (std::uint32_t k = chain_.first_spread; k < p_.plan_.spreads.size(); ++k) {
    const Index both = std::lcm(unit, std::max<Index>(1, p_.plan_.spreads[k].period));
    if (both <= most) unit = both;
  }
  const Index aligned = std::lcm(unit, Index{16});
  if (aligned <= most) unit = aligned;
  return std::max(most / unit * unit, unit);
}

// Now that the number of slots is known, they get their places.
void ChainPlanner::finish() {
  Plan& plan = p_.plan_;
  chain_.calls = length(plan.calls) - chain_.first_call;
  chain_.spreads = static_cast<std::uint32_t>(plan.spreads.size()) - chain_.first_spread;
  chain_.block = block_length();
  const bool one = chain_.block == chain_.n;
  const std::size_t row = Rooms::rounded(static_cast<std::size_t>(chain_.block) * 8);
  chain_.room = slots_.size() * row;
  const std::size_t begin = one ? p_.rooms_.take(chain_.room) : 0;
  const auto settle = [&](Place& place) {
    if (place.base() != Place::block) return;
    place = Place(one ? Place::workspace : Place::block, begin + place.offset() * row);
  };
  for (std::uint32_t k = 0; k < chain_.calls; ++k) {
    RowCall& call = plan.calls[chain_.first_call + k];
    for (Place& x : call.x) settle(x);
    settle(call.y);
  }
  for (std::uint32_t k = 0; k < chain_.spreads; ++k)
    settle(plan.spreads[chain_.first_spread + k].to);
  if (one) p_.rooms_.give(begin, chain_.room);
}

}  // namespace autograd::detail
