#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "autograd/check/probe.h"
#include "autograd/tape/program.h"
#include "autograd/tape/walk.h"

namespace autograd::check {

/// A recorded program seen from one point, where moving a single parameter is cheap: differences
/// over every parameter of a network cost little more than a few passes over its last layer.
///
///     ProgramProbe probe(f, {W1, b1, W2, b2});
///     std::vector<Estimate> gradient = estimate_gradient(probe, blocks);
///
/// The value of every step is kept. After one entry of an input has moved, only the steps that
/// depend on that input are redone, and of those only what changes: an entry of W adds a multiple
/// of a column of x to one column of x·Wᵀ; an activation bends that column alone; it adds a
/// multiple of another weight's column to the rows of the next product in which it changes; and
/// only those rows go through what comes after. Many moves are redone in one pass: their columns
/// are one flat tensor, their rows are stacked. Which steps work row by row is tried when the probe
/// is made (row_wise.h), and whatever allows nothing of this is run again for each move by itself,
/// from the first step on that is not known otherwise: values are right for any program.
///
/// No derivative is used. Where the same operations run, values are those of the program bit for
/// bit; where a product or a sum is mended rather than redone, they differ from it by its rounding.
class ProgramProbe final : public Probe {
 public:
  /// The program's first output must be a scalar and its inputs f64, as Program::in_f64 makes them.
  /// Throws Error otherwise.
  ProgramProbe(const Program& f, std::span<const Tensor> inputs);

  std::span<const double> point() const override { return *point_; }
  double value(std::int64_t index, double delta) override;
  void values(std::span<const Move> moves, std::span<double> out) override;
  std::unique_ptr<Probe> clone() const override;
  std::unique_ptr<Probe> moved_to(std::span<const double> point) const override;

  /// How many steps are redone for many moves of input k together, and how many for each alone. For
  /// tests and the curious.
  struct Plan {
    std::size_t together = 0, alone = 0;
  };
  Plan plan(std::size_t k) const;

 private:
  struct Plans;

  ProgramProbe(std::shared_ptr<const Plans> plans, std::span<const double> point);
  void trust_or_redo_alone(Plans& plans, std::size_t k) const;
  std::size_t input_of(std::int64_t index) const;
  void together(std::size_t k, std::span<const Move> moves, std::span<double> out) const;

  std::shared_ptr<const Plans> plans_;  // that hold at any point
  std::shared_ptr<const std::vector<double>> point_;
  std::shared_ptr<const Walk> walk_;  // at this one
};

}  // namespace autograd::check
