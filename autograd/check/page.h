#pragma once

#include <string>

#include "autograd/check/report.h"

namespace autograd::check {

/// The report as one HTML page that needs nothing else: no network, no script, no other file. It
/// reads on a phone 360 pixels wide and from the last row of a lecture hall, in a light and a dark
/// scheme, and colours that carry a meaning are told apart without seeing hues.
///
/// On it: the verdict with its cause and what to do; one line a block; for each block a heat map of
/// the differences in tolerances, the claim against the reference, and the worst entries; how the
/// error of a difference quotient depends on its step, where the report has such a curve; and what
/// the check could not see. A heat map has at most 64 × 64 cells and a scatter plot about 400
/// points whatever the size of the block, so that a page stays small. Any report will do, also one
/// with no blocks or with claims that are not finite. All texts are escaped.
std::string to_html(const Report& report, const std::string& title);

}  // namespace autograd::check
