#include "apps/verify/claim_file/words.h"

#include <algorithm>
#include <cctype>
#include <numeric>

namespace verify {
namespace {

std::string plain(std::string_view text) {
  std::string result;
  for (const char c : text) {
    result += c == '_' ? '-' : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return result;
}

/// The number of letters to put in, take out or replace (Levenshtein 1966), two neighbours that
/// changed places counting as two.
std::size_t distance(const std::string& a, const std::string& b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, replaced});
    }
  }
  return row.back();
}

}  // namespace

std::string joined(std::span<const std::string> words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

std::string suggestion(std::string_view given, std::span<const std::string> words) {
  if (given.empty() || given.size() > 40) return "";
  const std::string mine = plain(given);
  const std::string* nearest = nullptr;
  std::size_t least = mine.size() / 3 + 2;
  for (const std::string& word : words) {
    const std::size_t far = distance(mine, plain(word));
    if (far < least && far < word.size()) {
      least = far;
      nearest = &word;
    }
  }
  return nearest == nullptr ? "" : "; did you mean " + *nearest + "?";
}

std::string shown(std::string_view text) {
  std::string line(text.substr(0, 40));
  std::replace_if(
      line.begin(), line.end(), [](char c) { return static_cast<unsigned char>(c) < ' '; }, ' ');
  return line + (text.size() > 40 ? "…" : "");
}

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  while (true) {
    const std::size_t end = std::min(text.find(separator), text.size());
    std::string_view part = text.substr(0, end);
    while (part.starts_with(' ')) part.remove_prefix(1);
    while (part.ends_with(' ')) part.remove_suffix(1);
    parts.emplace_back(part);
    if (end == text.size()) return parts;
    text.remove_prefix(end + 1);
  }
}

}  // namespace verify
