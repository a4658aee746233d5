#pragma once

#include "bench/work/worker.h"

namespace bench {

/// Study 3 by hand on BLAS: gradient descent with a line search on all images at once.
Offer descent_by_hand(const Work& work);

}  // namespace bench
