#pragma once

#include <cstdint>
#include <vector>

#include "autograd/check/compare.h"
#include "autograd/check/diagnosis.h"
#include "tests/autograd/check/small_network.h"

namespace autograd::check {

inline Claim claim_of(const SmallNetwork& network, const std::vector<double>& p) {
  Claim claim;
  claim.blocks = network.blocks();
  claim.values = network.gradient(p);
  return claim;
}

inline void scale_block(Claim& claim, std::size_t block, double factor) {
  const Block& b = claim.blocks[block];
  for (std::int64_t i = 0; i < b.count(); ++i) {
    claim.values[static_cast<std::size_t>(b.offset + i)] *= factor;
  }
}

/// A network, a point, its right claim.
struct Case {
  SmallNetwork network;
  std::vector<double> p;
  Claim claim;

  explicit Case(std::uint64_t seed, bool relu = false)
      : network(seed, relu), p(network.random_point(seed + 50)), claim(claim_of(network, p)) {}

  Report report() const { return compare(network, p, claim); }
  std::vector<Diagnosis> diagnoses(const KnownSizes& sizes = {}) const {
    return diagnose(report(), sizes);
  }
};

}  // namespace autograd::check
