#include <algorithm>
#include <string>
#include <vector>

#include "autograd/tape/plan.h"
#include "autograd/tape/program.h"
#include "autograd/tape/program_parts.h"
#include "autograd/tape/text.h"

namespace autograd {

using detail::ProgramParts;
using detail::Step;

namespace {

std::string settings_of(const Step& step) {
  return step.operation == nullptr ? std::string() : step.operation->settings(step.settings);
}

std::string label_of(const ProgramParts& parts, const Step& step) {
  const std::string settings = settings_of(step);
  return parts.name_of(step) + (settings.empty() ? "" : " (" + settings + ")");
}

std::string type_of(const Step& step) {
  return std::string(name(step.dtype)) + " " + to_string(step.shape);
}

std::size_t bytes_of(const Step& step) {
  return static_cast<std::size_t>(step.shape.size()) * size_of(step.dtype);
}

std::string numbers(std::span<const std::uint32_t> list) {
  std::string text;
  for (const std::uint32_t j : list) text += (text.empty() ? "" : ", ") + std::to_string(j);
  return text;
}

bool is_output(const ProgramParts& parts, std::size_t i) {
  return std::find(parts.outputs.begin(), parts.outputs.end(), i) != parts.outputs.end();
}

// Of each step the number of the chain that it is in with others; empty: it is alone.
std::vector<std::string> chains_of(const detail::Plan& plan, std::size_t steps) {
  std::vector<std::string> names(steps);
  std::vector<std::size_t> numbers(plan.chains.size());
  std::size_t known = 0;
  for (std::size_t i = 0; i < plan.groups.size(); ++i) {
    const std::uint32_t chain = plan.groups[i];
    if (chain == detail::Plan::no_group || plan.chains[chain].calls < 2) continue;
    if (numbers[chain] == 0) numbers[chain] = ++known;
    names[i] = std::to_string(numbers[chain]);
  }
  return names;
}

}  // namespace

std::string Program::table() const {
  std::vector<std::vector<std::string>> rows{
      {"step", "operation", "inputs", "type", "bytes", "kept", "last read by", "chain"}};
  const std::vector<std::string> chains = chains_of(parts_->plan(), size());
  for (std::size_t i = 0; i < size(); ++i) {
    const Step& step = parts_->steps[i];
    std::string reader = step.last_reader == i ? "" : std::to_string(step.last_reader);
    if (is_output(*parts_, i)) reader = "output";
    rows.push_back({std::to_string(i), label_of(*parts_, step), numbers(parts_->operands_of(step)),
                    type_of(step), std::to_string(bytes_of(step)), step.kept ? "yes" : "no", reader,
                    chains[i]});
  }
  return detail::aligned(rows);
}

std::string Program::graphviz() const {
  std::string text =
      "digraph program {\n  rankdir=LR;\n  node [shape=box, fontname=\"sans-serif\"];\n";
  for (std::size_t i = 0; i < size(); ++i) {
    const Step& step = parts_->steps[i];
    const std::string node = "  n" + std::to_string(i);
    std::string style;
    if (step.operation == nullptr) style = step.varies ? ", style=bold" : ", style=dotted";
    if (is_output(*parts_, i)) style += ", peripheries=2";
    std::string label = label_of(*parts_, step);
    label += '\n';
    label += type_of(step);
    text += node;
    text += " [label=";
    text += detail::dot_label(label);
    text += style + "];\n";
    for (const std::uint32_t j : parts_->operands_of(step)) {
      text += "  n" + std::to_string(j) + " -> n" + std::to_string(i) + ";\n";
    }
  }
  return text + "}\n";
}

std::string Program::json() const {
  std::string text = "{\"steps\": [";
  for (std::size_t i = 0; i < size(); ++i) {
    const Step& step = parts_->steps[i];
    text += i == 0 ? "\n" : ",\n";
    text += "  {\"step\": " + std::to_string(i) +
            ", \"operation\": " + detail::json_string(parts_->name_of(step)) +
            ", \"settings\": " + detail::json_string(settings_of(step)) + ", \"inputs\": [" +
            numbers(parts_->operands_of(step)) + "], \"dtype\": \"" +
            std::string(name(step.dtype)) + "\", \"shape\": " + to_string(step.shape) +
            ", \"bytes\": " + std::to_string(bytes_of(step)) +
            ", \"kept\": " + (step.kept ? "true" : "false") + "}";
  }
  return text + "\n], \"outputs\": [" + numbers(parts_->outputs) + "]}\n";
}

}  // namespace autograd
