#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "autograd/ops/operation.h"
#include "autograd/tape/arena.h"
#include "autograd/tape/parameter.h"
#include "autograd/tensor/tensor.h"

/// What a program is made of. Used by the files that run, print and measure programs.
namespace autograd {
class Program;
}

namespace autograd::detail {

class Recording;
struct Plan;

/// One value of a program, and where it comes from: an input, a parameter, a constant or an
/// operation.
struct Step {
  const ops::Operation* operation = nullptr;
  void* settings = nullptr;            // of the operation, in the program's arena
  std::int32_t input = -1;             // its number, if it is an input
  std::optional<Parameter> parameter;  // if it is one
  Tensor constant;                     // if it is one
  std::uint32_t first_operand = 0;     // in the list of operands
  std::uint32_t operands = 0;
  std::uint32_t last_reader = 0;  // the last step that reads it; an output is never given up
  Shape shape;
  Dtype dtype{};
  bool varies = false;  // with an input or a parameter
  bool kept = false;    // a pullback looks at its value
};

struct ProgramParts {
  ProgramParts() = default;
  ProgramParts(const ProgramParts&) = delete;
  ProgramParts& operator=(const ProgramParts&) = delete;
  ~ProgramParts();

  std::vector<Step> steps;
  std::vector<std::uint32_t> operands;
  std::vector<std::uint32_t> outputs;
  std::vector<std::uint32_t> inputs;  // the step of each input
  Arena settings;

  std::span<const std::uint32_t> operands_of(const Step& step) const {
    return std::span(operands).subspan(step.first_operand, step.operands);
  }
  std::string name_of(const Step& step) const;

  /// How the program is run; made when it is first asked for.
  const Plan& plan() const;

 private:
  mutable std::once_flag planned_;
  mutable std::unique_ptr<const Plan> plan_;
};

/// What a program is made of, which it keeps.
const ProgramParts& parts_of(const Program& program);

/// The part of a recording that outputs are computed by.
std::shared_ptr<const ProgramParts> extract(const Recording& recording,
                                            const std::vector<Tensor>& inputs,
                                            const std::vector<Tensor>& outputs);

}  // namespace autograd::detail
