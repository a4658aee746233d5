#pragma once

#include <optional>
#include <string>
#include <vector>

#include "bench/speed/measure.h"
#include "bench/speed/rows.h"

/// What the measurements say about the bars.
namespace bench {

/// One number about one work.
struct Finding {
  std::string work;              ///< with its dtype
  std::string metric;            ///< "seconds", "libtorch / ours", …
  std::optional<double> value;   ///< none: it could not be measured
  double low = 0, high = 0;      ///< quartiles, or the value twice
  std::string bar = {};          ///< "≥ 10"; empty: none
  std::optional<bool> met = {};  ///< none: no bar, or nothing measured
  bool noisy = false;
  std::string error = {};  ///< why there is no value
};

/// Time, share of the peak, every contender's ratio, then what bars are on besides; each number
/// once.
std::vector<Finding> findings_of(const Result& result);

/// Of the cost at each size.
Finding finding_of(const Growth& growth, const std::vector<double>& costs);

/// What one bar comes to. Of several contenders whose names begin as it says, the hardest.
Finding judge(const Bar& bar, const Result& result);

/// "≥ 10", "≤ 1.1", or "≤ 300 ns" for a time.
std::string words_of(const Bar& bar);

/// "1.23 ms"
std::string duration(double seconds);

}  // namespace bench
