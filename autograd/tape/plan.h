#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <memory>
#include <span>
#include <vector>

#include "autograd/ops/operation.h"
#include "autograd/tape/program_parts.h"

/// How a program is run when nobody records: planned once, from its steps, so that a run has
/// nothing but the operations' kernels in it.
///
/// Every value has its place in one workspace from its computation to its last reader; two that
/// are never needed at a time may have the same place. Elementwise steps of one size make a chain:
/// a chain goes through its numbers block by block, and what only its own steps read exists for a
/// block at a time. Reshapes and leading slices are places within those of their operands.
namespace autograd::detail {

/// Where numbers stand: so many bytes from a base, which a run knows.
class Place {
 public:
  enum Base : std::uint32_t {
    absolute,   ///< an address
    workspace,  ///< of the run
    block,      ///< of a chain's block
    slice,      ///< of a slice
    others      ///< the first of inputs, parameters and outputs
  };
  static constexpr std::uint32_t bases = 1U << 16U;

  Place() = default;
  Place(std::uint32_t base, std::uint64_t offset) : packed_(std::uint64_t{base} << 48U | offset) {}

  std::uint32_t base() const { return static_cast<std::uint32_t>(packed_ >> 48U); }
  std::uint64_t offset() const { return packed_ & ((std::uint64_t{1} << 48U) - 1); }
  Place after(std::uint64_t bytes) const { return {base(), offset() + bytes}; }
  bool operator==(const Place&) const = default;

 private:
  std::uint64_t packed_ = 0;
};

/// One step of a chain: rows of numbers, or the sums and the like of lines of them.
struct RowCall {
  union {
    ops::OnRow row;
    ops::OnLines lines;
  };
  const void* self = nullptr;
  std::array<Place, ops::most_row_operands> x{};
  Place y;
  std::uint32_t line = 0;  // the length of lines; 0: rows
  std::uint8_t operands = 0;
  std::uint8_t y_width = 0;                                    // bytes from one number to the next;
  std::array<std::uint8_t, ops::most_row_operands> x_width{};  // 0 where the block has its own

  RowCall() : row(nullptr) {}
};

/// An operand of a chain that is broadcast, written out for a block.
struct Spread {
  struct Axis {
    Index extent, stride;
  };
  Place from, to;
  Dtype dtype{};
  std::uint64_t slice = 0;  // bytes of a slice of the operand, if only one is there at a time
  std::vector<Axis> axes;   // innermost first, merged; none: a single number
  Index period = 0;         // after so many numbers it begins again …
  Index periods = 0;        // … so many times
};

struct Chain {
  std::uint32_t first_call = 0, calls = 0;
  std::uint32_t first_spread = 0, spreads = 0;
  Index n = 0;           // numbers
  Index block = 0;       // in hand at a time; n: all
  std::size_t room = 0;  // bytes of a block's numbers, where there are several blocks
};

/// A step that is no part of a chain.
struct Whole {
  std::uint32_t step = 0;
  std::uint32_t first_place = 0;  // of its operands; then that of y
  std::uint32_t first_slice = 0;  // in the list of slices, likewise, if it is run by slices
};

/// One slice of an operand or of y.
struct Slice {
  Shape shape;
  std::uint64_t step = 0;  // bytes from one to the next; 0 where there is but one
};

struct Plan {
  struct Unit {
    bool chain = false;
    std::uint32_t at = 0;  // in the list of chains or of wholes
  };

  /// Units that are run one after another: once, or for every slice.
  struct Course {
    std::uint32_t first = 0, end = 0;
    Index slices = 0;      // 0: once
    std::size_t room = 0;  // bytes of what exists for a slice at a time
  };
  static constexpr std::uint32_t no_group = 0xffffffffU;

  bool possible = true;  // not with too many inputs and outputs
  std::vector<Course> courses;
  std::vector<Unit> units;
  std::vector<Chain> chains;
  std::vector<RowCall> calls;
  std::vector<Spread> spreads;
  std::vector<Whole> wholes;
  std::vector<Place> places;
  std::deque<Slice> slices;
  std::vector<std::uint32_t> roots;       // of each step: whose storage it shares; itself
  std::vector<std::uint32_t> groups;      // of each step: the number of its chain
  std::vector<std::uint32_t> parameters;  // steps, in the order of their bases behind the inputs'
  std::vector<std::uint32_t> own;         // steps whose storage is that of outputs, likewise
  std::size_t workspace = 0;              // bytes
  std::size_t without_reuse = 0;          // were every value stored in a place of its own
  std::size_t output_bytes = 0;
};

Plan make_plan(const ProgramParts& parts);

/// The outputs at inputs that have been checked.
void run_plan(const ProgramParts& parts, std::span<const Tensor> inputs, std::span<Tensor> outputs);

}  // namespace autograd::detail
