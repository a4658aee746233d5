#pragma once

#include <string>

#include "autograd/check/report.h"

namespace autograd::check {

/// The report as JSON, for programs: one object, valid UTF-8, numbers with 17 significant digits so
/// that they come back as they were; "nan", "inf" and "-inf" as strings, for JSON has no such
/// numbers. Verdicts are those of to_string.
///
///     {"verdict", "claim", "reference", "loss", "claimed_loss" (null: not said), "noise",
///      "repeatable", "findings": […], "blind": […], "cost",
///      "whole": null or {"verdict", "cause", "alpha", "text", "evidence", "fix"},
///      "blocks": [{"name", "shape", "verdict", "counts": {"agree", "kink", "cannot tell",
///        "disagree"}, "not_finite", "resolution", "largest_difference", "at" (an entry's name),
///        "alpha", "cause", "text", "evidence", "fix", "entries_shown": "all" or "worst",
///        "entries": [{"index" (in the flat vector), "claimed", "reference", "bar", "tolerance",
///          "verdict"}]}],
///      "curve": [{"step", "forward", "central"}], "curve_slope"}
///
/// A block of at most 1000 entries shows all of them, a larger one its worst. A block without a
/// diagnosis has an empty cause and a null alpha.
std::string to_json(const Report& report);

}  // namespace autograd::check
