#pragma once

#include <cstddef>
#include <iosfwd>
#include <string>

namespace verify {

/// A bar that is redrawn in place, on a terminal only; elsewhere nothing is ever printed.
class Progress {
 public:
  /// Draws nothing.
  Progress() = default;

  /// Draws on a stream if that is a terminal.
  Progress(std::ostream& out, bool is_terminal) : out_(is_terminal ? &out : nullptr) {}

  /// Standard error, when it is a terminal.
  static Progress on_standard_error();

  /// "name [#####.....] 42/100 note". The last step, done = total, wipes the line.
  void show(const std::string& name, std::size_t done, std::size_t total,
            const std::string& note) const;

  /// Wipes the line of a bar that did not get to its end.
  void clear() const;

 private:
  std::ostream* out_ = nullptr;
};

}  // namespace verify
