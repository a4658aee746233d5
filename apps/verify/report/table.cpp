#include "apps/verify/report/table.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace verify {
namespace {

// Characters of UTF-8: bytes that do not continue one.
std::size_t width_of(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
  }));
}

std::string line_of(const std::vector<std::string>& cells, const std::vector<std::size_t>& widths,
                    const std::vector<Table::Column>& columns) {
  std::string line;
  for (std::size_t j = 0; j < columns.size(); ++j) {
    const std::string cell = j < cells.size() ? cells[j] : "";
    const std::string padding(widths[j] - width_of(cell), ' ');
    if (j > 0) line += "  ";
    line += columns[j].align == Table::Align::right ? padding + cell : cell + padding;
  }
  line.erase(line.find_last_not_of(' ') + 1);
  return line + "\n";
}

}  // namespace

std::string Table::text() const {
  std::vector<std::size_t> widths;
  std::vector<std::string> titles;
  for (std::size_t j = 0; j < columns_.size(); ++j) {
    titles.push_back(columns_[j].title);
    std::size_t width = width_of(columns_[j].title);
    for (const auto& row : rows_) {
      if (j < row.size()) width = std::max(width, width_of(row[j]));
    }
    widths.push_back(width);
  }
  std::size_t total = 2 * (columns_.empty() ? 0 : columns_.size() - 1);
  for (const std::size_t width : widths) total += width;
  std::string text = line_of(titles, widths, columns_) + std::string(total, '-') + "\n";
  for (const auto& row : rows_) text += line_of(row, widths, columns_);
  return text;
}

std::string grouped(std::int64_t number) {
  std::string digits = std::to_string(number);
  const std::size_t sign = number < 0 ? 1 : 0;
  for (std::size_t i = digits.size(); i > sign + 3; i -= 3) digits.insert(i - 3, ",");
  return digits;
}

std::string figure(double value, int digits) {
  if (std::isnan(value)) return "nan";
  return fmt::format("{:.{}g}", value, digits);
}

}  // namespace verify
