#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "autograd/check/estimate.h"

// One entry's difference quotient at one step, and its ladder of steps. Used by estimate.cpp.

namespace autograd::check {

/// What all quotients of one function at one point share.
struct Setting {
  double center = 0;          ///< f at the point
  double noise = 0;           ///< of f
  double ratio = 2;           ///< of neighbouring steps
  std::vector<double> steps;  ///< the rungs of the ladder, finest first, for |x| up to 1
};

/// The setting of a probe; Error when f is not finite at the point or an option makes no sense.
Setting make_setting(const Probe& probe, double noise, const EstimateOptions& options);

/// An estimate at one step, with the two parts of its bar.
struct Quotient {
  Estimate estimate;
  double truncation = 0;  ///< |R2 − R1|
  double rounding = 0;    ///< 8 noise/h, at a ratio of 2
};

/// An entry, and the rung that its quotient is wanted at.
struct Candidate {
  std::int64_t index = 0;
  std::size_t rung = 0;
};

/// The quotients of some entries, of which the probe is asked together; nothing where f is not
/// finite.
std::vector<std::optional<Quotient>> quotients(Probe& probe, const Setting& setting,
                                               std::span<const Candidate> candidates);

/// What climbing the ladder of steps has found.
struct Climb {
  std::vector<Estimate> accepted;  ///< by Lepski's rule, from the finest rung up
  bool kinked = false;             ///< the last rung, accepted or not, shows a kink
};

/// Climbs the ladders of some entries, side by side. Nothing is accepted when f is not finite even
/// at the finest rung. Two things that cannot happen to a smooth f end or weaken a climb: after a
/// rung that shows a kink it goes no further, and truncation that was clearly seen at one rung is
/// not believed to be less at a coarser one, where the kinks it came from may cancel.
std::vector<Climb> climbs(Probe& probe, const Setting& setting,
                          std::span<const std::int64_t> indices);

/// Of the accepted quotients of each entry the one with the smallest bar. Error when there is none;
/// `name` tells which entry that is.
std::vector<Estimate> best(Probe& probe, const Setting& setting,
                           std::span<const std::int64_t> indices,
                           const std::function<std::string(std::int64_t)>& name);

}  // namespace autograd::check
