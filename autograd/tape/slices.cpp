#include "autograd/tape/slices.h"

#include <algorithm>

namespace autograd::detail {
namespace {

constexpr Index fewest_slices = 8;     // lest threads that share them out are left without work
constexpr Index shortest_slice = 512;  // numbers, lest the way to a slice cost more
constexpr std::size_t worth_it = std::size_t{1} << 17U;  // bytes that need not exist as a whole

class Finder {
 public:
  Finder(const ProgramParts& parts, const Schedule& schedule)
      : parts_(parts), schedule_(schedule) {}

  std::vector<SliceGroup> run() const {
    std::vector<SliceGroup> groups;
    const auto count = static_cast<std::uint32_t>(schedule_.units.size());
    for (std::uint32_t unit = 0; unit < count;) {
      const SliceGroup group = from(unit);
      if (group.last > group.first && saved(group) >= worth_it) groups.push_back(group);
      unit = group.last + 1;
    }
    return groups;
  }

 private:
  const Step& step(std::uint32_t i) const { return parts_.steps[i]; }

  // As many units as go together from one on; at least that one.
  SliceGroup from(std::uint32_t unit) const {
    const Shape& y = step(schedule_.units[unit].steps.front()).shape;
    SliceGroup group{unit, unit, y.rank() == 0 ? 0 : y[0]};
    if (group.slices < fewest_slices || !fits(group, unit)) return group;
    while (group.last + 1 < schedule_.units.size() && fits(group, group.last + 1)) ++group.last;
    return group;
  }

  bool fits(const SliceGroup& group, std::uint32_t unit) const {
    const Schedule::Unit& u = schedule_.units[unit];
    const bool cut = u.chain ? cuts_chain(u, group.slices) : cuts_whole(u.steps[0], group.slices);
    if (!cut) return false;
    return std::all_of(u.steps.begin(), u.steps.end(), [&](std::uint32_t i) {
      const auto operands = parts_.operands_of(step(i));
      return std::all_of(operands.begin(), operands.end(), [&](std::uint32_t j) {
        const std::uint32_t from = schedule_.values[schedule_.values[j].root].unit;
        if (from == Schedule::none || from < group.first || from == unit) return true;
        if (!is_whole(parts_, schedule_, j)) return false;
        const bool along = u.chain && step(j).shape.size() == u.n;
        return along || reads_slices(parts_, i, j, group.slices);
      });
    });
  }

  static bool cuts_chain(const Schedule::Unit& u, Index slices) {
    const Index slice = u.n / slices;
    return u.n % slices == 0 && slice >= shortest_slice && u.n > 2 * shortest_slice &&
           (u.line == 0 || slice % u.line == 0);
  }

  bool cuts_whole(std::uint32_t i, Index slices) const {
    const Step& s = step(i);
    if (s.operation->by_slices == nullptr || s.shape.rank() == 0 || s.shape[0] != slices) {
      return false;
    }
    std::vector<ops::Operand> shapes;
    Index most = s.shape.size();
    for (const std::uint32_t j : parts_.operands_of(s)) {
      shapes.push_back({nullptr, &step(j).shape});
      most = std::max(most, step(j).shape.size());
    }
    return most / slices >= shortest_slice && s.operation->by_slices(s.settings, shapes);
  }

  std::size_t saved(const SliceGroup& group) const {
    std::size_t bytes = 0;
    for (std::uint32_t unit = group.first; unit <= group.last; ++unit) {
      for (const std::uint32_t i : schedule_.units[unit].steps) {
        const bool handed_on = schedule_.values[i].read_outside;
        if (handed_on && is_local(schedule_, group, i)) {
          bytes += static_cast<std::size_t>(step(i).shape.size()) * size_of(step(i).dtype);
        }
      }
    }
    return bytes;
  }

  const ProgramParts& parts_;
  const Schedule& schedule_;
};

}  // namespace

std::vector<SliceGroup> slice_groups(const ProgramParts& parts, const Schedule& schedule) {
  return Finder(parts, schedule).run();
}

bool is_local(const Schedule& schedule, const SliceGroup& group, std::uint32_t root) {
  const Schedule::Value& value = schedule.values[root];
  return value.unit != Schedule::none && value.unit >= group.first && value.unit <= group.last &&
         !value.output && value.last_unit != Schedule::none && value.last_unit <= group.last;
}

bool reads_slices(const ProgramParts& parts, std::uint32_t i, std::uint32_t j, Index slices) {
  const Shape &y = parts.steps[i].shape, &x = parts.steps[j].shape;
  if (y.rank() == 0 || x.rank() == 0 || y[0] != slices || x[0] != slices) return false;
  // A broadcast operand is aligned at the last axis; other operations say themselves.
  return parts.steps[i].operation->row == nullptr || x.rank() == y.rank();
}

}  // namespace autograd::detail
