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

// The two dtypes of one thing are drawn in one colour, f64 dashed.
bool dashed(const std::string& name) { return name.ends_with(" f64"); }
std::string without_dtype(const std::string& name) {
  return name.ends_with(" f64") || name.ends_with(" f32") ? name.substr(0, name.size() - 4) : name;
}

// What has a colour of its own, in the order in which it comes.
std::vector<std::string> things(std::span<const Series> series) {
  std::vector<std::string> names;
  for (const Series& one : series) {
    const std::string name = without_dtype(one.name);
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  }
  return names;
}

// A picture in a README stands on any background, so it brings its own.
std::string style(std::size_t colours) {
  std::string css =
      "text{font:13px sans-serif;fill:#333}.title{font-weight:bold}.plot rect{fill:none}"
      ".plot path,.legend path{fill:none;stroke:#ccc;stroke-width:1}"
      ".plot .dashed{stroke-dasharray:6 4}";
  for (std::size_t i = 0; i < colours; ++i) {
    const std::string colour =
        fmt::format("hsl({} 70% {}%)", i * 360 / colours, std::array{35, 60, 45}[i % 3]);
    css += fmt::format(
        ".plot .s{0},.legend .s{0}{{stroke:{1};stroke-width:2;stroke-linecap:round}}"
        ".plot .m{0}{{stroke:{1};stroke-width:6;stroke-linecap:round}}",
        i, colour);
  }
  return "<style>" + css + "</style>\n";
}

std::string legend(std::vector<std::string> names, bool some_dashed) {
  std::string text = "<g class=\"legend\">\n";
  const auto lines = static_cast<double>(names.size() + (some_dashed ? 1 : 0));
  const double step = std::min(18.0, (plot_height - 20) / lines);
  const auto words = [&](double y, double x, const std::string& what) {
    text += fmt::format("<text x=\"{}\" y=\"{}\">{}</text>\n", coordinate(plot_width + x),
                        coordinate(y + 4), escape_html(what));
  };
  double y = title_height + 20;
  for (std::size_t i = 0; i < names.size(); ++i, y += step) {
    text += fmt::format("<path class=\"s{}\" d=\"M{} {}h22\"/>\n", i, coordinate(plot_width + 10),
                        coordinate(y));
    words(y, 40, names[i]);
  }
  if (some_dashed) words(y, 10, "f64 dashed");
  return text + "</g>\n";
}

std::string frame(const std::string& title, std::size_t colours) {
  const double width = plot_width + legend_width, height = plot_height + title_height;
  return fmt::format(
             "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0}\" height=\"{1}\" viewBox=\"0 0 "
             "{0} {1}\">\n",
             width, height) +
         style(colours) +
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
  const std::vector<std::string> names = things(series);
  bool some_dashed = false;
  for (const Series& one : series) {
    const auto colour = std::to_string(
        std::find(names.begin(), names.end(), without_dtype(one.name)) - names.begin());
    plot.line(one.points, "s" + colour + (dashed(one.name) ? " dashed" : ""));
    plot.marks(one.points, Mark::dot, "m" + colour);
    some_dashed = some_dashed || dashed(one.name);
  }
  return frame(title, names.size()) +
         fmt::format("<svg y=\"{}\" width=\"{}\" height=\"{}\">\n", title_height, plot_width,
                     plot_height) +
         plot.svg() + "</svg>\n" + legend(names, some_dashed) + "</svg>\n";
}

namespace {

// The member of that name, made at the end where there is none.
template <class Named>
Named& member(std::vector<Named>& list, const std::string& name) {
  const auto found =
      std::find_if(list.begin(), list.end(), [&](const Named& one) { return one.name == name; });
  return found != list.end() ? *found : list.emplace_back(Named{name, {}});
}

}  // namespace

std::vector<Suite> suites_of(const std::string& json) {
  const auto parsed = nlohmann::json::parse(json, nullptr, false);
  if (!parsed.is_object() || !parsed.contains("benchmarks")) {
    throw std::runtime_error("expected the JSON that Google Benchmark writes");
  }
  static const std::map<std::string, double> units{
      {"ns", 1e-9}, {"us", 1e-6}, {"ms", 1e-3}, {"s", 1}};
  std::vector<Suite> suites;
  for (const auto& one : parsed["benchmarks"]) {
    const std::string name = one.value("name", "");
    const std::size_t first = name.find('/'), last = name.rfind('/');
    const double size = last == std::string::npos ? 0 : std::atof(name.c_str() + last + 1);
    const auto unit = units.find(one.value("time_unit", "ns"));
    const double time = one.value("real_time", 0.0);
    if (first == last || size <= 0 || time <= 0 || unit == units.end()) continue;
    Suite& suite = member(suites, name.substr(0, first));
    member(suite.series, name.substr(first + 1, last - first - 1))
        .points.emplace_back(size, time * unit->second);
  }
  return suites;
}

}  // namespace bench
