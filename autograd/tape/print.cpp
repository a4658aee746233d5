#include <string>
#include <vector>

#include "autograd/tape/recording.h"
#include "autograd/tape/tape.h"
#include "autograd/tape/text.h"

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
  const detail::Leaf* leaf = recording.leaf(i);
  return leaf->parameter ? leaf->parameter->name() : "watched";
}

std::string type_of(const Recording& recording, std::uint32_t i) {
  return std::string(name(recording.node(i).dtype)) + " " + to_string(recording.shape(i));
}

std::string bytes_of(const Recording& recording, std::uint32_t i) {
  return std::to_string(static_cast<std::size_t>(recording.shape(i).size()) *
                        size_of(recording.node(i).dtype));
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
  return detail::aligned(rows);
}

std::string Tape::graphviz() const {
  std::string text =
      "digraph tape {\n  rankdir=LR;\n  node [shape=box, fontname=\"sans-serif\"];\n";
  for (std::uint32_t i = begin_; i < recording_.size(); ++i) {
    const Node& node = recording_.node(i);
    const char* style = node.operation != nullptr ? ""
                        : node.watched != 0       ? ", style=bold"
                                                  : ", style=dotted";
    text += "  n" + std::to_string(i) +
            " [label=" + detail::dot_label(name_of(recording_, i) + "\n" + type_of(recording_, i)) +
            style + "];\n";
    for (const std::uint32_t j : recording_.inputs(i)) {
      text += "  n" + std::to_string(j) + " -> n" + std::to_string(i) + ";\n";
    }
  }
  return text + "}\n";
}

}  // namespace autograd
