#include "apps/config/value.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "autograd/tensor/error.h"

namespace apps {
namespace {

// All of the text as a number, or nothing.
template <class T>
std::optional<T> parse(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  T number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

// A value as a message shows it: short, in one line.
std::string shown(const YAML::Node& node) {
  if (node.IsNull()) return "nothing";
  if (node.IsMap()) return "a map";
  if (node.IsSequence()) return "a list of " + std::to_string(node.size());
  std::string text = node.Scalar().substr(0, 40);
  std::replace_if(
      text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < ' '; }, ' ');
  return node.Tag() == "!" ? "the text \"" + text + "\"" : text;
}

}  // namespace

void Value::refuse(const std::string& expected) const {
  throw autograd::Error(place_ + ": expected " + expected + "; got " + shown(node_));
}

std::optional<std::string> Value::plain() const {
  if (!node_.IsScalar() || node_.Tag() == "!") return std::nullopt;
  return node_.Scalar();
}

std::int64_t Value::whole(std::int64_t low, std::int64_t high) const {
  const auto text = plain();
  const auto number = text ? parse<std::int64_t>(*text) : std::nullopt;
  if (!number || *number < low || *number > high) {
    refuse("a whole number from " + std::to_string(low) + " to " + std::to_string(high));
  }
  return *number;
}

double Value::number(double low, bool above, double high, const std::string& expected) const {
  const auto text = plain();
  const auto number = text ? parse<double>(*text) : std::nullopt;
  const bool fits = number && std::isfinite(*number) && *number >= low && *number < high &&
                    !(above && *number == low);
  if (!fits) refuse(expected);
  return *number;
}

std::vector<std::int64_t> Value::wholes(std::size_t at_least, std::int64_t low,
                                        std::int64_t high) const {
  const std::string expected = "a list of " + std::to_string(at_least) +
                               " or more whole numbers from " + std::to_string(low) + " to " +
                               std::to_string(high) + ", as [784, 50, 10]";
  if (!node_.IsSequence() || node_.size() < at_least) refuse(expected);
  std::vector<std::int64_t> numbers;
  for (const YAML::Node& item : node_) {
    const auto text = Value(item, place_).plain();
    const auto number = text ? parse<std::int64_t>(*text) : std::nullopt;
    if (!number || *number < low || *number > high) Value(item, place_).refuse(expected);
    numbers.push_back(*number);
  }
  return numbers;
}

std::optional<bool> Value::maybe_truth() const {
  const auto text = plain();
  for (const char* yes : {"true", "True", "TRUE"}) {
    if (text == yes) return true;
  }
  for (const char* no : {"false", "False", "FALSE"}) {
    if (text == no) return false;
  }
  return std::nullopt;
}

bool Value::truth() const {
  const auto truth = maybe_truth();
  if (!truth) refuse("true or false");
  return *truth;
}

std::string Value::word(const std::vector<std::string>& words) const {
  if (node_.IsScalar() && std::find(words.begin(), words.end(), node_.Scalar()) != words.end()) {
    return node_.Scalar();
  }
  std::string expected = "one of";
  for (const std::string& word : words) expected += (word == words.front() ? " " : ", ") + word;
  refuse(expected);
}

}  // namespace apps
