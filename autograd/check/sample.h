#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "autograd/check/probe.h"

namespace autograd::check {

/// Some entries of a flat vector, as a vector of their own.
struct Sample {
  std::vector<Block> blocks;         ///< of the chosen entries, one after another
  std::vector<std::int64_t> chosen;  ///< their places in the whole vector, ascending
  bool whole = true;                 ///< all were chosen

  std::vector<double> pick(std::span<const double> all) const;

  /// The whole vector, with the chosen entries replaced.
  std::vector<double> put(std::span<const double> chosen_values, std::span<const double> all) const;
};

/// About `most` entries: whole blocks where they fit into their share, else as many as the share,
/// spread evenly with a random one from each stretch. Blocks of a sample are called "W1 (200 of
/// 31360)" and have one axis. Of the claimed entries that are not finite, a few are always chosen.
Sample draw_sample(std::span<const Block> blocks, std::int64_t most,
                   std::span<const double> claimed);

}  // namespace autograd::check
