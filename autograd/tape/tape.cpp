#include "autograd/tape/tape.h"

#include <cmath>
#include <utility>
#include <vector>

#include "autograd/tape/recording.h"
#include "autograd/tape/sweep.h"
#include "autograd/tensor/error.h"
#include "autograd/tensor/factories.h"

namespace autograd {
namespace {

using detail::Levels;
using detail::Node;
using detail::Recording;

// While a gradient is computed only the tapes outside of it record.
class Silenced {
 public:
  Silenced(Recording& recording, Levels level)
      : recording_(recording), before_(recording.active()) {
    // A tape's bit is above those of the tapes that were open when it was opened.
    recording_.set_active(before_ & static_cast<Levels>(level - 1));
  }
  Silenced(const Silenced&) = delete;
  Silenced& operator=(const Silenced&) = delete;
  ~Silenced() { recording_.set_active(before_); }

 private:
  Recording& recording_;
  Levels before_;
};

// What a tape has recorded, as the sweep sees it.
struct TapeGraph {
  const Recording& recording;
  Levels level;

  detail::SweepNode node(std::uint32_t i) const {
    return {recording.node(i).operation, recording.node(i).settings};
  }
  std::span<const std::uint32_t> inputs(std::uint32_t i) const { return recording.inputs(i); }
  ops::Operand operand(std::uint32_t i) const {
    return {&recording.node(i).value, &recording.shape(i)};
  }
  bool reaches(std::uint32_t i) const { return (recording.node(i).levels & level) != 0; }
  void fetch(std::uint32_t i) const {
    if (i >= detail::fetched_ahead) recording.node(i - detail::fetched_ahead).value.fetch();
  }
  void done(std::uint32_t) const {}
};

// The same, of a tape that will not be asked again.
struct LastGraph : TapeGraph {
  Recording& owned;
  LastGraph(Recording& all, Levels of) : TapeGraph{all, of}, owned(all) {}
  void done(std::uint32_t i) const { owned.node(i).value = Tensor(); }
};

std::string in_words(const Recording& recording, std::uint32_t i) {
  const Node& node = recording.node(i);
  const detail::Leaf* leaf = recording.leaf(i);
  const std::string_view what = node.operation != nullptr ? node.operation->name
                                : leaf == nullptr         ? "a constant"
                                : leaf->parameter         ? "a parameter"
                                                          : "a watched tensor";
  return std::string(what) + ", node " + std::to_string(i) + ", " + std::string(name(node.dtype)) +
         " " + to_string(recording.shape(i));
}

std::string not_finite_in_words(double x) {
  if (std::isnan(x)) return "NaN";
  return x > 0 ? "infinity" : "-infinity";
}

// Which nodes a value depends on, itself among them.
std::vector<bool> all_before(const Recording& recording, std::uint32_t last) {
  std::vector<bool> leads(last + 1);
  leads[last] = true;
  for (std::uint32_t i = last + 1; i-- > 0;) {
    if (!leads[i]) continue;
    for (const std::uint32_t j : recording.inputs(i)) leads[j] = true;
  }
  return leads;
}

}  // namespace

void Tape::require_own_thread(const char* what) const {
  if (level_ == 0) {
    throw Error(std::string(what) +
                ": the tape has given up what it recorded with its last gradient; open another");
  }
  if (&Recording::of_thread() == &recording_) return;
  throw Error(std::string(what) + ": the tape belongs to another thread; use it where it was made");
}

Tape::Tape() : recording_(Recording::of_thread()), key_(0), level_(recording_.open()) {
  key_ = recording_.key();
  begin_ = recording_.size();
  resume();
}

Tape::~Tape() {
  if (level_ != 0) recording_.close(level_, begin_);
}

void Tape::stop() {
  require_own_thread("stop");
  recording_.set_active(recording_.active() & static_cast<Levels>(~level_));
}

void Tape::resume() {
  require_own_thread("resume");
  recording_.set_active(recording_.active() | level_);
}

bool Tape::is_recording() const { return (recording_.active() & level_) != 0; }

std::size_t Tape::size() const { return recording_.size() - begin_; }

Tensor Tape::watch(const Tensor& x) {
  require_own_thread("watch");
  if (!is_floating(x.dtype())) {
    throw Error("watch: expected f32 or f64; got i64, which has no derivative");
  }
  return recording_.watch(x, level_);
}

Pause::Pause() : recording_(Recording::of_thread()), before_(recording_.active()) {
  recording_.set_active(0);
}

Pause::~Pause() { recording_.set_active(before_); }

bool Tape::knows(const Tensor& x) const {
  return x.trace().key == key_ && (recording_.node(x.trace().node).levels & level_) != 0;
}

void Tape::require_scalar(const Tensor& y) const {
  require_own_thread("gradient");
  if (y.size() != 1) {
    throw Error("gradient: expected a scalar; got shape " + to_string(y.shape()) +
                "; reduce it with sum or mean, or give its adjoint: gradient(y, dy)");
  }
  if (is_finite(y)) return;
  const std::string culprit = first_not_finite(y);
  throw Error("gradient: the value to differentiate is " + not_finite_in_words(y.item()) +
              (culprit.empty() ? std::string(", from before the tape began")
                               : "; the first operation to give NaN or infinity is " + culprit));
}

Gradients Tape::gradient(const Tensor& y) const& {
  require_scalar(y);
  return backward(TapeGraph{recording_, level_}, y, ones_like(y));
}

Gradients Tape::gradient(const Tensor& y) && {
  require_scalar(y);
  // Values that other tapes may ask for are theirs as well.
  const bool alone = recording_.is_alone(level_);
  Gradients gradients = alone ? backward(LastGraph(recording_, level_), y, ones_like(y))
                              : backward(TapeGraph{recording_, level_}, y, ones_like(y));
  recording_.close(std::exchange(level_, std::uint16_t{0}), begin_);
  return gradients;
}

Gradients Tape::gradient(const Tensor& y, const Tensor& dy) const {
  require_own_thread("gradient");
  if (y.shape() != dy.shape() && !dy.is_literal()) {
    throw Error("gradient: the adjoint must have the shape of y, " + to_string(y.shape()) +
                "; got " + to_string(dy.shape()));
  }
  if (dy.is_literal())
    return backward(TapeGraph{recording_, level_}, y, full(y.shape(), dy.item(), y.dtype()));
  if (y.dtype() != dy.dtype()) {
    throw Error("gradient: the adjoint must have the dtype of y, " + std::string(name(y.dtype())) +
                "; got " + std::string(name(dy.dtype())));
  }
  return backward(TapeGraph{recording_, level_}, y, dy);
}

// Keeps the adjoints of what the tape watches as factors, if nobody records what becomes of them.
class Tape::KeptFactors {
 public:
  KeptFactors(const Tape& tape, Gradients& gradients)
      : tape_(tape), gradients_(gradients), wanted_(ops::recorder() == nullptr) {}

  bool wants(std::uint32_t i) const {
    const Node& node = tape_.recording_.node(i);
    return wanted_ && node.operation == nullptr && (node.watched & tape_.level_) != 0;
  }
  void take(std::uint32_t i, Factors factors) {
    gradients_.take(tape_.recording_.leaf(i)->id(), {tape_.key_, i}, std::move(factors));
    any_ = true;
  }
  Tensor give_back(std::uint32_t i) {
    return any_ ? gradients_.give_back({tape_.key_, i}) : Tensor();
  }

 private:
  const Tape& tape_;
  Gradients& gradients_;
  bool wanted_, any_ = false;
};

template <class Graph>
Gradients Tape::backward(const Graph& graph, const Tensor& y, const Tensor& dy) const {
  Gradients gradients;
  for (const detail::Leaf& leaf : recording_.leaves()) {
    const bool ours = (recording_.node(leaf.node).watched & level_) != 0;
    if (ours && !leaf.parameter) gradients.watched_.push_back({key_, leaf.node});
  }
  // What depends on nothing watched, or has only whole values, has derivatives of zero.
  if (!knows(y) || !is_floating(y.dtype())) return gradients;

  const Silenced silenced(recording_, level_);
  const std::uint32_t last = y.trace().node;
  std::vector<Tensor> adjoints = recording_.take_adjoints(last - begin_ + 1);
  adjoints[last - begin_] = dy;
  const auto hand_out = [&](std::uint32_t i, const Tensor& adjoint) {
    if ((recording_.node(i).watched & level_) != 0) {
      gradients.add({recording_.leaf(i)->id(), {key_, i}, adjoint});
    }
    return true;
  };
  detail::sweep(graph, last, begin_, adjoints, hand_out, KeptFactors(*this, gradients));
  recording_.give_adjoints(std::move(adjoints));
  return gradients;
}

std::string Tape::first_not_finite(const Tensor& y) const {
  require_own_thread("first_not_finite");
  if (y.trace().key != key_) return {};
  const Pause pause;
  const std::uint32_t last = y.trace().node;
  const std::vector<bool> leads_to_y = all_before(recording_, last);
  std::vector<Tensor> values(last + 1);
  for (std::uint32_t i = 0; i <= last; ++i) {
    if (!leads_to_y[i]) continue;
    const Node& node = recording_.node(i);
    if (node.value.defined()) {
      values[i] = node.value.traced({});
    } else {
      std::vector<Tensor> inputs;
      for (const std::uint32_t j : recording_.inputs(i)) inputs.push_back(values[j]);
      values[i] = node.operation->value(node.settings, inputs);
    }
    if (!is_finite(values[i])) return in_words(recording_, i);
  }
  return {};
}

}  // namespace autograd
