#include "apps/verify/studies/breast_cancer.h"

#include <charconv>
#include <limits>
#include <optional>
#include <sstream>
#include <string_view>

#include "apps/data/embedded.h"
#include "autograd/tensor/error.h"
#include "nn/data/byte_source.h"

namespace verify {

using autograd::FileError;

namespace {

std::vector<std::string_view> split(std::string_view line) {
  std::vector<std::string_view> cells;
  while (true) {
    const std::size_t comma = line.find(',');
    cells.push_back(line.substr(0, comma));
    if (comma == std::string_view::npos) return cells;
    line.remove_prefix(comma + 1);
  }
}

template <class T>
std::optional<T> parse(std::string_view cell) {
  T number{};
  const auto [end, error] = std::from_chars(cell.data(), cell.data() + cell.size(), number);
  if (error != std::errc() || end != cell.data() + cell.size()) return std::nullopt;
  return number;
}

}  // namespace

LabelledSamples parse_samples(const std::string& text, const std::string& name) {
  std::istringstream lines(text);
  std::string line;
  std::getline(lines, line);
  const auto header = split(line);
  const auto count = parse<std::size_t>(header[0]);
  const auto features = header.size() > 2 ? parse<std::size_t>(header[1]) : std::nullopt;
  if (!count || !features || *features == 0) {
    throw FileError(name, "line 1: expected the header samples,features,class,class");
  }
  LabelledSamples samples{*features, {}, {}};
  const std::size_t classes = header.size() - 2;
  std::size_t number = 1;
  while (std::getline(lines, line)) {
    ++number;
    const auto cells = split(line);
    const auto label = parse<std::size_t>(cells.back());
    bool fits = cells.size() == *features + 1 && label && *label < classes;
    for (std::size_t j = 0; fits && j < *features; ++j) {
      const auto value = parse<double>(cells[j]);
      fits = value.has_value();
      samples.x.push_back(value.value_or(0));
    }
    if (!fits) {
      throw FileError(name + ":" + std::to_string(number), "expected " + std::to_string(*features) +
                                                               " numbers and a class below " +
                                                               std::to_string(classes));
    }
    samples.labels.push_back(static_cast<std::int64_t>(*label));
  }
  if (samples.labels.size() != *count) {
    throw FileError(name, "its header promises " + std::to_string(*count) + " samples; " +
                              std::to_string(samples.labels.size()) + " are there");
  }
  return samples;
}

LabelledSamples breast_cancer() {
  const std::string name = "breast-cancer/breast_cancer.csv.gz";
  const auto bytes =
      nn::ByteSource(apps::embedded(name), name).read(std::numeric_limits<std::size_t>::max());
  return parse_samples(std::string(bytes.begin(), bytes.end()), name);
}

}  // namespace verify
