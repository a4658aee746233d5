#pragma once

#include <span>
#include <string>
#include <utility>
#include <vector>

/// Times against sizes as a picture that stands alone: an SVG with logarithmic axes and a legend.
namespace bench {

struct Series {
  std::string name;
  std::vector<std::pair<double, double>> points;  ///< size and time, both above 0
};

std::string picture(const std::string& title, const std::string& sizes, const std::string& times,
                    std::span<const Series> series);

/// What Google Benchmark's JSON says, by suite: a benchmark is called suite/what/size.
struct Suite {
  std::string name;
  std::vector<Series> series;
};

/// Throws std::runtime_error for text that is not like this.
std::vector<Suite> suites_of(const std::string& json);

}  // namespace bench
