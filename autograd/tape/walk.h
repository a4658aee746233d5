#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "autograd/tape/program.h"
#include "autograd/tensor/tensor.h"

/// A program run with everything in view: the value of every step, and a backward pass in which any
/// pullback may be replaced.
///
/// A checker asks with it what a gradient would be if one rule were another: an activation without
/// its slope, a layer fed with the wrong input. Nothing here is fast; a Program is.
namespace autograd {

class Walk {
 public:
  /// How a step's value is computed from its operands'; nothing: as the operation does.
  using Compute =
      std::function<std::optional<Tensor>(std::size_t step, std::span<const Tensor> operands)>;

  /// What reaches an operand in place of the rule's answer; nothing: the rule's answer. Where the
  /// operand was broadcast it may have the step's shape.
  using Pull =
      std::function<std::optional<Tensor>(std::size_t step, std::size_t operand, const Tensor& dy)>;

  /// Runs the program. Throws as Program does when an input does not fit. Inputs and constants are
  /// steps too, and `compute` is asked for them with no operands.
  Walk(const Program& program, std::span<const Tensor> inputs, const Compute& compute = {});

  std::size_t size() const;
  /// The operation's name; empty for an input, a parameter or a constant.
  std::string_view operation(std::size_t step) const;
  /// Whether the operation works element by element, on operands of any shapes that broadcast.
  bool elementwise(std::size_t step) const;
  /// The operation's settings in words, such as "axis 1".
  std::string settings(std::size_t step) const;
  std::span<const std::uint32_t> operands(std::size_t step) const;
  const Tensor& value(std::size_t step) const { return values_[step]; }
  /// Whether it depends on an input.
  bool varies(std::size_t step) const;
  /// The step of an input or of an output.
  std::size_t input(std::size_t k) const;
  std::size_t output(std::size_t k) const;

  /// The operation of a step on other operands.
  Tensor compute(std::size_t step, std::span<const Tensor> operands) const;

  /// The rule's own answer: dx of one operand from the adjoint of the step. Not summed back to the
  /// shape of an operand that was broadcast.
  Tensor rule(std::size_t step, std::size_t operand, const Tensor& dy) const;
  /// The same as if the operands and the value had been others.
  Tensor rule_at(std::size_t step, std::size_t operand, const Tensor& dy,
                 std::span<const Tensor> operands, const Tensor& y) const;

  /// The adjoint of every step, undefined where none reaches it, from that of one step.
  std::vector<Tensor> pull(std::size_t from, const Tensor& dy, const Pull& pull = {}) const;

 private:
  std::shared_ptr<const detail::ProgramParts> parts_;
  std::vector<Tensor> values_;
};

}  // namespace autograd
