#pragma once

#include "apps/verify/by_hand/mlp.h"

// The forward pass of mlp.cpp.

namespace by_hand {

template <class T>
T activate(verify::Activation activation, T z);

template <class T>
Forward<T> forward(const verify::Network& network, const verify::Samples& samples,
                   std::span<const T> point);

}  // namespace by_hand
