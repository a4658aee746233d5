#include "autograd/tape/checkpoint.h"

#include <algorithm>
#include <memory>
#include <new>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "autograd/ops/operation.h"
#include "autograd/tape/recording.h"
#include "autograd/tape/tape.h"
#include "autograd/tensor/error.h"

namespace autograd {
namespace {

using detail::Recording;
using Function = std::function<Tensor(std::span<const Tensor>)>;

[[noreturn]] void refuse_captured(const Tensor& x) {
  throw Error("checkpoint: f uses a recorded tensor of shape " + to_string(x.shape()) +
              " that is not among its inputs; hand it over as an input");
}

/// Looks on while f runs unrecorded, and refuses tensors whose derivative would be lost.
class Lookout final : public ops::Recorder {
 public:
  Lookout() : recording_(Recording::of_thread()), active_(recording_.active()) {}
  Lookout(const Lookout&) = delete;
  Lookout& operator=(const Lookout&) = delete;

  Tensor run(const Function& f, std::span<const Tensor> inputs) {
    const Pause pause;
    ops::Recorder* const before = ops::set_recorder(this);
    try {
      Tensor y = f(inputs);
      ops::set_recorder(before);
      return y;
    } catch (...) {
      ops::set_recorder(before);
      throw;
    }
  }

  void record(const ops::Operation&, const void*, std::span<const Tensor* const> inputs,
              Tensor&) override {
    for (const Tensor* x : inputs) require_own(*x);
  }

  void require_own(const Tensor& x) const {
    const Trace trace = x.trace();
    if (trace.key != recording_.key()) return;
    if ((recording_.node(trace.node).levels & active_) != 0) refuse_captured(x);
  }

 private:
  const Recording& recording_;
  detail::Levels active_;
};

/// What the tape remembers: f, what it was called with, and what the pullback in hand has found.
class Block {
 public:
  Block(Function f, std::span<const Tensor> inputs, std::vector<Parameter> parameters)
      : f_(std::move(f)), inputs_(inputs.size()), parameters_(std::move(parameters)) {
    for (const Tensor& x : inputs) floating_.push_back(is_floating(x.dtype()));
    floating_.resize(inputs_ + parameters_.size(), true);
    for (std::size_t k = 0; k < floating_.size(); ++k) last_ = floating_[k] ? k : last_;
  }

  Tensor value(std::span<const Tensor> inputs) const {
    const Pause pause;
    return f_(inputs.first(inputs_));
  }

  ops::Needs needs(std::size_t k) const {
    return {(std::uint32_t{1} << inputs_) - 1, floating_[k]};  // parameters are kept anyway
  }

  // One run of f serves all inputs, which are asked for one after another.
  Tensor pullback(std::size_t k, const Tensor& dy, const ops::Operands& operands) {
    if (!knows(k, dy, operands)) {
      adjoints_ = adjoints(dy, operands);
      dy_ = dy;
      x_.clear();
      for (const ops::Operand& operand : operands.inputs) x_.push_back(*operand.value);
    }
    Tensor dx = std::exchange(adjoints_[k], Tensor());
    if (k == last_) {
      adjoints_.clear();
      x_.clear();
      dy_ = Tensor();
    }
    return dx;
  }

 private:
  static bool same(const Tensor& a, const Tensor& b) {
    return a.same_storage(b) && a.trace().key == b.trace().key && a.trace().node == b.trace().node;
  }

  // Whether the adjoint of input k is at hand, for this adjoint of y and at these inputs: a program
  // that holds the block may run at others.
  bool knows(std::size_t k, const Tensor& dy, const ops::Operands& operands) const {
    if (!dy_.defined() || !same(dy_, dy) || !adjoints_[k].defined()) return false;
    const auto unchanged = [](const Tensor& x, const ops::Operand& now) {
      return same(x, *now.value);
    };
    return std::equal(x_.begin(), x_.end(), operands.inputs.begin(), unchanged);
  }

  std::vector<Tensor> adjoints(const Tensor& dy, const ops::Operands& operands) const {
    std::optional<detail::Aside> aside;
    if (Recording::of_thread().active() == 0) aside.emplace();
    Tape tape;
    std::vector<Tensor> x;
    for (std::size_t k = 0; k < inputs_; ++k) {
      const Tensor& given = *operands.inputs[k].value;
      x.push_back(floating_[k] ? tape.watch(given) : given);
    }
    require_unchanged(operands);
    const Gradients g = tape.gradient(f_(x), dy);
    std::vector<Tensor> all(floating_.size());
    for (std::size_t k = 0; k < inputs_; ++k) {
      if (floating_[k]) all[k] = g[x[k]];
    }
    for (std::size_t i = 0; i < parameters_.size(); ++i) all[inputs_ + i] = g[parameters_[i]];
    return all;
  }

  void require_unchanged(const ops::Operands& operands) const {
    for (std::size_t i = 0; i < parameters_.size(); ++i) {
      if (operands.inputs[inputs_ + i].value->same_storage(parameters_[i].value())) continue;
      throw Error("checkpoint: the parameter " + parameters_[i].name() +
                  " has been set since f was computed with it; take the gradient before");
    }
  }

  Function f_;
  std::size_t inputs_;
  std::vector<Parameter> parameters_;
  std::vector<bool> floating_;  // of inputs and parameters: whether it has a derivative
  std::size_t last_ = 0;        // that has one
  Tensor dy_;                   // what adjoints_ were found for
  std::vector<Tensor> x_;
  std::vector<Tensor> adjoints_;
};

using Handle = std::shared_ptr<Block>;

Block& block(const void* self) { return **static_cast<const Handle*>(self); }

const ops::Operation& table() {
  static const ops::Operation table = [] {
    ops::Operation t{};
    t.name = "checkpoint";
    t.value = [](const void* self, std::span<const Tensor> x) { return block(self).value(x); };
    t.needs = [](const void* self, std::size_t k, std::size_t) { return block(self).needs(k); };
    t.pullback = [](const void* self, std::size_t k, const Tensor& dy,
                    const ops::Operands& operands) {
      return block(self).pullback(k, dy, operands);
    };
    t.size = sizeof(Handle);
    t.alignment = alignof(Handle);
    t.copy = [](const void* self, void* room) {
      ::new (room) Handle(*static_cast<const Handle*>(self));
    };
    t.destroy = [](void* self) noexcept { static_cast<Handle*>(self)->~Handle(); };
    t.settings = [](const void*) { return std::string(); };
    return t;
  }();
  return table;
}

const ops::detail::Listed listed("checkpoint");

}  // namespace

Tensor checkpoint(const Function& f, std::span<const Tensor> inputs) {
  Recording& recording = Recording::of_thread();
  if (recording.active() == 0) return f(inputs);
  if (inputs.size() >= ops::Needs::most_inputs) {
    throw Error("checkpoint: expected at most 30 inputs; got " + std::to_string(inputs.size()) +
                "; join some of them with concatenate or stack");
  }
  std::vector<Tensor> given, off_tape;
  for (const Tensor& x : inputs) {
    given.push_back(x.is_literal() ? x.converted(f64) : x);
    off_tape.push_back(given.back().traced({}));
  }
  const detail::ParametersUsed used;
  Lookout lookout;
  Tensor y = lookout.run(f, off_tape);
  if (!y.defined()) throw Error("checkpoint: f gave no tensor; expected one");
  lookout.require_own(y);
  y = y.is_literal() ? y.converted(f64) : y.traced({});
  const Handle block = std::make_shared<Block>(f, given, used.list());
  for (const Parameter& parameter : used.list()) given.push_back(parameter);
  std::vector<const Tensor*> all;
  all.reserve(given.size());
  for (const Tensor& x : given) all.push_back(&x);
  recording.record(table(), &block, all, y);
  return y;
}

Tensor checkpoint(const Function& f, std::initializer_list<Tensor> inputs) {
  return checkpoint(f, std::span(inputs.begin(), inputs.size()));
}

}  // namespace autograd
