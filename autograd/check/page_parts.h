#pragma once

#include <string>

#include "autograd/check/report.h"

// The parts of the page, each a piece of HTML; see page.h.

namespace autograd::check::page {

/// The style sheet, without its element.
std::string style();

/// Hatchings that the pictures of a page share.
std::string patterns();

/// Colours for differences in tolerances: at most six classes of whole decades, the same for all
/// blocks of a report, so that their pictures can be compared.
struct HeatScale {
  int decades = 1;  ///< of each class
  int classes = 1;

  /// The class of a difference in tolerances: 0 for 1 to 10^decades, and so on; the last for what
  /// is larger.
  int class_of(double excess) const;
  /// "10²–10⁴ tolerances".
  std::string name(int heat) const;
  /// The name of its colour in the style sheet.
  std::string style(int heat) const;
};
HeatScale heat_scale(const Report& report);

/// |claimed − reference| in tolerances; infinite where the tolerance is 0 and the difference is
/// not.
double excess_of(const Entry& entry);

/// A figure: the block's array, each cell coloured by the worst of its entries, with its legend.
std::string heat_map(const Report& report, const BlockReport& block, const HeatScale& scale);

/// A figure: the block's claims against their references, with the line on which both are equal and
/// the one that fits, where that is another.
std::string scatter(const Report& report, const BlockReport& block);

/// A figure: the errors of two difference quotients against their step. Empty without a curve.
std::string step_curve(const Report& report);

/// The verdict in words and colour, the cause and what to do.
std::string banner(const Report& report, const std::string& title);

/// A list of blocks with their verdicts and counts.
std::string overview(const Report& report);

/// The worst entries of a block as a table.
std::string worst_entries(const BlockReport& block);

/// A sign of the verdict that needs no colour: a tick, a corner, a question mark or a cross.
std::string sign(Verdict verdict);

/// The name of a verdict's class in the style sheet.
std::string style_of(Verdict verdict);

/// "3 entries", "1 entry".
std::string counted(std::int64_t count, const std::string& one, const std::string& many);

/// "W1 [40, 784]".
std::string block_title(const Block& block);

}  // namespace autograd::check::page
