#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "apps/verify/network/network.h"
#include "autograd/tensor/dtype.h"

// Networks drawn fresh, in the regimes that a verdict on a gradient must survive.

namespace bench {

enum class Regime {
  nominal,
  near_kinks,    ///< relu units 1e-8 … 1e-3 from their kink
  exact_kinks,   ///< relu, biases 0, some samples blank
  tiny_weights,  ///< of 1e-6
  large_loss,    ///< around 1e6
  raw_pixels,    ///< inputs 0 … 255
  small_loss,    ///< times 1e-6
  smaller_loss,  ///< times 1e-4
};

std::span<const Regime> regimes();
std::string to_string(Regime regime);

struct Fresh {
  Regime regime = Regime::nominal;
  verify::Network network;
  verify::Samples samples;
  std::vector<double> point;
};

/// One to three hidden layers, all activations, outputs and losses that go together, 1 to 12
/// samples; with L2 terms, masks and without biases now and then. For f32 all numbers are floats.
/// Equal seeds give equal networks.
Fresh draw(Regime regime, std::uint64_t seed, autograd::Dtype dtype);

}  // namespace bench
