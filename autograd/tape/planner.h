#pragma once

#include <vector>

#include "autograd/tape/plan.h"
#include "autograd/tape/rooms.h"
#include "autograd/tape/schedule.h"
#include "autograd/tape/slices.h"

/// How a plan is made: unit by unit, while the rooms of values are taken and given back. Used by
/// plan.cpp and plan_chain.cpp.
namespace autograd::detail {

class Planner {
 public:
  explicit Planner(const ProgramParts& parts) : parts_(parts), schedule_(schedule(parts)) {}

  Plan run();

 private:
  friend class ChainPlanner;

  void add_bases();
  void begin_course(std::uint32_t unit);
  void end_course(std::uint32_t unit);
  void add_unit(std::uint32_t unit);
  void add_whole(std::uint32_t unit);
  void add_slice(std::uint32_t i, bool sliced);
  void give_back(std::uint32_t unit);
  void summarize();

  const Step& step(std::uint32_t i) const { return parts_.steps[i]; }
  const Schedule::Value& value(std::uint32_t i) const { return schedule_.values[i]; }
  const Schedule::Value& root(std::uint32_t i) const { return value(value(i).root); }
  std::size_t bytes_of(std::uint32_t i) const {
    return static_cast<std::size_t>(step(i).shape.size()) * size_of(step(i).dtype);
  }
  /// Where the numbers of a step stand.
  Place place_of(std::uint32_t i) const {
    return root_places_[value(i).root].after(static_cast<std::uint64_t>(value(i).first) *
                                             size_of(step(i).dtype));
  }
  /// Whether units are being added that are run slice by slice, and whether a storage exists for a
  /// slice at a time there.
  bool slicing() const { return group_.slices > 0; }
  bool is_sliced(std::uint32_t i) const { return slicing() && is_local(schedule_, group_, i); }
  std::size_t slice_bytes(std::uint32_t i) const {
    return bytes_of(i) / static_cast<std::size_t>(group_.slices);
  }
  /// Room for the value of a step, which has its own.
  void take(std::uint32_t i);

  const ProgramParts& parts_;
  Schedule schedule_;
  Plan plan_;
  Rooms rooms_;
  std::vector<SliceGroup> groups_;  // those to come, the next one last
  SliceGroup group_;                // the one in hand, if its slices are not 0
  Rooms slice_rooms_;               // in that one
  std::size_t most_slice_room_ = 0;
  std::vector<Place> root_places_;
  std::vector<std::vector<std::uint32_t>> ends_;  // the values that a unit reads last
};

/// Adds one chain to a plan.
class ChainPlanner {
 public:
  ChainPlanner(Planner& planner, std::uint32_t unit)
      : p_(planner), unit_(unit), steps_(planner.schedule_.units[unit].steps) {}

  void run();

 private:
  struct Slot {
    std::uint32_t width = 0;  // of the numbers in it
    bool free = false;
  };

  bool stored(std::uint32_t i) const;
  std::uint32_t index_of(std::uint32_t i) const;
  void note_last_readers();
  void add_call(std::uint32_t index);
  void add_operand(RowCall& call, std::size_t k, std::uint32_t i, std::uint32_t j);
  void place_result(RowCall& call, std::uint32_t index);
  bool take_over(std::uint32_t index);
  bool is_free_after(std::uint32_t root, std::uint32_t index) const;
  std::uint32_t take_slot(std::uint32_t width);
  std::uint32_t spread_slot(std::uint32_t i, std::uint32_t j);
  void finish();
  Index block_length() const;

  Planner& p_;
  std::uint32_t unit_;
  const std::vector<std::uint32_t>& steps_;
  Chain chain_;
  std::vector<std::uint32_t> last_readers_;  // by index in the chain
  std::vector<std::uint32_t> slots_of_;      // the slot of a result that is not stored
  std::vector<Slot> slots_;
  std::vector<std::uint32_t> taken_over_;  // roots whose room a result has
};

}  // namespace autograd::detail
