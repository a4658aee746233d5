#include "autograd/tape/plan.h"

#include <algorithm>

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
  for (std::uint32_t unit = 0; unit < schedule_.units.size(); ++unit) {
    if (schedule_.units[unit].chain) {
      ChainPlanner(*this, unit).run();
    } else {
      add_whole(unit);
    }
    give_back(unit);
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

void Planner::take(std::uint32_t i) {
  if (value(i).output) return;  // it has a base of its own
  root_places_[i] = Place(Place::workspace, rooms_.take(bytes_of(i)));
}

void Planner::add_whole(std::uint32_t unit) {
  const std::uint32_t i = schedule_.units[unit].steps.front();
  take(i);
  plan_.units.push_back({false, static_cast<std::uint32_t>(plan_.wholes.size())});
  plan_.wholes.push_back({i, static_cast<std::uint32_t>(plan_.places.size())});
  for (const std::uint32_t j : parts_.operands_of(step(i))) plan_.places.push_back(place_of(j));
  plan_.places.push_back(place_of(i));
}

void Planner::give_back(std::uint32_t unit) {
  for (const std::uint32_t i : ends_[unit]) {
    if (root_places_[i].base() == Place::workspace) {
      rooms_.give(root_places_[i].offset(), bytes_of(i));
    }
  }
}

void Planner::summarize() {
  plan_.workspace = rooms_.top();
  for (std::uint32_t i = 0; i < parts_.steps.size(); ++i) {
    if (value(i).unit == Schedule::none) continue;
    (value(i).output ? plan_.output_bytes : plan_.without_reuse) += Rooms::rounded(bytes_of(i));
  }
}

Plan make_plan(const ProgramParts& parts) { return Planner(parts).run(); }

}  // namespace autograd::detail
