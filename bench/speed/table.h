#pragma once

#include <span>
#include <string>
#include <vector>

#include "bench/speed/findings.h"
#include "bench/speed/measure.h"

/// The measurements as tables in Markdown, and for programs.
namespace bench {

/// What the table says about the machine, the contenders and who is missing.
struct Circumstances {
  std::string machine;
  double peak_f32 = 0, peak_f64 = 0;  ///< operations a second
  double bandwidth = 0;               ///< bytes a second
  int rounds = 0;
  std::vector<std::string> contenders;  ///< as they call themselves
  std::vector<std::string> missing;     ///< with the reason
};

/// A line a work: our time, every contender's time over ours with its quartiles, the share of the
/// peak, the bars and whether they are met. Works of a kind that has many lines get a table of
/// their own, with a column for each contender that does any of them.
std::string table(std::span<const Result> results);

/// What has a bar and no column: a line a number.
std::string table(std::span<const Finding> findings);

std::string words(const Circumstances& circumstances);

/// A list of {"work", "metric", "value", "spread": [low, high], "bar", "met", "noisy", "error"};
/// null for what is not there.
std::string json(std::span<const Finding> findings);

}  // namespace bench
