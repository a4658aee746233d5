#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "autograd/check/diagnosis.h"
#include "autograd/check/report.h"
#include "autograd/witness/mutants.h"

/// From the pattern of a wrong gradient to its cause.
///
/// Every known mistake leads to a gradient of its own. A cause is named only if its gradient is the
/// claimed one, entry by entry, to within four times what rounding may do; and only where the claim
/// is so far from the truth that this means something. Mistakes that cannot be told apart at this
/// point are all named, and where none fits, none is.
namespace autograd::check {

/// What the search for a cause works on.
struct Case {
  const Anatomy& anatomy;
  std::span<const Block> blocks;
  std::span<const Entry> entries;          ///< claimed and reference values with their tolerances
  std::span<const double> point;           ///< the parameters, flat
  std::vector<double> claimed, reference;  ///< flat
  double epsilon;                          ///< of one rounding in the claim's precision

  /// What entry i may miss a gradient by when that gradient is `times` as large as the reference.
  double room(std::size_t i, double times) const;

  /// Whether the claim equals a gradient throughout a block. `tolerances`, flat, widen those of the
  /// entries where the gradient's numbers come from elsewhere; empty: they do not.
  bool matches(const Block& block, std::span<const double> gradient,
               std::span<const double> tolerances = {}) const;
  /// Whether the reference does: then the mistake does not show.
  bool is_reference(const Block& block, std::span<const double> gradient) const;

 private:
  bool close(const Block& block, std::span<const double> a, std::span<const double> b,
             std::span<const double> tolerances) const;
};

/// A mistake whose gradient is known, in full or for some blocks.
struct Explanation {
  std::string cause, text, fix, evidence;
  std::vector<double> gradient;         ///< flat; only the blocks it speaks of need be filled in
  std::vector<bool> speaks;             ///< one a block; empty: of all
  std::vector<double> tolerances = {};  ///< see Case::matches
};

/// Fills in report.diagnoses and report.whole from report.entries. `sizes` are known beside those
/// that the program tells; `epsilon` is that of one rounding in the claim's precision.
void explain(Report& report, const Anatomy& anatomy, std::span<const double> point,
             KnownSizes sizes, double epsilon);

/// Mistakes that would not show at this point: their gradient is the right one to within the
/// tolerances.
std::vector<std::string> blind_spots(const Report& report, const Anatomy& anatomy,
                                     std::span<const double> point);

// Explanations that are found by looking at the claim, each family in a file of its own.
void add_sums(const Case& c, std::vector<Explanation>& found);      // samples, penalties
void add_patterns(const Case& c, std::vector<Explanation>& found);  // rows, clipping
void add_products(const Case& c, std::vector<Explanation>& found);  // wrong operands of a product

}  // namespace autograd::check
