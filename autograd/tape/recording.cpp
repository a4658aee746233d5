#include "autograd/tape/recording.h"

#include <algorithm>
#include <atomic>
#include <bit>
#include <cassert>
#include <limits>
#include <string>
#include <utility>

#include "autograd/ops/apply.h"
#include "autograd/tensor/error.h"

namespace autograd::detail {
namespace {

/// y = x.   dx = dy.   What a tape watches that another tape knows already.
struct Watch : ops::Unary {
  static constexpr std::string_view name = "watch";
  static Index shares(const Shape&) { return 0; }
  template <class T>
  static T value(const T& x) {
    return x;
  }
  template <class T>
  static ops::One slope(ops::Unused, ops::Unused) {
    return {};
  }
};

thread_local constinit Recording* stand_in = nullptr;

constexpr std::size_t kept_entries = 1 << 20;  // of the flat lists, once a recording is over

// What was in use stays for a next recording as long; what is far more than that goes.
template <class T>
void empty(std::vector<T>& list) {
  const std::size_t used = list.size();
  list.clear();
  if (list.capacity() > std::max(kept_entries, 2 * used)) list.shrink_to_fit();
}

// Room for some more items, by an eighth at a time: a list of many millions that doubled would hold
// almost as much unused as used.
template <class T>
void make_room(std::vector<T>& list, std::size_t more) {
  const std::size_t size = list.size() + more;
  if (size > list.capacity()) list.reserve(size + std::max<std::size_t>(size / 8, 1024));
}

std::uint32_t next_key() {
  static std::atomic<std::uint32_t> last{0};
  std::uint32_t key = 0;
  while (key == 0) key = ++last;  // 0 means no recording
  return key;
}

std::size_t hash(const Shape& shape) {
  std::uint64_t h = static_cast<std::uint64_t>(shape.rank());
  for (const Index extent : shape)
    h = (h ^ static_cast<std::uint64_t>(extent)) * 0x9e3779b97f4a7c15U;
  return h >> 58U;
}

}  // namespace

Recording& Recording::of_thread() {
  thread_local Recording recording;
  return stand_in != nullptr ? *stand_in : recording;
}

Aside::Aside() : before_(std::exchange(stand_in, &own_)), recorder_(ops::set_recorder(nullptr)) {}

Aside::~Aside() {
  ops::set_recorder(recorder_);
  stand_in = before_;
}

Levels Recording::open() {
  const int free = std::bit_width(open_);  // above those of all tapes opened before
  if (free >= std::numeric_limits<Levels>::digits) {
    throw Error("Tape: sixteen tapes are open on this thread; expected fewer, one inside another");
  }
  if (open_ == 0) key_ = next_key();
  const auto level = static_cast<Levels>(1U << static_cast<unsigned>(free));
  open_ |= level;
  return level;
}

void Recording::close(Levels level, std::uint32_t begin) {
  set_active(active_ & static_cast<Levels>(~level));
  open_ &= static_cast<Levels>(~level);
  if (open_ == 0) return clear();
  // The level will be given to another tape, which has not watched any of this.
  for (std::uint32_t i = begin; i < size(); ++i) {
    Node& node = nodes_[i];
    node.levels &= static_cast<Levels>(~level);
    node.watched &= static_cast<Levels>(~level);
  }
}

void Recording::set_active(Levels active) {
  if ((active_ == 0) != (active == 0)) ops::set_recorder(active == 0 ? nullptr : this);
  active_ = active;
  keep_pullbacks_whole(active != 0 && active == whole_for_);
}

void Recording::keep_pullbacks_whole_for(Levels levels) {
  whole_for_ = levels;
  set_active(active_);
}

void Recording::clear() {
  for (std::uint32_t i = 0; i < size(); ++i) {
    if (i + fetched_ahead < size()) nodes_[i + fetched_ahead].value.fetch();
    Node& node = nodes_[i];
    if (node.operation != nullptr && node.operation->destroy != nullptr) {
      node.operation->destroy(node.settings);
    }
    node.value = Tensor();
  }
  nodes_.clear();
  empty(edges_);
  shapes_.clear();
  empty(leaves_);
  recent_shapes_ = {};
  settings_.clear();
  key_ = 0;
}

const Leaf* Recording::leaf(std::uint32_t node) const {
  const auto found =
      std::lower_bound(leaves_.begin(), leaves_.end(), node,
                       [](const Leaf& a, std::uint32_t number) { return a.node < number; });
  return found != leaves_.end() && found->node == node ? &*found : nullptr;
}

std::uint32_t Recording::shape_number(const Shape& shape) {
  std::uint32_t& recent = recent_shapes_[hash(shape)];
  if (recent == 0 || shapes_[recent - 1] != shape) {
    shapes_.push_back(shape);
    recent = static_cast<std::uint32_t>(shapes_.size());
  }
  return recent - 1;
}

std::uint32_t Recording::add_node(Node node) {
  if (size() == std::numeric_limits<std::uint32_t>::max()) {
    throw Error("Tape: four billion operations are recorded; expected fewer; record in parts");
  }
  const std::uint32_t number = size();
  nodes_.push_back(std::move(node));
  return number;
}

std::uint32_t Recording::add_constant(const Tensor& x) {
  Node node;
  node.value = x;
  node.first_input = static_cast<std::uint32_t>(edges_.size());
  node.shape = shape_number(x.shape());
  node.dtype = x.dtype();
  return add_node(std::move(node));
}

void Recording::keep(std::uint32_t node, const Tensor& value) {
  Tensor& kept = nodes_[node].value;
  if (!kept.defined()) kept = value.traced({key_, node});
}

// Keeps the values that the pullbacks will look at of those inputs that lead to something watched.
void Recording::keep_needed(const ops::Operation& operation, const void* self, Levels levels,
                            std::span<const Tensor* const> inputs, std::uint32_t y,
                            const Tensor& value) {
  std::uint32_t needed = 0;
  for (std::size_t k = 0; k < inputs.size(); ++k) {
    if ((nodes_[inputs_[k]].levels & levels) == 0) continue;
    const ops::Needs needs = operation.needs(self, k, inputs.size());
    if (needs.differentiable) needed |= needs.values;
  }
  if ((needed & ops::Needs::output) != 0) keep(y, value);
  needed &= ~ops::Needs::output;
  for (; needed != 0; needed &= needed - 1) {
    const auto k = static_cast<std::size_t>(std::countr_zero(needed));
    keep(inputs_[k], *inputs[k]);
  }
}

void Recording::record(const ops::Operation& operation, const void* self,
                       std::span<const Tensor* const> inputs, Tensor& y) {
  Levels levels = 0;
  for (const Tensor* x : inputs) {
    if (here(*x)) levels |= nodes_[x->trace().node].levels;
  }
  levels &= active_;
  if (levels == 0) return;

  inputs_.clear();
  for (const Tensor* x : inputs) {
    const bool depends = here(*x) && (nodes_[x->trace().node].levels & active_) != 0;
    inputs_.push_back(depends ? x->trace().node : add_constant(*x));
  }
  Node node;
  node.operation = &operation;
  if (operation.size > 0) {
    node.settings = settings_.allocate(operation.size, operation.alignment);
    operation.copy(self, node.settings);
  }
  node.first_input = static_cast<std::uint32_t>(edges_.size());
  node.shape = shape_number(y.shape());
  node.levels = levels;
  node.dtype = y.dtype();
  make_room(edges_, inputs_.size());
  edges_.insert(edges_.end(), inputs_.begin(), inputs_.end());
  const std::uint32_t number = add_node(std::move(node));
  y = std::move(y).traced({key_, number});
  keep_needed(operation, self, levels, inputs, number, y);
}

std::uint32_t Recording::add_leaf(const Tensor& x, std::optional<Parameter> parameter,
                                  Levels levels, Levels watched) {
  Node node;
  node.levels = levels;
  node.watched = watched;
  node.dtype = x.dtype();
  node.shape = shape_number(x.shape());
  node.first_input = static_cast<std::uint32_t>(edges_.size());
  if (here(x)) {  // known already: the adjoint goes on to where it comes from
    const std::uint32_t source = x.trace().node;
    node.operation = &ops::operation<Watch>();
    node.levels |= nodes_[source].levels;
    make_room(edges_, 1);
    edges_.push_back(source);
  }
  const std::uint32_t number = add_node(std::move(node));
  keep(number, x);
  leaves_.push_back({number, std::move(parameter)});
  return number;
}

Tensor Recording::watch(const Tensor& x, Levels levels) {
  const Tensor plain = x.is_literal() ? x.converted(f64) : x;
  return plain.traced({key_, add_leaf(plain, std::nullopt, levels, levels)});
}

Tensor Recording::watch(const Parameter& parameter, TraceCache& cache) {
  const Tensor& value = parameter.value();
  const auto serves = [&](std::uint32_t node) {
    return (nodes_[node].levels & active_) == active_;
  };
  const Trace cached = cache.load();
  if (cached.key == key_ && serves(cached.node)) return value.traced(cached);
  // Another thread may have written over the cache, or an inner tape sees the parameter for the
  // first time: look among those seen here.
  const auto seen = std::find_if(leaves_.rbegin(), leaves_.rend(), [&](const Leaf& leaf) {
    return leaf.id() == parameter.id() && nodes_[leaf.node].value.same_storage(value);
  });
  Trace trace{key_, 0};
  if (seen == leaves_.rend()) {
    trace.node = add_leaf(value, parameter, active_, active_);
  } else if (serves(seen->node)) {
    trace.node = seen->node;
  } else {  // the tapes that know it get its adjoint from the node they know
    const auto others = static_cast<Levels>(active_ & ~nodes_[seen->node].levels);
    trace.node = add_leaf(value.traced({key_, seen->node}), parameter, active_, others);
  }
  cache.store(trace);
  return value.traced(trace);
}

std::vector<Tensor> Recording::take_adjoints(std::size_t count) {
  std::vector<Tensor> adjoints = std::move(adjoints_);
  adjoints_.clear();
  adjoints.resize(count);
  return adjoints;
}

void Recording::give_adjoints(std::vector<Tensor> adjoints) {
  empty(adjoints);
  adjoints_ = std::move(adjoints);
}

}  // namespace autograd::detail
