#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "apps/verify/by_hand/mlp.h"

// Mistakes that people make when they derive a backward pass by hand, to be planted on purpose: to
// teach what each looks like, and to measure whether a checker finds and names it.

namespace by_hand {

/// A gradient under suspicion, for mistakes that are made after the backward pass.
template <class T>
struct Spoiled {
  const verify::Network& network;
  const verify::Samples& samples;
  std::span<const T> point;
  std::vector<T>& gradient;
};

struct Bug {
  std::string name;         ///< "summed-batch"
  std::string explanation;  ///< one line
  std::string cause;        ///< what a checker should call it; empty: not among those it knows
  /// Whether it changes the gradient of such a network at all.
  std::function<bool(const verify::Network&, const verify::Samples&)> applies;

  // Either may be empty. One pair for each precision.
  std::function<void(Rules<float>&)> rules_f32;
  std::function<void(Rules<double>&)> rules_f64;
  std::function<void(const Spoiled<float>&)> spoil_f32;
  std::function<void(const Spoiled<double>&)> spoil_f64;
};

/// The thirty that a checker should name.
std::span<const Bug> listed_bugs();

/// Ten more, for which it should name nothing.
std::span<const Bug> unlisted_bugs();

/// By name among both; null if there is none.
const Bug* find_bug(const std::string& name);

/// The gradient at a point with a bug in it; the loss is the right one.
template <class T>
MlpGradient<T> mlp_with(const Bug& bug, const verify::Network& network,
                        const verify::Samples& samples, std::span<const T> point);

}  // namespace by_hand
