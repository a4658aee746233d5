#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "bench/speed/contenders.h"
#include "bench/speed/rows.h"
#include "bench/speed/statistics.h"

/// Rounds of measurements: every contender in turn, again and again, so that whatever the machine
/// does besides meets them all.
namespace bench {

/// What one contender took.
struct Times {
  std::string contender;
  std::vector<double> seconds;  ///< of the whole work, a round each
  double loss = 0;
  std::string words;  ///< how the work was scaled, if it was
  std::string error;  ///< why there is nothing to compare
};

struct Result {
  Row row;
  std::vector<Times> times;  ///< Plumb first
  std::vector<double> peak;  ///< operations a second of fused multiply-adds, a round each
  std::map<std::string, double> figures;

  const Times& ours() const { return times.front(); }
  const Times* find(const std::string& contender) const;

  /// The second Plumb's time over the first's, which is 1 on a quiet machine.
  double again() const;
  bool noisy() const { return !(again() >= 0.95 && again() <= 1.05); }
};

struct Plan {
  int rounds = 11;
  double slice =
      0.015;  ///< seconds that a contender is to work in a round, at least one repetition
};

/// Called with what is being done.
using Progress = std::function<void(const std::string& words)>;

/// Sets the row up with every worker, compares their losses, and takes the rounds. Workers that do
/// not do this work do not appear.
Result measure(const Row& row, std::vector<std::unique_ptr<Worker>>& workers, const Plan& plan,
               const Progress& progress);

/// How different losses of equal work may be, relatively.
double tolerance(const std::string& dtype);

/// The costs at the sizes of a growth.
std::vector<double> measure(const Growth& growth, Worker& worker, int rounds,
                            const Progress& progress);

}  // namespace bench
