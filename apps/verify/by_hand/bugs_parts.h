#pragma once

#include <cmath>
#include <cstddef>
#include <string>
#include <utility>

#include "apps/verify/by_hand/bugs.h"

// What the lists of bugs are put together from. For bugs_listed.cpp and bugs_unlisted.cpp.

namespace by_hand {

using verify::Activation;
using verify::Array;
using verify::Network;
using verify::Samples;

using Applies = bool (*)(const Network&, const Samples&);

/// A bug whose rules are changed by a function of Rules<T>& for either T.
template <class Change>
Bug by_rules(std::string name, std::string explanation, std::string cause, Applies applies,
             Change change) {
  return {
      std::move(name), std::move(explanation), std::move(cause), applies, change, change, {}, {}};
}

/// A bug that spoils the finished gradient, by a function of const Spoiled<T>&.
template <class Spoil>
Bug by_spoiling(std::string name, std::string explanation, std::string cause, Applies applies,
                Spoil spoil) {
  return {std::move(name), std::move(explanation), std::move(cause), applies, {}, {}, spoil, spoil};
}

inline bool always(const Network&, const Samples&) { return true; }
inline bool has_batch(const Network&, const Samples& s) { return s.count > 1; }
inline bool has_hidden(const Network& n, const Samples&) { return n.layers() > 1; }

/// Whether some hidden layer has one of the activations.
template <class... A>
bool has_hidden_of(const Network& n, A... activations) {
  for (const Activation own : n.hidden) {
    if (((own == activations) || ...)) return true;
  }
  return false;
}

/// Calls f(i) for the flat index of every entry of the arrays that `wanted` picks.
template <class Wanted, class F>
void for_entries(const Network& network, const Wanted& wanted, const F& f) {
  for (const Array& a : arrays(network)) {
    if (!wanted(a)) continue;
    for (std::size_t i = a.offset; i < a.offset + a.size(); ++i) f(i);
  }
}

template <class T, class Wanted>
void scale_entries(const Spoiled<T>& s, const Wanted& wanted, double factor) {
  for_entries(s.network, wanted, [&](std::size_t i) { s.gradient[i] *= static_cast<T>(factor); });
}

inline bool any_array(const Array&) { return true; }
inline bool is_weights(const Array& a) { return !a.is_bias; }

template <class T>
T norm_of(std::span<const T> x) {
  T squares = 0;
  for (const T v : x) squares += v * v;
  return std::sqrt(squares);
}

}  // namespace by_hand
