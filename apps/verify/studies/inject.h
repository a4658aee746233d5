#pragma once

#include <string>
#include <vector>

#include "apps/verify/by_hand/bugs.h"
#include "apps/verify/check/network_check.h"

namespace verify {

/// A claim with a bug in it, and in words what had to be changed in the network for the bug to be
/// possible at all: an L2 term, a mask, another activation, more samples.
struct Injected {
  NetworkClaim claim;
  std::vector<std::string> changes;
};

/// Plants a bug in the handwritten gradient of a network at a point. Throws autograd::Error where
/// no small change makes room for it.
Injected inject(const NetworkClaim& subject, const by_hand::Bug& bug);

/// The bug of a name. Throws autograd::Error that lists all of them.
const by_hand::Bug& require_bug(const std::string& name);

}  // namespace verify
