#pragma once

#include <span>
#include <vector>

#include "apps/verify/network/network.h"
#include "autograd/tape/program.h"

// The loss of a described network as a recorded program: its inputs are the parameter arrays.

namespace verify {

/// A flat vector cut into the network's arrays, in float64: W [out, in], b [out].
std::vector<autograd::Tensor> tensors_of(const Network& network, std::span<const double> flat);

/// The loss as a program of W1, b1, W2, b2, …, whose one output is a scalar. Step by step as
/// network.h writes it, except that a softmax or sigmoid and the logarithm of the loss that follows
/// are one operation. Throws autograd::Error where sizes do not fit.
autograd::Program program_of(const Network& network, const Samples& samples,
                             std::span<const double> point);

}  // namespace verify
