#include "bench/objectives/numbers_file.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fstream>
#include <span>

#include "autograd/tensor/error.h"
#include "autograd/tensor/factories.h"

namespace bench {

using autograd::FileError;
using autograd::Index;
using autograd::Tensor;

namespace {

constexpr std::string_view blanks = " \t\r";

std::vector<std::string_view> words_of(std::string_view line) {
  std::vector<std::string_view> words;
  for (std::size_t begin = 0; (begin = line.find_first_not_of(blanks, begin)) != line.npos;) {
    const std::size_t end = std::min(line.find_first_of(blanks, begin), line.size());
    words.push_back(line.substr(begin, end - begin));
    begin = end;
  }
  return words;
}

// Whether the whole word is one number.
template <class T>
bool parse(std::string_view word, T& number) {
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number);
  return error == std::errc() && end == word.data() + word.size();
}

// A word of a broken file as a message can show it.
std::string shown(std::string_view word) {
  std::string text(word.substr(0, 24));
  for (char& c : text) {
    if (c < ' ' || c > '~') c = '?';
  }
  return "'" + text + (word.size() > 24 ? "…'" : "'");
}

}  // namespace

NumbersFile::NumbersFile(const std::filesystem::path& file) : file_(file) {
  std::ifstream in(file);
  if (!in || std::filesystem::is_directory(file)) {
    throw FileError(file, "cannot be read; expected a text file of numbers");
  }
  std::string text;
  for (std::size_t number = 1; std::getline(in, text); ++number) {
    if (text.find_first_not_of(blanks) != text.npos) lines_.push_back({number, text});
  }
  if (in.bad()) throw FileError(file, "cannot be read to its end");
}

void NumbersFile::fail(const std::string& what) const {
  const std::string place = next_ == 0 ? "" : "line " + std::to_string(lines_[next_ - 1].number);
  throw FileError(file_, place + (place.empty() ? "" : ", ") + what_ + ": " + what);
}

std::vector<double> NumbersFile::row(const std::string& what, Index count) {
  if (next_ == lines_.size()) throw FileError(file_, "ends before " + what + "; is it truncated?");
  what_ = what;
  const auto words = words_of(lines_[next_++].text);
  if (static_cast<Index>(words.size()) != count) {
    fail("expected " + std::to_string(count) + (count == 1 ? " number" : " numbers") + "; got " +
         std::to_string(words.size()));
  }
  std::vector<double> numbers(words.size());
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (!parse(words[i], numbers[i]) || !std::isfinite(numbers[i])) {
      fail("expected a finite number; got " + shown(words[i]));
    }
  }
  return numbers;
}

std::vector<Index> NumbersFile::counts(std::initializer_list<std::string_view> names) {
  std::string what = "the sizes";
  for (const std::string_view name : names) what += " " + std::string(name);
  std::vector<Index> counts;
  for (const double number : row(what, static_cast<Index>(names.size()))) {
    if (number < 1 || number > 1e6 || number != std::floor(number)) {
      fail("expected whole numbers from 1 to 1000000");
    }
    counts.push_back(static_cast<Index>(number));
  }
  return counts;
}

Tensor NumbersFile::matrix(const std::string& what, Index rows, Index columns) {
  std::vector<double> numbers;
  for (Index i = 0; i < rows; ++i) {
    const auto next =
        row(what + " " + std::to_string(i + 1) + " of " + std::to_string(rows), columns);
    numbers.insert(numbers.end(), next.begin(), next.end());
  }
  return autograd::tensor(numbers, {rows, columns});
}

void NumbersFile::end() {
  if (next_ == lines_.size()) return;
  what_ = "after all that is expected";
  ++next_;
  fail("expected the end of the file; got " + shown(lines_[next_ - 1].text));
}

}  // namespace bench
