#include "apps/verify/report/picture.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <iterator>

namespace verify {
namespace {

constexpr double kWidth = 960, kMargin = 64, kGap = 24;
constexpr double kPlotHeight = 240, kPlotTop = 72;
constexpr double kImage = 84, kBars = 112;
constexpr const char* kLossColour = "#1f5fa8";
constexpr const char* kAccuracyColour = "#c05a00";

void put(std::string& out, const std::string& text) { out += text + "\n"; }

std::string escaped(const std::string& text) {
  std::string safe;
  for (const char c : text) {
    if (c == '&') {
      safe += "&amp;";
    } else if (c == '<') {
      safe += "&lt;";
    } else {
      safe += c;
    }
  }
  return safe;
}

std::string label(double x, double y, const std::string& text, const std::string& style) {
  return fmt::format(R"(<text x="{:.1f}" y="{:.1f}" {}>{}</text>)", x, y, style, escaped(text));
}

std::string rule(double x1, double y1, double x2, double y2, const std::string& colour) {
  return fmt::format(R"(<line x1="{:.1f}" y1="{:.1f}" x2="{:.1f}" y2="{:.1f}" stroke="{}"/>)", x1,
                     y1, x2, y2, colour);
}

// A plot of one curve: where it lies, and how its numbers become heights.
struct Plot {
  double left, width;
  std::string title, colour;
  std::vector<double> values;
  std::vector<double> ticks;
  std::function<double(double)> scale;  // of a value
  std::function<std::string(double)> name;

  double x(std::size_t i) const {
    const auto last = static_cast<double>(std::max<std::size_t>(values.size(), 2) - 1);
    return left + width * static_cast<double>(i) / last;
  }
  double y(double value) const {
    const double low = scale(ticks.front()), high = scale(ticks.back());
    return kPlotTop + kPlotHeight * (1 - (scale(value) - low) / (high - low));
  }
};

void draw_axes(std::string& out, const Plot& plot) {
  const double bottom = kPlotTop + kPlotHeight;
  put(out, label(plot.left, kPlotTop - 14, plot.title,
                 fmt::format(R"(font-size="14" fill="{}")", plot.colour)));
  for (const double tick : plot.ticks) {
    const double y = plot.y(tick);
    put(out, rule(plot.left, y, plot.left + plot.width, y, "#e4e4e4"));
    put(out, label(plot.left - 6, y + 4, plot.name(tick), R"(text-anchor="end")"));
  }
  const std::size_t last = plot.values.size() - 1;
  const std::size_t step = std::max<std::size_t>(1, last / 5);
  for (std::size_t i = 0; i <= last; i += step) {
    put(out, rule(plot.x(i), bottom, plot.x(i), bottom + 4, "#555555"));
    put(out, label(plot.x(i), bottom + 18, std::to_string(i), R"(text-anchor="middle")"));
  }
  put(out, rule(plot.left, bottom, plot.left + plot.width, bottom, "#555555"));
  put(out, label(plot.left + plot.width / 2, bottom + 36, "iteration", R"(text-anchor="middle")"));
}

void draw_plot(std::string& out, const Plot& plot) {
  draw_axes(out, plot);
  std::string points;
  for (std::size_t i = 0; i < plot.values.size(); ++i) {
    if (!std::isfinite(plot.scale(plot.values[i]))) continue;
    points += fmt::format("{:.2f},{:.2f} ", plot.x(i), plot.y(plot.values[i]));
  }
  put(out, fmt::format(R"(<polyline points="{}" fill="none" stroke="{}" stroke-width="2"/>)",
                       points, plot.colour));
}

// 1, 2 and 5 times the powers of ten that span the numbers.
std::vector<double> logarithmic_ticks(const std::vector<double>& values) {
  double low = 1e300, high = 1e-300;
  for (const double v : values) {
    if (!(v > 0) || !std::isfinite(v)) continue;
    low = std::min(low, v), high = std::max(high, v);
  }
  if (low > high) return {1, 10};
  std::vector<double> steps;
  for (double power = std::floor(std::log10(low)); power <= std::ceil(std::log10(high)); ++power) {
    for (const double digit : {1.0, 2.0, 5.0}) steps.push_back(digit * std::pow(10, power));
  }
  const auto first = std::upper_bound(steps.begin(), steps.end(), low);
  const auto last = std::lower_bound(steps.begin(), steps.end(), high);
  std::vector<double> ticks(first == steps.begin() ? first : first - 1,
                            last == steps.end() ? last : last + 1);
  if (ticks.size() < 2) ticks = {low / 2, 2 * low};  // one value, on a tick
  return ticks;
}

void draw_image(std::string& out, double left, double top, const Shown& image) {
  const double pixel = kImage / static_cast<double>(image.size);
  put(out, fmt::format(R"(<rect x="{:.2f}" y="{:.2f}" width="{}" height="{}" fill="#000000"/>)",
                       left, top, kImage, kImage));
  // Neighbours of one grey share a rectangle, and the black ones are there already.
  const auto grey = [&](std::size_t i) {
    return static_cast<int>(std::lround(255 * std::clamp(image.pixels[i], 0.0, 1.0)));
  };
  for (std::size_t row = 0; row < image.size; ++row) {
    std::size_t end = 0;
    for (std::size_t column = 0; column < image.size; column = end) {
      const int shade = grey(row * image.size + column);
      for (end = column + 1; end < image.size && grey(row * image.size + end) == shade;) ++end;
      if (shade == 0) continue;
      put(out, fmt::format(R"(<rect x="{:.2f}" y="{:.2f}" width="{:.2f}" height="{:.2f}" )"
                           R"(fill="#{:02x}{:02x}{:02x}"/>)",
                           left + pixel * static_cast<double>(column),
                           top + pixel * static_cast<double>(row),
                           pixel * static_cast<double>(end - column), pixel, shade, shade, shade));
    }
  }
}

void draw_bars(std::string& out, double left, double top, const Shown& image) {
  const double pitch = kBars / static_cast<double>(image.probabilities.size());
  const double bottom = top + kImage;
  for (std::size_t k = 0; k < image.probabilities.size(); ++k) {
    const double p = std::clamp(image.probabilities[k], 0.0, 1.0);
    const double x = left + pitch * static_cast<double>(k);
    const bool is_label = static_cast<std::int64_t>(k) == image.label;
    put(out, fmt::format(
                 R"(<rect x="{:.2f}" y="{:.2f}" width="{:.2f}" height="{:.2f}" fill="{}"/>)", x + 1,
                 bottom - p * kImage, pitch - 2, p * kImage, is_label ? "#2c7a2c" : "#8a8a8a"));
    put(out, label(x + pitch / 2, bottom + 13, std::to_string(k),
                   R"(text-anchor="middle" font-size="10")"));
  }
  put(out, rule(left, bottom, left + kBars, bottom, "#555555"));
}

void draw_shown(std::string& out, double left, double top, const Shown& image) {
  const auto best = std::max_element(image.probabilities.begin(), image.probabilities.end());
  const auto said = std::distance(image.probabilities.begin(), best);
  const bool right = said == image.label;
  put(out, label(left, top - 8, fmt::format("{}, predicted {}", image.label, said),
                 fmt::format(R"(font-size="13" fill="{}")", right ? "green" : "red")));
  draw_image(out, left, top, image);
  draw_bars(out, left + kImage + 10, top, image);
}

}  // namespace

std::string draw(const Training& training) {
  constexpr std::size_t columns = 4;
  constexpr double cell = (kWidth - 2 * kGap) / columns, row_height = kImage + 56;
  const double images_top = kPlotTop + kPlotHeight + 84;
  const std::size_t rows = (training.images.size() + columns - 1) / columns;
  const double height = images_top + row_height * static_cast<double>(rows);
  const double plot_width = (kWidth - 2 * kMargin - kMargin) / 2 + 10;

  std::string out;
  put(out, fmt::format(R"(<svg xmlns="http://www.w3.org/2000/svg" width="{0}" height="{1}" )"
                       R"(viewBox="0 0 {0} {1}" font-family="sans-serif" font-size="12">)",
                       kWidth, height));
  put(out, R"(<rect width="100%" height="100%" fill="#ffffff"/>)");
  put(out, label(kMargin, 32, training.title, R"(font-size="16")"));
  draw_plot(out, {kMargin, plot_width, "loss (logarithmic)", kLossColour, training.losses,
                  logarithmic_ticks(training.losses), [](double v) { return std::log10(v); },
                  [](double v) { return fmt::format("{:g}", v); }});
  draw_plot(out, {2 * kMargin + plot_width,
                  plot_width,
                  "train accuracy",
                  kAccuracyColour,
                  training.accuracies,
                  {0, 0.2, 0.4, 0.6, 0.8, 1},
                  [](double v) { return v; },
                  [](double v) { return fmt::format("{:.0f} %", 100 * v); }});
  for (std::size_t i = 0; i < training.images.size(); ++i) {
    const std::size_t row = i / columns, column = i % columns;
    const double left = kGap + 8 + cell * static_cast<double>(column);
    const double top = images_top + row_height * static_cast<double>(row);
    draw_shown(out, left, top, training.images[i]);
  }
  return out + "</svg>\n";
}

}  // namespace verify
