#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

// A small plot as inline SVG: two axes, lines and marks. Colours and widths are left to the page's
// style sheet, which knows whether the page is light or dark. What has no place in the plot, such
// as a value that is not finite, is left out: no attribute is ever anything but a number.

namespace autograd::check {

/// Text made safe for HTML and SVG, inside an element or a quoted attribute, as valid UTF-8.
std::string escape_html(std::string_view text);

/// A coordinate or length: one digit after the point. 0 for what is not finite.
std::string coordinate(double value);

/// One axis: where it begins and ends and which values it names.
class Axis {
 public:
  /// Widened so that a single value has room about it. Values that are not finite count for
  /// nothing.
  static Axis linear(std::string title, const std::vector<double>& values);
  /// From a power of ten to a power of ten. Values not above 0 count for nothing.
  static Axis logarithmic(std::string title, const std::vector<double>& values);

  /// Where the value lies: 0 at the beginning, 1 at the end. NaN for one with no place.
  double place(double value) const;
  double low() const { return low_; }    ///< the value at the beginning
  double high() const { return high_; }  ///< the value at the end
  const std::string& title() const { return title_; }
  const std::vector<double>& ticks() const { return ticks_; }
  std::string tick_name(double tick) const;

 private:
  std::string title_;
  bool logarithmic_ = false;
  double low_ = 0, high_ = 1;
  std::vector<double> ticks_;
};

/// A point in the units of the axes.
using Point = std::pair<double, double>;

enum class Mark { dot, cross, triangle, square };

class Plot {
 public:
  /// `description` is what a screen reader says. Width and height in the units of the picture, in
  /// which letters are 13 high; the page scales it to the width there is.
  Plot(Axis x, Axis y, std::string description, double width = 420, double height = 320);

  /// A line through the points, in the given class of the style sheet. A point that has no place is
  /// left out; beyond the axes the line is cut off.
  void line(const std::vector<Point>& points, const std::string& style);
  /// Marks at the points, in the given class.
  void marks(const std::vector<Point>& points, Mark mark, const std::string& style);
  /// Words at a point, in the given class; `anchor` is start, middle or end.
  void words(Point at, const std::string& text, const std::string& anchor,
             const std::string& style);
  /// A vertical line over the whole height at `x`.
  void vertical(double x, const std::string& style);

  std::string svg() const;

 private:
  Point to_picture(Point p) const;
  std::string axes() const;

  Axis x_, y_;
  std::string description_;
  double width_, height_;
  std::string content_;
};

}  // namespace autograd::check
