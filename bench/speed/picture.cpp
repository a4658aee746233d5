#include "bench/speed/picture.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "autograd/check/plot.h"

namespace bench {
namespace {

using autograd::check::Axis;
using autograd::check::coordinate;
using autograd::check::escape_html;
using autograd::check::Mark;

constexpr double plot_width = 560, plot_height = 380, legend_width = 300, title_height = 30;
constexpr std::size_t hues = 12;

// A picture in a README stands on any background, so it brings its own.
std::string style() {
  std::string css =
      "text{font:13px sans-serif;fill:#333}.title{font-weight:bold}.plot rect{fill:none}"
      ".plot path,.legend path{fill:none;stroke:#ccc;stroke-width:1}";
  for (std::size_t i = 0; i < hues; ++i) {
    const std::string colour = fmt::format("hsl({} 70% {}%)", i * 360 / hues, i % 2 == 0 ? 42 : 58);
    css += fmt::format(
        ".plot .s{0},.legend .s{0}{{stroke:{1};stroke-width:2;stroke-linecap:round}}"
        ".plot .m{0}{{stroke:{1};stroke-width:6;stroke-linecap:round}}",
        i, colour);
  }
  return "<style>" + css + "</style>\n";
}

std::string legend(std::span<const Series> series) {
  std::string text = "<g class=\"legend\">\n";
  const double step = std::min(18.0, (plot_height - 20) / static_cast<double>(series.size() + 1));
  for (std::size_t i = 0; i < series.size(); ++i) {
    const double y = title_height + 20 + step * static_cast<double>(i);
    text += fmt::format("<path class=\"s{}\" d=\"M{} {}h22\"/>\n", i % hues,
                        coordinate(plot_width + 10), coordinate(y));
    text += fmt::format("<text x=\"{}\" y=\"{}\">{}</text>\n", coordinate(plot_width + 40),
                        coordinate(y + 4), escape_html(series[i].name));
  }
  return text + "</g>\n";
}

std::string frame(const std::string& title) {
  const double width = plot_width + legend_width, height = plot_height + title_height;
  return fmt::format(
             "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0}\" height=\"{1}\" viewBox=\"0 0 "
             "{0} {1}\">\n",
             width, height) +
         style() +
         fmt::format("<rect width=\"{}\" height=\"{}\" fill=\"#fff\"/>\n", width, height) +
         fmt::format("<text class=\"title\" x=\"66\" y=\"22\">{}</text>\n", escape_html(title));
}

}  // namespace

std::string picture(const std::string& title, const std::string& sizes, const std::string& times,
                    std::span<const Series> series) {
  std::vector<double> xs, ys;
  for (const Series& one : series) {
    for (const auto& [x, y] : one.points) xs.push_back(x), ys.push_back(y);
  }
  autograd::check::Plot plot(Axis::logarithmic(sizes, xs), Axis::logarithmic(times, ys), title,
                             plot_width, plot_height);
  for (std::size_t i = 0; i < series.size(); ++i) {
    plot.line(series[i].points, "s" + std::to_string(i % hues));
    plot.marks(series[i].points, Mark::dot, "m" + std::to_string(i % hues));
  }
  return frame(title) +
         fmt::format("<svg y=\"{}\" width=\"{}\" height=\"{}\">\n", title_height, plot_width,
                     plot_height) +
         plot.svg() + "</svg>\n" + legend(series) + "</svg>\n";
}

std::vector<Suite> suites_of(const std::string& json) {
  const auto parsed = nlohmann::json::parse(json, nullptr, false);
  if (!parsed.is_object() || !parsed.contains("benchmarks")) {
    throw std::runtime_error("expected the JSON that Google Benchmark writes");
  }
  static const std::map<std::string, double> units{
      {"ns", 1e-9}, {"us", 1e-6}, {"ms", 1e-3}, {"s", 1}};
  std::vector<Suite> suites;
  const auto place = [](auto& list, const std::string& name) -> auto& {
    const auto found =
        std::find_if(list.begin(), list.end(), [&](const auto& one) { return one.name == name; });
    return found != list.end()
               ? *found
               : list.emplace_back(typename std::decay_t<decltype(list)>::value_type{name, {}});
  };
  for (const auto& one : parsed["benchmarks"]) {
    const std::string name = one.value("name", "");
    const std::size_t first = name.find('/'), last = name.rfind('/');
    const double size = last == std::string::npos ? 0 : std::atof(name.c_str() + last + 1);
    const auto unit = units.find(one.value("time_unit", "ns"));
    const double time = one.value("real_time", 0.0);
    if (first == last || size <= 0 || time <= 0 || unit == units.end()) continue;
    Suite& suite = place(suites, name.substr(0, first));
    place(suite.series, name.substr(first + 1, last - first - 1))
        .points.emplace_back(size, time * unit->second);
  }
  return suites;
}

}  // namespace bench
