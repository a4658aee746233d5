#include "autograd/tape/program_parts.h"

#include <bit>
#include <limits>

#include "autograd/tape/plan.h"
#include "autograd/tape/recording.h"

namespace autograd::detail {
namespace {

constexpr std::uint32_t none = std::numeric_limits<std::uint32_t>::max();

bool is_parameter(const Recording& recording, std::uint32_t i) {
  const Leaf* leaf = recording.leaf(i);
  return leaf != nullptr && leaf->parameter;
}

// The nodes that the outputs depend on, by a walk from the end of the recording to its beginning.
std::vector<bool> needed_nodes(const Recording& recording,
                               const std::vector<std::uint32_t>& roots) {
  std::vector<bool> needed(recording.size());
  for (const std::uint32_t root : roots) needed[root] = true;
  for (std::uint32_t i = recording.size(); i-- > 0;) {
    if (!needed[i] || is_parameter(recording, i)) continue;
    for (const std::uint32_t j : recording.inputs(i)) needed[j] = true;
  }
  return needed;
}

class Extraction {
 public:
  Extraction(const Recording& recording, const std::vector<Tensor>& inputs)
      : recording_(recording), number_(recording.size(), none) {
    for (const Tensor& input : inputs) {
      input_nodes_.push_back(input.trace().node);
      parts_->inputs.push_back(none);
    }
  }

  std::shared_ptr<const ProgramParts> run(const std::vector<Tensor>& outputs) {
    std::vector<std::uint32_t> roots = input_nodes_;
    for (const Tensor& y : outputs) {
      if (known(y)) roots.push_back(y.trace().node);
    }
    const std::vector<bool> needed = needed_nodes(recording_, roots);
    for (std::uint32_t i = 0; i < recording_.size(); ++i) {
      if (needed[i]) add(i);
    }
    for (const Tensor& y : outputs) add_output(y);
    mark_kept();
    return parts_;
  }

 private:
  bool known(const Tensor& y) const { return y.trace().key == recording_.key(); }

  void add(std::uint32_t i) {
    const Node& node = recording_.node(i);
    Step step;
    step.shape = recording_.shape(i);
    step.dtype = node.dtype;
    step.first_operand = static_cast<std::uint32_t>(parts_->operands.size());
    const auto place = static_cast<std::uint32_t>(parts_->steps.size());
    number_[i] = place;
    for (std::size_t k = 0; k < input_nodes_.size(); ++k) {
      if (input_nodes_[k] == i) step.input = static_cast<std::int32_t>(k);
    }
    if (step.input >= 0) {
      parts_->inputs[static_cast<std::size_t>(step.input)] = place;
      step.varies = true;
    } else if (is_parameter(recording_, i)) {
      step.parameter = recording_.leaf(i)->parameter;
      step.varies = true;
    } else if (node.operation == nullptr) {
      step.constant = node.value.traced({});
    } else {
      add_operation(step, i);
    }
    step.last_reader = place;
    parts_->steps.push_back(std::move(step));
  }

  void add_operation(Step& step, std::uint32_t i) {
    const Node& node = recording_.node(i);
    step.operation = node.operation;
    if (node.operation->size > 0) {
      step.settings = parts_->settings.allocate(node.operation->size, node.operation->alignment);
      node.operation->copy(node.settings, step.settings);
    }
    const auto place = static_cast<std::uint32_t>(parts_->steps.size());
    for (const std::uint32_t j : recording_.inputs(i)) {
      Step& operand = parts_->steps[number_[j]];
      operand.last_reader = place;
      step.varies = step.varies || operand.varies;
      parts_->operands.push_back(number_[j]);
      ++step.operands;
    }
  }

  void add_output(const Tensor& y) {
    if (known(y)) {
      parts_->outputs.push_back(number_[y.trace().node]);
    } else {  // it depends on no input
      Step step;
      step.constant = y.is_literal() ? y.converted(f64) : y.traced({});
      step.shape = y.shape();
      step.dtype = step.constant.dtype();
      parts_->outputs.push_back(static_cast<std::uint32_t>(parts_->steps.size()));
      parts_->steps.push_back(std::move(step));
    }
    parts_->steps[parts_->outputs.back()].last_reader = none;
  }

  void mark_kept() {
    for (Step& step : parts_->steps) {
      if (step.operation == nullptr) continue;
      const auto operands = parts_->operands_of(step);
      std::uint32_t values = 0;
      for (std::size_t k = 0; k < operands.size(); ++k) {
        const ops::Needs needs = step.operation->needs(step.settings, k, operands.size());
        if (needs.differentiable && parts_->steps[operands[k]].varies) values |= needs.values;
      }
      step.kept = step.kept || (values & ops::Needs::output) != 0;
      values &= ~ops::Needs::output;
      for (; values != 0; values &= values - 1) {
        parts_->steps[operands[static_cast<std::size_t>(std::countr_zero(values))]].kept = true;
      }
    }
  }

  const Recording& recording_;
  std::vector<std::uint32_t> number_;  // of the step that a node became
  std::vector<std::uint32_t> input_nodes_;
  std::shared_ptr<ProgramParts> parts_ = std::make_shared<ProgramParts>();
};

}  // namespace

const Plan& ProgramParts::plan() const {
  std::call_once(planned_, [this] { plan_ = std::make_unique<const Plan>(make_plan(*this)); });
  return *plan_;
}

ProgramParts::~ProgramParts() {
  for (const Step& step : steps) {
    if (step.operation != nullptr && step.operation->destroy != nullptr) {
      step.operation->destroy(step.settings);
    }
  }
}

std::string ProgramParts::name_of(const Step& step) const {
  if (step.input >= 0) return "input " + std::to_string(step.input);
  if (step.parameter) return step.parameter->name();
  return step.operation == nullptr ? "constant" : std::string(step.operation->name);
}

std::shared_ptr<const ProgramParts> extract(const Recording& recording,
                                            const std::vector<Tensor>& inputs,
                                            const std::vector<Tensor>& outputs) {
  return Extraction(recording, inputs).run(outputs);
}

}  // namespace autograd::detail
