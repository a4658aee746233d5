#include <cstdio>
#include <string>
#include <vector>

#include "autograd/tape/recording.h"
#include "autograd/tape/tape.h"

namespace autograd {
namespace {

using detail::Node;
using detail::Recording;

std::string name_of(const Recording& recording, std::uint32_t i) {
  const Node& node = recording.node(i);
  if (node.operation != nullptr) {
    const std::string settings = node.operation->settings(node.settings);
    const std::string name(node.operation->name);
    return settings.empty() ? name : name + " (" + settings + ")";
  }
  if (node.watched == 0) return "constant";
  return recording.parameter_of(i) != 0 ? "parameter" : "watched";
}

std::string type_of(const Recording& recording, std::uint32_t i) {
  return std::string(name(recording.node(i).dtype)) + " " + to_string(recording.shape(i));
}

std::string bytes_of(const Recording& recording, std::uint32_t i) {
  return std::to_string(static_cast<std::size_t>(recording.shape(i).size()) *
                        size_of(recording.node(i).dtype));
}

// As part of a quoted string of Graphviz.
std::string quoted(const std::string& text) {
  std::string safe;
  for (const char c : text) {
    if (c == '"' || c == '\\') safe += '\\';
    safe += c;
  }
  return safe;
}

// How many columns of a terminal the text takes: bytes that begin a character of UTF-8.
std::size_t columns(const std::string& text) {
  std::size_t count = 0;
  for (const char c : text) count += (static_cast<unsigned char>(c) & 0xC0U) != 0x80U ? 1 : 0;
  return count;
}

std::string aligned(const std::vector<std::vector<std::string>>& rows) {
  std::vector<std::size_t> widths(rows.front().size());
  for (const auto& row : rows) {
    for (std::size_t c = 0; c < row.size(); ++c) widths[c] = std::max(widths[c], columns(row[c]));
  }
  std::string text;
  for (const auto& row : rows) {
    std::string line;
    for (std::size_t c = 0; c < row.size(); ++c) {
      line += row[c] + std::string(widths[c] - columns(row[c]) + 2, ' ');
    }
    text += line.substr(0, line.find_last_not_of(' ') + 1) + '\n';
  }
  return text;
}

}  // namespace

std::string Tape::table() const {
  std::vector<std::vector<std::string>> rows{
      {"node", "operation", "inputs", "type", "bytes", "kept"}};
  for (std::uint32_t i = begin_; i < recording_.size(); ++i) {
    std::string inputs;
    for (const std::uint32_t j : recording_.inputs(i)) {
      inputs += (inputs.empty() ? "" : ", ") + std::to_string(j);
    }
    rows.push_back({std::to_string(i), name_of(recording_, i), inputs, type_of(recording_, i),
                    bytes_of(recording_, i), recording_.node(i).value.defined() ? "yes" : "no"});
  }
  return aligned(rows);
}

std::string Tape::graphviz() const {
  std::string text =
      "digraph tape {\n  rankdir=LR;\n  node [shape=box, fontname=\"sans-serif\"];\n";
  for (std::uint32_t i = begin_; i < recording_.size(); ++i) {
    const Node& node = recording_.node(i);
    const char* style = node.operation != nullptr ? ""
                        : node.watched != 0       ? ", style=bold"
                                                  : ", style=dotted";
    text += "  n" + std::to_string(i) + " [label=\"" + quoted(name_of(recording_, i)) + "\\n" +
            type_of(recording_, i) + "\"" + style + "];\n";
    for (const std::uint32_t j : recording_.inputs(i)) {
      text += "  n" + std::to_string(j) + " -> n" + std::to_string(i) + ";\n";
    }
  }
  return text + "}\n";
}

}  // namespace autograd
