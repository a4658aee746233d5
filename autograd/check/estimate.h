#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "autograd/check/probe.h"

// A gradient made of function values alone, each entry with an error bar.
//
// A difference quotient has two errors. Truncation grows with the step, rounding grows as the step
// shrinks, and where they balance depends on the function, the entry and the point. So no step is
// fixed here. At steps ±h, ±h/2, ±h/4 three central quotients are extrapolated twice (Richardson),
//
//   R1 = (4 D2 − D1)/3,   R2 = (4 D3 − D2)/3,   Q = (16 R2 − R1)/15,
//
// the last two extrapolations tell the truncation error, the measured noise of f tells the rounding
// error, and bar = |R2 − R1| + 8·noise/h bounds both, with a little on top for a jump of the slope
// that rounding would hide. The step is found by Lepski's rule: from the finest step to coarser
// ones as long as all intervals Q ± 2 bar still meet; of those, the one with the smallest bar. A
// few pilot entries find the step of a block; an entry that does not fit the block's step climbs
// the whole ladder of steps by itself. Where the ladder shows a kink it is careful: no step beyond
// the first that shows it, and bars that cover what other kinks close by could do.
//
// A kink (relu, max, abs at its corner) shows as a jump of the slope that does not shrink with h:
// J(h) = (f(x + h) − 2 f(x) + f(x − h))/h tends to 0 for a smooth f, and to the jump at a kink.

namespace autograd::check {

/// One entry of an estimated gradient.
struct Estimate {
  double value = 0;     ///< the extrapolated central quotient
  double bar = 0;       ///< a bound of its error, truncation and rounding, where f is smooth
  double step = 0;      ///< the largest step h that was used
  double jump = 0;      ///< right slope − left slope, extrapolated to h = 0
  double jump_bar = 0;  ///< a bound of the jump's error, and of that of left and right
  double left = 0;      ///< one-sided slope from below
  double right = 0;     ///< one-sided slope from above
  bool kink = false;    ///< the jump is real: it exceeds its own error bar
};

struct EstimateOptions {
  std::int64_t pilots = 6;  ///< entries of each block that find the block's step
  std::uint64_t seed = 1;   ///< which entries those are; equal seeds give equal results
  double ratio = 2;         ///< of neighbouring steps of one quotient: ±h, ±h/ratio, ±h/ratio²
  double finest = 0x1p-24;  ///< finest h, times max(1, |x|)
  double coarsest = 1;      ///< coarsest h, times max(1, |x|)
  double hard = 8;          ///< an entry whose bar exceeds the block's by this climbs the ladder
  bool parallel = true;     ///< false for a function that cannot bear several threads
  /// Called now and then with the entries done so far; by one thread at a time.
  std::function<void(std::int64_t done, std::int64_t total)> progress;
};

/// How far values of f scatter about a smooth function near the probe's point: the root mean square
/// of third differences along three random directions, in steps of a few units in the last place.
/// Never less than one unit in the last place of f itself.
/// After J. J. Moré and S. M. Wild, "Estimating computational noise" (SIAM J. Sci. Comput. 2011).
double noise_of(const Probe& probe, std::uint64_t seed = 1);

/// The gradient at the probe's point, entry by entry, with error bars. The result does not depend
/// on the number of threads. Error when f is not finite at the point or at the finest steps.
std::vector<Estimate> estimate_gradient(const Probe& probe, std::span<const Block> blocks,
                                        const EstimateOptions& options = {});

/// The same for a function: 6 evaluations an entry, more for pilots and hard entries.
std::vector<Estimate> estimate_gradient(const Function& f, std::span<const double> point,
                                        std::span<const Block> blocks,
                                        const EstimateOptions& options = {});

/// The given entries only, each with the whole ladder of steps: slow and careful.
/// `noise` is that of noise_of; the blocks only name the entry in an Error.
std::vector<Estimate> estimate_entries(const Probe& probe, std::span<const std::int64_t> indices,
                                       double noise, std::span<const Block> blocks,
                                       const EstimateOptions& options = {});

}  // namespace autograd::check
