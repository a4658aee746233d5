#include "apps/verify/studies/fixed_threshold.h"

#include <fmt/format.h>

#include <cmath>
#include <limits>

#include "apps/verify/report/table.h"

namespace verify {

FixedCheck check_fixed(const std::vector<autograd::check::Block>& blocks,
                       const std::vector<double>& claimed, const std::vector<double>& differences) {
  FixedCheck check;
  check.entries = claimed.size();
  for (const auto& block : blocks) {
    for (std::int64_t index = block.offset; index < block.offset + block.count(); ++index) {
      const auto i = static_cast<std::size_t>(index);
      const double a = claimed[i], b = differences[i];
      double relative = a == b ? 0 : std::abs(a - b) / (std::abs(a) + std::abs(b));
      if (std::isnan(relative)) relative = std::numeric_limits<double>::infinity();
      check.failed += !(relative < fixed_threshold);
      if (relative > check.largest) {
        check.largest = relative;
        check.worst = block.entry_name(index);
        check.claimed = a;
        check.estimate = b;
      }
    }
  }
  return check;
}

std::string describe(const FixedCheck& check) {
  if (check.failed == 0) return fmt::format("all {} entries pass", check.entries);
  return fmt::format("{} of {} entries fail, {} worst: claimed {}, difference {}, relative {}",
                     check.failed, check.entries, check.worst, figure(check.claimed, 6),
                     figure(check.estimate, 6), figure(check.largest));
}

}  // namespace verify
