#pragma once

#include <algorithm>
#include <cstddef>
#include <span>

#include "autograd/check/report.h"

// How the writers of a report find what belongs to a block.

namespace autograd::check {

/// The entries of a block; none where the report keeps no entries.
inline std::span<const Entry> entries_of(const Report& report, const BlockReport& block) {
  const auto offset = static_cast<std::size_t>(block.block.offset);
  const auto count = static_cast<std::size_t>(block.block.count());
  if (report.entries.size() < offset + count) return {};
  return std::span(report.entries).subspan(offset, count);
}

/// What is wrong with a block; null where nothing has been said of it.
inline const Diagnosis* diagnosis_of(const Report& report, const BlockReport& block) {
  const auto found = std::find_if(report.diagnoses.begin(), report.diagnoses.end(),
                                  [&](const auto& d) { return d.block == block.block.name; });
  return found == report.diagnoses.end() ? nullptr : &*found;
}

/// An entry of a block that judged wrong by more than this would have been seen: the largest of the
/// blocks'.
inline double resolution_of(const Report& report) {
  double resolution = 0;
  for (const BlockReport& block : report.blocks) {
    resolution = std::max(resolution, block.resolution);
  }
  return resolution;
}

}  // namespace autograd::check
