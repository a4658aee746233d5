#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "apps/verify/check/network_check.h"
#include "autograd/tensor/dtype.h"
#include "bench/checker/fresh.h"

// What the checker is measured by: clean gradients that it must not call wrong, and wrong ones that
// it must find and name. Gradients are made by handwritten backpropagation in the claim's
// precision.

namespace bench {

/// Called now and then with what is done, 0 to 1.
using Report = std::function<void(double done)>;

/// Clean gradients of fresh networks in every regime, those of unusual.h included.
struct Alarms {
  std::int64_t networks = 0;
  std::int64_t alarms = 0;       ///< called wrong
  std::int64_t cannot_tell = 0;  ///< not told
};
Alarms count_alarms(std::int64_t networks, autograd::Dtype dtype, const Report& report);

/// Planted bugs, in nominal networks with the loss as it is and times 1e-4. A trial counts where
/// the bug changes the gradient by more than the rounding of the precision.
struct Finds {
  std::int64_t trials = 0;
  std::int64_t found = 0;
  std::int64_t visible = 0;        ///< trials with an entry off by more than the stated resolution
  std::int64_t visible_found = 0;  ///< of those, found
  std::int64_t named = 0;          ///< of the found, with the right cause, alone or among ties
  std::int64_t misnamed = 0;       ///< with causes that are all wrong
};
Finds count_finds(bool listed, std::int64_t networks_a_bug, autograd::Dtype dtype,
                  const Report& report);

/// Black-box differences on smooth networks: how often the error is over the bar.
struct Bars {
  std::int64_t entries = 0;
  std::int64_t over = 0;        ///< |error| > bar
  std::int64_t over_three = 0;  ///< |error| > 3 bars
};
Bars count_bars(std::int64_t networks, const Report& report);

/// The largest relative difference of differences of 106 bits at two steps, along the gradient of
/// smooth networks.
double worst_double_double(std::int64_t networks);

/// One entry among 101,770 off by 1e-6 of a median entry: in how many of the trials a projection
/// of its block, which is one forward pass on dual numbers, finds it.
struct Needle {
  std::int64_t trials = 0;
  std::int64_t found = 0;
};
Needle find_needles(std::int64_t trials);

/// Seconds for the exact check of 2-16-16-1 with 100 samples (317 parameters), and of 784-40-10
/// with 5 samples (31,810): the median of some runs.
double seconds_for_small_check();
double seconds_for_large_check();

/// The gradient by hand in a precision, with a bug or (empty name) without.
verify::NetworkClaim claim_of(const Fresh& fresh, const std::string& bug, autograd::Dtype dtype);

}  // namespace bench
