#include "apps/verify/exec/program.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>

namespace verify {
namespace {

constexpr std::size_t most_entries = 10'000'000;
constexpr std::size_t longest_parameters = std::size_t{1} << 28U;  // bytes of one line
constexpr std::size_t longest_number = 64;                         // bytes, spaces included

/// What a message shows of an answer.
std::string shown(std::string_view text) {
  if (text.empty()) return "an empty line";
  std::string line(text.substr(0, 40));
  std::replace_if(
      line.begin(), line.end(), [](char c) { return static_cast<unsigned char>(c) < ' '; }, ' ');
  return "\"" + line + (text.size() > 40 ? "…" : "") + "\"";
}

std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> words;
  while (true) {
    const std::size_t begin = text.find_first_not_of(" \t");
    if (begin == std::string_view::npos) return words;
    text.remove_prefix(begin);
    words.push_back(text.substr(0, text.find_first_of(" \t")));
    text.remove_prefix(words.back().size());
  }
}

template <class T>
std::optional<T> parse(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  T number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (end != text.data() + text.size()) return std::nullopt;
  if (error == std::errc()) return number;
  // Too small or too large for a double: the C library tells which.
  if constexpr (std::is_same_v<T, double>) return std::strtod(std::string(text).c_str(), nullptr);
  return std::nullopt;
}

/// The first word that is no number, or nothing where all are.
std::optional<std::string_view> parse_all(std::span<const std::string_view> words,
                                          std::vector<double>& numbers) {
  for (const std::string_view word : words) {
    const auto number = parse<double>(word);
    if (!number) return word;
    numbers.push_back(*number);
  }
  return std::nullopt;
}

std::string counted(std::size_t count) {
  return std::to_string(count) + (count == 1 ? " number" : " numbers");
}

}  // namespace

Program::Program(const std::vector<std::string>& command, double timeout)
    : name_(command.empty() ? "" : command.front()), child_(command, timeout) {
  child_.send("parameters", "\"parameters\"");
  while (true) {
    const std::string line = child_.receive("\"parameters\"", longest_parameters);
    if (line == "end") break;
    read_block(line);
  }
  if (point_.empty()) {
    fail(
        "its answer to \"parameters\" names none; expected lines NAME EXTENT … : NUMBER …, then "
        "end");
  }
}

void Program::read_block(const std::string& line) {
  const std::string answer = "its answer to \"parameters\", " + shown(line);
  const std::size_t colon = line.find(':');
  const auto head = words_of(std::string_view(line).substr(0, std::min(colon, line.size())));
  if (colon == std::string::npos || head.empty()) {
    fail(answer + ", is no parameter array; expected NAME EXTENT … : NUMBER …, or end");
  }
  autograd::check::Block block{std::string(head[0]), {}, static_cast<std::int64_t>(point_.size())};
  const std::string name = block.name;
  std::size_t count = 1;
  for (std::size_t i = 1; i < head.size(); ++i) {
    const auto extent = parse<std::int64_t>(head[i]);
    if (!extent || *extent < 1 || static_cast<std::size_t>(*extent) > most_entries / count) {
      fail("its parameter " + name + " has an extent of " + shown(head[i]) +
           "; expected whole numbers from 1, at most 10 million entries in all");
    }
    count *= static_cast<std::size_t>(*extent);
    block.shape.push_back(*extent);
  }
  const auto same = [&](const auto& other) { return other.name == name; };
  if (std::any_of(blocks_.begin(), blocks_.end(), same)) {
    fail("its answer to \"parameters\" names " + name + " twice");
  }
  const auto words = words_of(std::string_view(line).substr(colon + 1));
  if (words.size() != count || point_.size() + count > most_entries) {
    fail("its parameter " + name + " comes with " + counted(words.size()) + "; expected " +
         std::to_string(count) + ", as its extents say");
  }
  std::vector<double> numbers;
  if (const auto wrong = parse_all(words, numbers)) {
    fail("its parameter " + name + " holds " + shown(*wrong) + "; expected numbers");
  }
  if (!std::all_of(numbers.begin(), numbers.end(), [](double x) { return std::isfinite(x); })) {
    fail("its parameter " + name + " is not finite; expected finite numbers");
  }
  blocks_.push_back(std::move(block));
  point_.insert(point_.end(), numbers.begin(), numbers.end());
}

std::vector<double> Program::ask(std::string_view request, std::span<const double> point,
                                 std::size_t count) {
  std::string line(request);
  for (const double x : point) {
    std::array<char, 40> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), x,
                                   std::chars_format::general, 17);
    line += ' ';
    line.append(digits.data(), end.ptr);
  }
  const std::string quoted = "\"" + std::string(request) + "\"";
  child_.send(line, quoted);
  const std::string answer = child_.receive(quoted, (count + 1) * longest_number);
  const auto words = words_of(answer);
  std::vector<double> numbers;
  if (const auto wrong = parse_all(words, numbers)) {
    fail("its answer to " + quoted + " holds " + shown(*wrong) + "; expected " + counted(count));
  }
  if (numbers.size() != count) {
    fail("its answer to " + quoted + " has " + counted(numbers.size()) + "; expected " +
         std::to_string(count));
  }
  return numbers;
}

double Program::loss(std::span<const double> point) {
  ++losses_;
  return ask("loss", point, 1).front();
}

std::vector<double> Program::gradient(std::span<const double> point) {
  ++gradients_;
  return ask("gradient", point, point_.size());
}

}  // namespace verify
