#pragma once

#include <yaml-cpp/yaml.h>

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

// One value of a YAML file under its key. Used by config.cpp.

namespace apps {

class Value {
 public:
  /// `place` is "FILE:LINE: key", the start of every message.
  Value(const YAML::Node& node, std::string place) : node_(node), place_(std::move(place)) {}

  /// Throws autograd::Error "PLACE: expected WHAT; got VALUE".
  [[noreturn]] void refuse(const std::string& expected) const;

  /// A plain whole number from `low` to `high`.
  std::int64_t whole(std::int64_t low, std::int64_t high) const;

  /// A plain finite number with low ≤ number (low < number if `above`) and number < high.
  double number(double low, bool above, double high, const std::string& expected) const;

  /// A list of `at_least` or more whole numbers from `low` to `high`.
  std::vector<std::int64_t> wholes(std::size_t at_least, std::int64_t low, std::int64_t high) const;

  /// true or false, in one of YAML's three spellings.
  std::optional<bool> maybe_truth() const;
  bool truth() const;

  /// One of the words.
  std::string word(const std::vector<std::string>& words) const;

 private:
  std::optional<std::string> plain() const;  // the text of a scalar without quotes

  YAML::Node node_;
  std::string place_;
};

}  // namespace apps
