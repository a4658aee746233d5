#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "apps/verify/claim_file/archive_arrays.h"
#include "apps/verify/claim_file/settings.h"

namespace verify {

/// One way to read the arrays' shapes.
struct Layout {
  WeightOrder weights = WeightOrder::out_in;
  SampleOrder samples = SampleOrder::rows;

  bool operator==(const Layout&) const = default;
};

/// What the shapes say under a layout.
struct Fit {
  Layout layout;
  std::vector<std::size_t> widths;  ///< inputs, hidden layers, outputs
  std::size_t count = 0;            ///< of samples
  std::size_t fitting = 0;          ///< arrays that fitted before the first that does not
  std::string misfit;               ///< which array does not fit, and why; empty: all fit
};

/// Reads the shapes of X, of y or Y, and of the parameters and the masks of `layers` layers. Throws
/// autograd::Error for an array that fits under no layout at all, such as a weight of rank 1.
Fit fit(const ArchiveArrays& arrays, std::size_t layers, const Layout& layout);

/// All layouts that the settings allow and the shapes fit. Throws autograd::Error where there is
/// none: what does not fit under the likeliest, and which setting would help.
std::vector<Fit> fits(const ArchiveArrays& arrays, std::size_t layers,
                      const FileSettings& settings);

/// Throws autograd::Error unless every claimed gradient has the shape of its parameter; vectors may
/// be (h,), (h, 1) or (1, h).
void require_claim_shapes(const ArchiveArrays& arrays, std::size_t layers);

}  // namespace verify
