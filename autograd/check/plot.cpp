#include "autograd/check/plot.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "autograd/check/text.h"

namespace autograd::check {
namespace {

constexpr double kLeft = 66, kRight = 14, kTop = 12, kBottom = 48;
constexpr double kLargest = 1e150;  // larger values have no place, so that no difference overflows

bool has_place(double v) { return std::isfinite(v) && std::abs(v) <= kLargest; }

/// 1, 2 or 5 times a power of ten, so that about five steps cover the span.
double round_step(double span) {
  const double raw = span / 5;
  const double power = std::pow(10, std::floor(std::log10(raw)));
  for (const double digit : {1.0, 2.0, 5.0}) {
    if (raw <= digit * power) return digit * power;
  }
  return 10 * power;
}

std::string text_at(double x, double y, const std::string& text, const std::string& attributes) {
  return "<text x=\"" + coordinate(x) + "\" y=\"" + coordinate(y) + "\" " + attributes + ">" +
         escape_html(text) + "</text>\n";
}

std::string segment(Point a, Point b, const std::string& style) {
  return "<path class=\"" + style + "\" d=\"M" + coordinate(a.first) + " " + coordinate(a.second) +
         "L" + coordinate(b.first) + " " + coordinate(b.second) + "\"/>\n";
}

/// The outline of a mark; a dot is a line of no length with round ends.
std::string outline(Mark mark) {
  switch (mark) {
    case Mark::cross:
      return "m-4-4l8 8m0-8l-8 8";
    case Mark::triangle:
      return "m0-5l5 9h-10z";
    case Mark::square:
      return "m-4-4h8v8h-8z";
    case Mark::dot:
      break;
  }
  return "h0";
}

}  // namespace

std::string escape_html(std::string_view text) {
  std::string safe;
  for (const char c : valid_utf8(text)) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '&') {
      safe += "&amp;";
    } else if (c == '<') {
      safe += "&lt;";
    } else if (c == '>') {
      safe += "&gt;";
    } else if (c == '"') {
      safe += "&quot;";
    } else if (c == '\'') {
      safe += "&#39;";
    } else {
      safe += byte < 0x20 || byte == 0x7F ? ' ' : c;  // HTML allows no control characters
    }
  }
  return safe;
}

std::string coordinate(double value) {
  if (!std::isfinite(value)) return "0";
  return plain(std::round(10 * value) / 10, 7);
}

Axis Axis::linear(std::string title, const std::vector<double>& values) {
  Axis axis;
  axis.title_ = std::move(title);
  double low = std::numeric_limits<double>::infinity(), high = -low;
  for (const double v : values) {
    if (has_place(v)) low = std::min(low, v), high = std::max(high, v);
  }
  if (low > high) low = high = 0;
  // A single value gets room in proportion to itself.
  double margin = 0.04 * (high - low);
  if (margin <= 1e-12 * std::max(std::abs(low), std::abs(high))) {
    margin = low == 0 && high == 0 ? 1 : std::max(std::abs(low), std::abs(high)) / 2;
  }
  margin = std::max(margin, 1e-300);
  axis.low_ = low - margin;
  axis.high_ = high + margin;
  const double step = round_step(axis.high_ - axis.low_);
  for (double k = std::ceil(axis.low_ / step); k * step <= axis.high_; ++k) {
    axis.ticks_.push_back(k * step);
    if (axis.ticks_.size() > 12) break;
  }
  return axis;
}

Axis Axis::logarithmic(std::string title, const std::vector<double>& values) {
  Axis axis;
  axis.title_ = std::move(title);
  axis.logarithmic_ = true;
  double low = std::numeric_limits<double>::infinity(), high = -low;
  for (const double v : values) {
    if (!has_place(v) || v <= 0) continue;
    low = std::min(low, std::floor(std::log10(v)));
    high = std::max(high, std::ceil(std::log10(v)));
  }
  if (low > high) low = 0, high = 1;
  if (low == high) --low, ++high;
  const double step = std::max(1.0, std::ceil((high - low) / 6));
  for (double e = low; e <= high; e += step) axis.ticks_.push_back(std::pow(10, e));
  axis.low_ = std::pow(10, low);
  axis.high_ = std::pow(10, high);
  return axis;
}

double Axis::place(double value) const {
  if (!has_place(value) || (logarithmic_ && value <= 0)) {
    return std::numeric_limits<double>::quiet_NaN();
  }
  if (!logarithmic_) return (value - low_) / (high_ - low_);
  return (std::log10(value) - std::log10(low_)) / (std::log10(high_) - std::log10(low_));
}

std::string Axis::tick_name(double tick) const {
  return logarithmic_ ? power_of_ten(static_cast<int>(std::lround(std::log10(tick))))
                      : readable(tick, 3);
}

Plot::Plot(Axis x, Axis y, std::string description, double width, double height)
    : x_(std::move(x)),
      y_(std::move(y)),
      description_(std::move(description)),
      width_(width),
      height_(height) {}

Point Plot::to_picture(Point p) const {
  return {kLeft + x_.place(p.first) * (width_ - kLeft - kRight),
          kTop + (1 - y_.place(p.second)) * (height_ - kTop - kBottom)};
}

void Plot::line(const std::vector<Point>& points, const std::string& style) {
  std::string path;
  for (const Point& point : points) {
    const auto [x, y] = to_picture(point);
    if (!std::isfinite(x) || !std::isfinite(y) || std::abs(x) > 1e5 || std::abs(y) > 1e5) continue;
    path += (path.empty() ? "M" : "L") + coordinate(x) + " " + coordinate(y);
  }
  if (!path.empty()) content_ += "<path class=\"" + style + "\" d=\"" + path + "\"/>\n";
}

void Plot::marks(const std::vector<Point>& points, Mark mark, const std::string& style) {
  std::string path;
  for (const Point& point : points) {
    const auto [x, y] = to_picture(point);
    if (!std::isfinite(x) || !std::isfinite(y)) continue;
    path += "M" + coordinate(x) + " " + coordinate(y) + outline(mark);
  }
  if (!path.empty()) content_ += "<path class=\"" + style + "\" d=\"" + path + "\"/>\n";
}

void Plot::words(Point at, const std::string& text, const std::string& anchor,
                 const std::string& style) {
  const auto [x, y] = to_picture(at);
  if (!std::isfinite(x) || !std::isfinite(y)) return;
  content_ += text_at(x, y, text, "class=\"" + style + "\" text-anchor=\"" + anchor + "\"");
}

void Plot::vertical(double x, const std::string& style) {
  const double at = to_picture({x, y_.low()}).first;
  if (!std::isfinite(at)) return;
  content_ += segment({at, kTop}, {at, height_ - kBottom}, style);
}

std::string Plot::axes() const {
  const double right = width_ - kRight, bottom = height_ - kBottom;
  std::string out;
  for (const double tick : x_.ticks()) {
    const double x = to_picture({tick, y_.low()}).first;
    out += segment({x, kTop}, {x, bottom}, "grid");
    out += text_at(x, bottom + 17, x_.tick_name(tick), "class=\"tick\" text-anchor=\"middle\"");
  }
  for (const double tick : y_.ticks()) {
    const double y = to_picture({x_.low(), tick}).second;
    out += segment({kLeft, y}, {right, y}, "grid");
    out += text_at(kLeft - 6, y + 4, y_.tick_name(tick), "class=\"tick\" text-anchor=\"end\"");
  }
  out += "<rect class=\"frame\" x=\"" + coordinate(kLeft) + "\" y=\"" + coordinate(kTop) +
         "\" width=\"" + coordinate(right - kLeft) + "\" height=\"" + coordinate(bottom - kTop) +
         "\"/>\n";
  out += text_at((kLeft + right) / 2, height_ - 9, x_.title(), "text-anchor=\"middle\"");
  out += text_at(-(kTop + bottom) / 2, 13, y_.title(),
                 "text-anchor=\"middle\" transform=\"rotate(-90)\"");
  return out;
}

std::string Plot::svg() const {
  // The content may reach beyond the axes; a nested picture of the frame's size would move its
  // coordinates, so it is moved back by a viewBox of its own.
  const double right = width_ - kRight, bottom = height_ - kBottom;
  const std::string box = coordinate(kLeft) + " " + coordinate(kTop) + " " +
                          coordinate(right - kLeft) + " " + coordinate(bottom - kTop);
  std::string out = "<svg class=\"plot\" viewBox=\"0 0 " + coordinate(width_) + " " +
                    coordinate(height_) + "\" role=\"img\" aria-label=\"" +
                    escape_html(description_) + "\">\n" + axes();
  out += "<svg x=\"" + coordinate(kLeft) + "\" y=\"" + coordinate(kTop) + "\" width=\"" +
         coordinate(right - kLeft) + "\" height=\"" + coordinate(bottom - kTop) + "\" viewBox=\"" +
         box + "\">\n" + content_ + "</svg>\n</svg>\n";
  return out;
}

}  // namespace autograd::check
