#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "apps/verify/network/network.h"
#include "autograd/check/report.h"
#include "autograd/check/spending.h"
#include "autograd/tensor/dtype.h"

// Somebody's gradient of a perceptron's loss, judged.

namespace verify {

/// A claim about the gradient of a network's loss at one point.
struct NetworkClaim {
  std::string name = "the claim";  ///< whose it is, for the reader
  Network network;
  Samples samples;
  std::vector<double> point;              ///< the parameters, flat
  std::vector<double> gradient;           ///< claimed, flat; may hold NaN
  std::optional<double> loss;             ///< claimed, if it is
  autograd::Dtype dtype = autograd::f64;  ///< in which the claim was computed
  std::vector<std::string> names;         ///< of the arrays; empty: W1, b1, …
  /// The claimed gradient at any point, if it can be asked for.
  std::function<std::vector<double>(std::span<const double> point)> again;
};

/// The loss at a point, in float64. Throws autograd::Error where sizes do not fit.
double loss_of(const Network& network, const Samples& samples, std::span<const double> point);

/// Judges the claim, within a budget of time if there is one; with the curve of difference
/// quotients if it is wanted, for a page. Throws autograd::Error where sizes do not fit or the loss
/// is not finite.
autograd::check::Report check_network(const NetworkClaim& claim, bool curve = false,
                                      const autograd::check::Spending& spending = {});

}  // namespace verify
