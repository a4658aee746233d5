#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <set>

#include "autograd/check/page_parts.h"
#include "autograd/check/parts.h"
#include "autograd/check/plot.h"
#include "autograd/check/text.h"

namespace autograd::check::page {
namespace {

constexpr std::int64_t kBins = 64;  // cells along an axis at most
constexpr int kColours = 6;
constexpr double kWidth = 420, kLeft = 40, kTop = 22, kArea = 366, kLargestCell = 36;

// What a cell shows, the mildest first; a heat class h is kHeat + h.
enum Shade { kAgree, kKink, kCannotTell, kHeat, kNotFinite = kHeat + kColours };

/// How an array of any shape is laid out: rows along its first axis, columns along the others.
struct Layout {
  std::int64_t rows = 1, columns = 1;            // of the array
  std::int64_t row_bin = 1, column_bin = 1;      // entries of a cell
  std::int64_t row_cells = 1, column_cells = 1;  // of the picture
  double cell_width = 1, cell_height = 1;

  explicit Layout(const Block& block) {
    const std::int64_t count = block.count();
    rows = block.shape.size() < 2 ? 1 : block.shape.front();
    columns = rows > 0 ? count / rows : 0;
    row_bin = std::max<std::int64_t>(1, (rows + kBins - 1) / kBins);
    column_bin = std::max<std::int64_t>(1, (columns + kBins - 1) / kBins);
    row_cells = (rows + row_bin - 1) / row_bin;
    column_cells = (columns + column_bin - 1) / column_bin;
    const auto cells = [](std::int64_t n) {
      return static_cast<double>(std::max<std::int64_t>(n, 1));
    };
    cell_width = std::min(kArea / cells(column_cells), kLargestCell);
    cell_height = rows == 1 ? 28 : std::min(kArea / cells(row_cells), kLargestCell);
    // Cells near to squares, but a long strip keeps a width that can be seen.
    cell_height = rows == 1 ? cell_height : std::min(cell_height, 3 * cell_width);
    cell_width = std::min(cell_width, 3 * cell_height);
  }
  double width() const { return cell_width * static_cast<double>(column_cells); }
  double height() const { return cell_height * static_cast<double>(row_cells); }
};

int shade_of(const Entry& e, const HeatScale& scale) {
  if (!std::isfinite(e.claimed)) return kNotFinite;
  if (e.verdict == Verdict::disagree) return kHeat + scale.class_of(excess_of(e));
  if (e.verdict == Verdict::cannot_tell) return kCannotTell;
  return e.verdict == Verdict::kink ? kKink : kAgree;
}

std::vector<int> shades(std::span<const Entry> entries, const Layout& layout,
                        const HeatScale& scale) {
  std::vector<int> cells(static_cast<std::size_t>(layout.row_cells * layout.column_cells), kAgree);
  for (std::int64_t i = 0; i < static_cast<std::int64_t>(entries.size()); ++i) {
    const std::int64_t row = i / layout.columns / layout.row_bin;
    const std::int64_t column = i % layout.columns / layout.column_bin;
    int& cell = cells[static_cast<std::size_t>(row * layout.column_cells + column)];
    cell = std::max(cell, shade_of(entries[static_cast<std::size_t>(i)], scale));
  }
  return cells;
}

std::string shade_style(int shade, const HeatScale& scale) {
  if (shade == kNotFinite) return "not-finite";
  if (shade >= kHeat) return scale.style(shade - kHeat);
  constexpr std::array names{"within", "kinked", "untold"};
  return names[static_cast<std::size_t>(shade)];
}

std::string shade_name(int shade, const HeatScale& scale) {
  if (shade == kNotFinite) return "not finite";
  if (shade >= kHeat) return scale.name(shade - kHeat);
  constexpr std::array names{"within its tolerance", "at a kink", "cannot tell"};
  return names[static_cast<std::size_t>(shade)];
}

/// One path for all cells of a shade, neighbours of a row in one piece.
std::string cells_of(const std::vector<int>& cells, const Layout& layout, int shade) {
  std::string path;
  const auto at = [&](std::int64_t row, std::int64_t column) {
    return cells[static_cast<std::size_t>(row * layout.column_cells + column)];
  };
  for (std::int64_t row = 0; row < layout.row_cells; ++row) {
    for (std::int64_t column = 0, end = 0; column < layout.column_cells; column = end) {
      for (end = column + 1; end < layout.column_cells && at(row, end) == at(row, column);) ++end;
      if (at(row, column) != shade) continue;
      const std::string length = coordinate(layout.cell_width * static_cast<double>(end - column));
      for (const std::string& part :
           {std::string("M"), coordinate(kLeft + layout.cell_width * static_cast<double>(column)),
            std::string(" "), coordinate(kTop + layout.cell_height * static_cast<double>(row)),
            std::string("h"), length, std::string("v"), coordinate(layout.cell_height),
            std::string("h-"), length, std::string("z")}) {
        path += part;
      }
    }
  }
  return path;
}

std::string label(double x, double y, const std::string& text, const std::string& anchor) {
  return "<text class=\"tick\" x=\"" + coordinate(x) + "\" y=\"" + coordinate(y) +
         "\" text-anchor=\"" + anchor + "\">" + text + "</text>\n";
}

/// First and last index of each axis.
std::string labels(const Layout& layout) {
  const double right = kLeft + layout.width(), bottom = kTop + layout.height();
  std::string out = label(kLeft, kTop - 7, "0", "start");
  if (layout.columns > 1 && layout.width() > 40) {
    out += label(right, kTop - 7, std::to_string(layout.columns - 1), "end");
  }
  if (layout.rows > 1) {
    out += label(kLeft - 6, kTop + 11, "0", "end");
    if (layout.height() > 28) {
      out += label(kLeft - 6, bottom - 2, std::to_string(layout.rows - 1), "end");
    }
  }
  return out;
}

std::string legend(const std::set<int>& present, const HeatScale& scale) {
  std::string out = "<ul class=\"legend\">";
  for (const int shade : present) {
    out += "<li><svg class=\"key\" viewBox=\"0 0 18 18\" aria-hidden=\"true\"><rect class=\"" +
           shade_style(shade, scale) + "\" width=\"18\" height=\"18\"/></svg>" +
           shade_name(shade, scale) + "</li>\n";
  }
  return out + "</ul>\n";
}

std::string caption(const Block& block, const Layout& layout) {
  std::string text =
      "How far off each entry of " + escape_html(block_title(block)) + " is, in tolerances";
  if (layout.rows > 1) text += "; first index downwards";
  text += ".";
  if (layout.row_bin * layout.column_bin > 1) {
    text += " Each cell shows the worst of " + std::to_string(layout.row_bin) + " × " +
            std::to_string(layout.column_bin) + " entries.";
  }
  return "<figcaption>" + text + "</figcaption>\n";
}

}  // namespace

double excess_of(const Entry& entry) {
  if (std::isnan(entry.difference)) return std::numeric_limits<double>::infinity();
  if (entry.tolerance > 0) return entry.difference / entry.tolerance;
  return entry.difference > 0 ? std::numeric_limits<double>::infinity() : 0;
}

int HeatScale::class_of(double excess) const {
  if (!(excess > 1)) return 0;
  if (std::isinf(excess)) return classes - 1;
  return std::clamp(static_cast<int>(std::log10(excess) / decades), 0, classes - 1);
}

std::string HeatScale::name(int heat) const {
  const std::string from = heat == 0 ? "1" : power_of_ten(heat * decades);
  if (heat == classes - 1) return "over " + from + (heat == 0 ? " tolerance" : " tolerances");
  return from + " to " + power_of_ten((heat + 1) * decades);
}

std::string HeatScale::style(int heat) const {
  // Few classes are spread over all colours.
  const int colour = classes == 1 ? kColours - 2 : heat * (kColours - 1) / (classes - 1);
  return "heat" + std::to_string(colour);
}

HeatScale heat_scale(const Report& report) {
  double largest = 1;
  for (const Entry& e : report.entries) {
    if (e.verdict != Verdict::disagree) continue;
    const double excess = excess_of(e);
    if (std::isfinite(excess)) largest = std::max(largest, excess);
  }
  const int decades = std::max(1, static_cast<int>(std::ceil(std::log10(largest))));
  HeatScale scale;
  scale.decades = (decades + kColours - 1) / kColours;
  scale.classes = (decades + scale.decades - 1) / scale.decades;
  return scale;
}

std::string heat_map(const Report& report, const BlockReport& block, const HeatScale& scale) {
  const auto entries = entries_of(report, block);
  if (entries.empty()) return "";
  const Layout layout(block.block);
  const std::vector<int> cells = shades(entries, layout, scale);
  const std::set<int> present(cells.begin(), cells.end());
  std::string out = "<figure>\n" + caption(block.block, layout);
  out += "<svg class=\"plot heat\" viewBox=\"0 0 " + coordinate(kWidth) + " " +
         coordinate(kTop + layout.height() + 8) + "\" role=\"img\" aria-label=\"" +
         escape_html("Heat map of " + block_title(block.block)) + "\">\n" + labels(layout);
  for (const int shade : present) {
    out += "<path class=\"" + shade_style(shade, scale) + "\" d=\"" +
           cells_of(cells, layout, shade) + "\"/>\n";
  }
  out += "<rect class=\"frame\" x=\"" + coordinate(kLeft) + "\" y=\"" + coordinate(kTop) +
         "\" width=\"" + coordinate(layout.width()) + "\" height=\"" + coordinate(layout.height()) +
         "\"/>\n</svg>\n";
  return out + legend(present, scale) + "</figure>\n";
}

}  // namespace autograd::check::page
