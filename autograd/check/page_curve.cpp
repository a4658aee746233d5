#include <algorithm>
#include <cmath>

#include "autograd/check/page_parts.h"
#include "autograd/check/plot.h"
#include "autograd/check/text.h"

namespace autograd::check::page {
namespace {

using Curve = std::vector<Point>;  // (step, error), what a logarithmic axis can show

Curve shown(const Report& report, double CurvePoint::*error) {
  Curve curve;
  for (const CurvePoint& p : report.curve) {
    const double e = p.*error;
    if (p.step > 0 && e > 0 && std::isfinite(p.step) && std::isfinite(e)) {
      curve.emplace_back(p.step, e);
    }
  }
  std::sort(curve.begin(), curve.end());
  return curve;
}

Point best_of(const Curve& curve) {
  return *std::min_element(curve.begin(), curve.end(),
                           [](const Point& a, const Point& b) { return a.second < b.second; });
}

/// The line error = c · step^slope through the middle of the points, over their steps. Log-log, so
/// the median of log error − slope · log step gives log c.
Curve guide(const Curve& points, double slope) {
  if (points.size() < 2) return {};
  std::vector<double> offsets;
  for (const auto& [step, error] : points) {
    offsets.push_back(std::log10(error) - slope * std::log10(step));
  }
  std::nth_element(offsets.begin(),
                   offsets.begin() + static_cast<std::ptrdiff_t>(offsets.size() / 2),
                   offsets.end());
  const double c = offsets[offsets.size() / 2];
  Curve line;
  for (const double step : {points.front().first, points.back().first}) {
    line.emplace_back(step, std::pow(10, c + slope * std::log10(step)));
  }
  return line;
}

Curve part(const Curve& curve, double from, double to) {
  Curve inside;
  for (const Point& p : curve) {
    if (p.first >= from && p.first <= to) inside.push_back(p);
  }
  return inside;
}

std::string key(const std::string& line_style, const std::string& name) {
  return "<li><svg class=\"key\" viewBox=\"0 0 18 18\" aria-hidden=\"true\"><path class=\"" +
         line_style + "\" d=\"M0 9L18 9\"/></svg>" + name + "</li>\n";
}

/// How the truncation and the rounding error go with the step, beside the curve.
void draw_guides(Plot& plot, const Curve& forward, const Curve& central) {
  const auto all = [](const Curve& c) { return std::pair{c.front().first, c.back().first}; };
  if (forward.size() > 1) {
    plot.line(guide(part(forward, best_of(forward).first, all(forward).second), 1), "line guide");
  }
  if (central.size() < 2) return;
  const double best = best_of(central).first;
  plot.line(guide(part(central, best, all(central).second), 2), "line guide");
  plot.line(guide(part(central, all(central).first, best), -1), "line guide");
}

std::string explanation(const Curve& central) {
  std::string text =
      "<p>On the right the steps are large and <b>truncation</b> rules: the chord misses the "
      "tangent. The forward quotient’s error goes with the step (slope 1), the central one’s with "
      "its square (slope 2). On the left the steps are small and <b>rounding</b> rules: the last "
      "digits of f are divided by ever smaller steps (slope −1). The best step lies where the two "
      "meet";
  if (!central.empty()) {
    const Point best = best_of(central);
    text += ": here, for the central quotient, at about " + readable(best.first, 2) +
            " with an error of " + readable(best.second, 2);
  }
  return text + ".</p>\n";
}

}  // namespace

std::string step_curve(const Report& report) {
  const Curve forward = shown(report, &CurvePoint::forward);
  const Curve central = shown(report, &CurvePoint::central);
  if (forward.empty() && central.empty()) return "";
  std::vector<double> steps, errors;
  for (const Curve* curve : {&forward, &central}) {
    for (const auto& [step, error] : *curve) steps.push_back(step), errors.push_back(error);
  }
  const Axis y = Axis::logarithmic("error of the quotient", errors);
  Plot plot(Axis::logarithmic("step", steps), y, "Errors of difference quotients by step", 420,
            340);
  draw_guides(plot, forward, central);
  plot.line(forward, "line forward");
  plot.line(central, "line central");
  plot.marks(forward, Mark::dot, "mark forward");
  plot.marks(central, Mark::dot, "mark central");
  std::string keys = key("line forward", "forward: (f(x + h) − f(x)) / h") +
                     key("line central", "central: (f(x + h) − f(x − h)) / 2h") +
                     key("line guide", "slopes −1, 1 and 2");
  if (!central.empty()) {
    plot.vertical(best_of(central).first, "line best");
    plot.marks({best_of(central)}, Mark::square, "mark best");
    keys += key("line best", "best step");
  }
  return "<section class=\"card\">\n<h2>Why no single step will do</h2>\n<div class=\"figures\">\n"
         "<figure>\n<figcaption>The error of a difference quotient along one direction, against "
         "its step h.</figcaption>\n" +
         plot.svg() + "<ul class=\"legend\">" + keys + "</ul>\n</figure>\n<div>\n" +
         explanation(central) + "</div>\n</div>\n</section>\n";
}

}  // namespace autograd::check::page
