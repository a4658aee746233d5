#pragma once

#include <cstdint>

#include "autograd/check/report.h"
#include "autograd/tensor/dtype.h"

// Regimes beyond described networks: right gradients that a checker must not call wrong.

namespace bench {

/// A perceptron with one hidden layer and layer norm before its activation, softmax and
/// cross-entropy; its gradient by hand in the claim's precision.
autograd::check::Report judge_layer_norm(std::uint64_t seed, autograd::Dtype dtype);

/// A nominal network's loss plus 1e5. Every other seed gives the function as a black box, whose
/// values have lost five digits to the constant.
autograd::check::Report judge_shifted_loss(std::uint64_t seed, autograd::Dtype dtype);

}  // namespace bench
