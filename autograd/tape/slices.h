#pragma once

#include <cstdint>
#include <vector>

#include "autograd/tape/schedule.h"

/// Units that are run together slice by slice along the first axis of their values, so that what
/// they hand on to one another is still in the cache, and need not exist as a whole.
namespace autograd::detail {

struct SliceGroup {
  std::uint32_t first = 0, last = 0;  // units
  Index slices = 0;
};

/// The groups that are worth it, in the order of their units.
std::vector<SliceGroup> slice_groups(const ProgramParts& parts, const Schedule& schedule);

/// Whether a value is handed on within a group alone: it exists for a slice at a time.
bool is_local(const Schedule& schedule, const SliceGroup& group, std::uint32_t root);

/// Whether a slice of step i reads the same slice of its operand j, and nothing else of it.
bool reads_slices(const ProgramParts& parts, std::uint32_t i, std::uint32_t j, Index slices);

}  // namespace autograd::detail
