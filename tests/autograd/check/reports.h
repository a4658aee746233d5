#pragma once

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "autograd/check/report.h"

namespace autograd::check {

/// A report made up for tests of what is written about it: one block W [rows, columns] whose claim
/// is `times` the reference.
inline Report made_up(double times, std::int64_t rows = 3, std::int64_t columns = 4) {
  Report report;
  report.claim = "by hand";
  report.reference = "the tape";
  report.loss = 2.5;
  BlockReport block;
  block.block = {"W", {rows, columns}, 0};
  block.verdict = times == 1 ? Verdict::agree : Verdict::disagree;
  block.resolution = 1e-12;
  for (std::int64_t i = 0; i < rows * columns; ++i) {
    Entry e;
    e.index = i;
    e.reference.value = 0.1 * static_cast<double>(i + 1);
    e.reference.bar = 1e-14;
    e.claimed = times * e.reference.value;
    e.tolerance = 1e-13;
    e.difference = std::abs(e.claimed - e.reference.value);
    e.verdict = block.verdict;
    report.entries.push_back(e);
  }
  block.counts[static_cast<std::size_t>(block.verdict)] = rows * columns;
  block.largest_reference = report.entries.back().reference.value;
  block.largest_difference = report.entries.back().difference;
  block.largest_at = rows * columns - 1;
  block.worst = {report.entries.back()};
  report.blocks = {block};
  report.verdict = block.verdict;
  Diagnosis d{"W", block.verdict, times == 1 ? "" : "summed", {}, times, "cleared", "", ""};
  if (times != 1) {
    d.text = "5 times too large: summed <over> the batch & more";
    d.fix = "Divide by the batch size.";
  }
  report.diagnoses = {d};
  for (int k = 0; k < 12; ++k) {
    const double step = std::pow(10.0, -k);
    report.curve.push_back({step, step + 1e-16 / step, step * step + 1e-16 / step});
  }
  return report;
}

}  // namespace autograd::check
