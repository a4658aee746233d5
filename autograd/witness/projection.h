#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "autograd/check/probe.h"
#include "autograd/tape/program.h"

/// One look at a whole block: how f changes along a random direction of it.
///
/// A wrong gradient is wrong along almost every direction. For a Gaussian direction v an error e of
/// the gradient is missed, below the threshold t, with a probability of at most 0.8·t/‖e‖₂.
namespace autograd::check {

struct Projection {
  double gradient = 0;   ///< ⟨g, v⟩ of the gradient that is looked at
  double witness = 0;    ///< f's derivative along v
  double tolerance = 0;  ///< what the two may differ by
  bool agree() const;
};

/// The gradient g in one block along a Gaussian direction of that block, against dual numbers.
/// `allowance` holds what each entry of g may be off by. Throws where f has no dual numbers.
Projection project(const Program& f, std::span<const Tensor> parameters,
                   std::span<const Block> blocks, std::size_t block, std::span<const double> g,
                   std::span<const double> allowance, std::uint64_t seed);

/// The same against differences of f's values along the direction, with their error bar.
Projection project_by_differences(const Program& f, std::span<const Tensor> parameters,
                                  std::span<const Block> blocks, std::size_t block,
                                  std::span<const double> g, std::span<const double> allowance,
                                  std::uint64_t seed);

/// The gradient in all blocks at once, against differences of 106 bits along a Gaussian direction:
/// values of f alone. Throws where f has no such numbers.
Projection project_by_double_double(const Program& f, std::span<const Tensor> parameters,
                                    std::span<const Block> blocks, std::span<const double> g,
                                    std::span<const double> allowance, std::uint64_t seed);

}  // namespace autograd::check
