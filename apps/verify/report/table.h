#pragma once

#include <string>
#include <vector>

namespace verify {

/// Text in aligned columns for a person to read. A width is counted in characters, not bytes.
class Table {
 public:
  enum class Align { left, right };
  struct Column {
    std::string title;
    Align align = Align::right;
  };

  explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}

  /// A row may be shorter than the columns are many; the rest stays empty.
  void add(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }

  /// The titles, a rule, and the rows, each line ended; no line ends in spaces.
  std::string text() const;

 private:
  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;
};

/// 31810 as "31,810".
std::string grouped(std::int64_t number);

/// A number as a table shows it: `digits` significant digits, "nan" and "inf" in words.
std::string figure(double value, int digits = 2);

}  // namespace verify
