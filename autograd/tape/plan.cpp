#include "autograd/tape/plan.h"

#include <algorithm>
#include <utility>

#include "autograd/tape/planner.h"

namespace autograd::detail {

Plan Planner::run() {
  root_places_.resize(parts_.steps.size());
  ends_.resize(schedule_.units.size());
  add_bases();
  if (!plan_.possible) return std::move(plan_);
  for (std::uint32_t i = 0; i < parts_.steps.size(); ++i) {
    const Schedule::Value& v = value(i);
    if (v.unit == Schedule::none || v.output) continue;
    ends_[v.last_unit == Schedule::none ? v.unit : v.last_unit].push_back(i);
  }
  plan_.groups.assign(parts_.steps.size(), Plan::no_group);
  groups_ = slice_groups(parts_, schedule_);
  std::reverse(groups_.begin(), groups_.end());
  for (std::uint32_t unit = 0; unit < schedule_.units.size(); ++unit) {
    begin_course(unit);
    add_unit(unit);
    give_back(unit);
    end_course(unit);
  }
  summarize();
  return std::move(plan_);
}

void Planner::add_bases() {
  std::uint32_t base = Place::others;
  for (std::uint32_t i = 0; i < parts_.steps.size(); ++i) {
    const Step& s = step(i);
    plan_.roots.push_back(value(i).root);
    if (s.parameter) plan_.parameters.push_back(i);
    if (value(i).output && value(i).unit != Schedule::none) plan_.own.push_back(i);
    if (s.input < 0 && !s.parameter && s.operation == nullptr) {
      const auto address = reinterpret_cast<std::uintptr_t>(s.constant.data());
      root_places_[i] = Place(Place::absolute, address);
    }
  }
  plan_.possible =
      parts_.inputs.size() + plan_.parameters.size() + plan_.own.size() + base < Place::bases;
  if (!plan_.possible) return;
  for (const std::uint32_t i : parts_.inputs) root_places_[i] = Place(base++, 0);
  for (const std::uint32_t i : plan_.parameters) root_places_[i] = Place(base++, 0);
  for (const std::uint32_t i : plan_.own) root_places_[i] = Place(base++, 0);
}

void Planner::begin_course(std::uint32_t unit) {
  const auto begin = static_cast<std::uint32_t>(plan_.units.size());
  if (!groups_.empty() && groups_.back().first == unit) {
    group_ = groups_.back();
    groups_.pop_back();
    slice_rooms_ = Rooms();
    plan_.courses.push_back({begin, begin, group_.slices, 0});
  } else if (!slicing() && (plan_.courses.empty() || plan_.courses.back().slices > 0)) {
    plan_.courses.push_back({begin, begin, 0, 0});
  }
}

void Planner::end_course(std::uint32_t unit) {
  plan_.courses.back().end = static_cast<std::uint32_t>(plan_.units.size());
  if (!slicing() || group_.last != unit) return;
  plan_.courses.back().room = slice_rooms_.top();
  most_slice_room_ = std::max(most_slice_room_, slice_rooms_.top());
  const SliceGroup done = std::exchange(group_, SliceGroup());
  // What a slice has read for the last time, the next one may still have to read.
  for (std::uint32_t k = done.first; k <= done.last; ++k) give_back(k);
}

void Planner::add_unit(std::uint32_t unit) {
  if (schedule_.units[unit].chain) {
    ChainPlanner(*this, unit).run();
  } else {
    add_whole(unit);
  }
}

void Planner::take(std::uint32_t i) {
  if (value(i).output) return;  // it has a base of its own
  root_places_[i] = is_sliced(i) ? Place(Place::slice, slice_rooms_.take(slice_bytes(i)))
                                 : Place(Place::workspace, rooms_.take(bytes_of(i)));
}

void Planner::add_whole(std::uint32_t unit) {
  const std::uint32_t i = schedule_.units[unit].steps.front();
  take(i);
  plan_.units.push_back({false, static_cast<std::uint32_t>(plan_.wholes.size())});
  plan_.wholes.push_back({i, static_cast<std::uint32_t>(plan_.places.size()),
                          static_cast<std::uint32_t>(plan_.slices.size())});
  for (const std::uint32_t j : parts_.operands_of(step(i))) {
    plan_.places.push_back(place_of(j));
    if (slicing()) add_slice(j, reads_slices(parts_, i, j, group_.slices));
  }
  plan_.places.push_back(place_of(i));
  if (slicing()) add_slice(i, true);
}

void Planner::add_slice(std::uint32_t i, bool sliced) {
  const Shape& whole = step(i).shape;
  if (!sliced) return plan_.slices.push_back({whole, 0});
  const bool one = root_places_[value(i).root].base() == Place::slice;
  plan_.slices.push_back({whole.with(0, 1), one ? 0 : slice_bytes(i)});
}

void Planner::give_back(std::uint32_t unit) {
  for (const std::uint32_t i : ends_[unit]) {
    const Place place = root_places_[i];
    if (place.base() == Place::slice && slicing()) {
      slice_rooms_.give(place.offset(), slice_bytes(i));
    } else if (place.base() == Place::workspace && !slicing()) {
      rooms_.give(place.offset(), bytes_of(i));
    }
  }
}

void Planner::summarize() {
  plan_.workspace = rooms_.top() + most_slice_room_;
  for (std::uint32_t i = 0; i < parts_.steps.size(); ++i) {
    if (value(i).unit == Schedule::none) continue;
    (value(i).output ? plan_.output_bytes : plan_.without_reuse) += Rooms::rounded(bytes_of(i));
  }
}

Plan make_plan(const ProgramParts& parts) { return Planner(parts).run(); }

}  // namespace autograd::detail
