#pragma once

#include <cstdint>
#include <vector>

#include "autograd/tape/program_parts.h"

/// In which order a program's steps are run, and which of them together.
namespace autograd::detail {

struct Schedule {
  static constexpr std::uint32_t none = 0xffffffffU;

  /// A chain of elementwise steps, or one other step.
  struct Unit {
    std::vector<std::uint32_t> steps;
    bool chain = false;
    Index n = 0;     // the numbers of each step of a chain
    Index line = 0;  // the length of the lines that its last steps reduce; 0 without
  };

  /// A value: which step's storage it is in, from which number on.
  struct Value {
    std::uint32_t root = 0;
    Index first = 0;
    std::uint32_t unit = none;       // of the root
    std::uint32_t last_unit = none;  // that reads the root's storage; of a root
    bool read_outside = false;       // of the root's unit; of a root
    bool output = false;             // or what shares its storage is one; of a root
  };

  std::vector<Unit> units;
  std::vector<Value> values;
};

Schedule schedule(const ProgramParts& parts);

/// Whether step i holds all numbers of its storage, in their order.
bool is_whole(const ProgramParts& parts, const Schedule& schedule, std::uint32_t i);

/// The length of the lines that a step reduces, if it can be part of a chain; 0 otherwise.
Index line_of(const ProgramParts& parts, const Step& step);

}  // namespace autograd::detail
