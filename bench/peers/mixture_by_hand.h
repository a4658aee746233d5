#pragma once

#include "bench/work/worker.h"

namespace bench {

/// Value and gradient of a Gaussian mixture (bench/objectives/gmm.h), derived and written by hand
/// on BLAS.
Offer mixture_by_hand(const Work& work);

}  // namespace bench
