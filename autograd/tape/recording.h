#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "autograd/ops/operation.h"
#include "autograd/tape/arena.h"
#include "autograd/tape/chunks.h"
#include "autograd/tape/parameter.h"
#include "autograd/tensor/tensor.h"

/// What the tapes of one thread have in common.
///
/// All tapes that are active at a time share one flat list of nodes, in the order in which they
/// were computed; each has a level, a bit. A node's bits say whose watched tensors it depends on.
/// So an operation is recorded once for all of them, and a gradient that the inner tape computes is
/// seen by the outer one as further nodes of the same list.
namespace autograd::detail {

using Levels = std::uint16_t;

struct Node {
  const ops::Operation* operation = nullptr;  // null: a constant, or watched from outside
  void* settings = nullptr;                   // the operation's own, in the arena
  Tensor value;                   // kept where a pullback needs it; always that of a leaf
  std::uint32_t first_input = 0;  // in the list of edges; the next node's is the end
  std::uint32_t shape = 0;        // in the list of shapes
  Levels levels = 0;              // the tapes whose watched tensors it depends on
  Levels watched = 0;             // the tapes that hand out its adjoint
  Dtype dtype{};
};
static_assert(sizeof(Node) <= 48);

/// A long tape lies far from the processor. Who walks along it has the values so many nodes ahead
/// fetched meanwhile.
inline constexpr std::uint32_t fetched_ahead = 12;

/// A node that some tape watches.
struct Leaf {
  std::uint32_t node;
  std::optional<Parameter> parameter;  // none: a tensor

  std::uint64_t id() const { return parameter ? parameter->id() : 0; }
};

class Recording final : public ops::Recorder {
 public:
  /// The calling thread's, or the one that stands in for it.
  static Recording& of_thread();

  ~Recording() override { clear(); }

  /// Takes a level for a new tape, above those of all that are open. Throws when there are sixteen
  /// tapes already.
  Levels open();
  /// Forgets what the tape of that level, which began at a node, has watched.
  void close(Levels level, std::uint32_t begin);
  void set_active(Levels active);
  /// Records pullbacks whole while just these tapes record, of which none may differentiate them; a
  /// tape that somebody opens meanwhile gets them in parts. 0: never.
  void keep_pullbacks_whole_for(Levels levels);
  Levels active() const { return active_; }
  /// Whether no other tape is open.
  bool is_alone(Levels level) const { return open_ == level; }

  void record(const ops::Operation& operation, const void* self,
              std::span<const Tensor* const> inputs, Tensor& y) override;

  /// x as a tensor whose adjoint the tapes of `levels` hand out.
  Tensor watch(const Tensor& x, Levels levels);
  /// The value of a parameter, watched by all active tapes, each parameter once.
  Tensor watch(const Parameter& parameter, TraceCache& cache);

  std::uint32_t key() const { return key_; }
  std::uint32_t size() const { return static_cast<std::uint32_t>(nodes_.size()); }
  Node& node(std::uint32_t i) { return nodes_[i]; }
  const Node& node(std::uint32_t i) const { return nodes_[i]; }
  const Shape& shape(std::uint32_t i) const { return shapes_[nodes_[i].shape]; }
  std::span<const std::uint32_t> inputs(std::uint32_t i) const {
    const std::size_t begin = nodes_[i].first_input;
    const std::size_t end = i + 1 < size() ? nodes_[i + 1].first_input : edges_.size();
    return std::span(edges_).subspan(begin, end - begin);
  }
  const std::vector<Leaf>& leaves() const { return leaves_; }
  /// The entry of a watched node; null for any other.
  const Leaf* leaf(std::uint32_t node) const;

  /// Room for adjoints, one a node, undefined; give it back for the next time.
  std::vector<Tensor> take_adjoints(std::size_t count);
  void give_adjoints(std::vector<Tensor> adjoints);

 private:
  bool here(const Tensor& x) const { return x.trace().key == key_; }
  std::uint32_t add_node(Node node);
  std::uint32_t add_leaf(const Tensor& x, std::optional<Parameter> parameter, Levels levels,
                         Levels watched);
  std::uint32_t add_constant(const Tensor& x);
  std::uint32_t shape_number(const Shape& shape);
  void keep(std::uint32_t node, const Tensor& value);
  void keep_needed(const ops::Operation& operation, const void* self, Levels levels,
                   std::span<const Tensor* const> inputs, std::uint32_t y, const Tensor& value);
  void clear();

  std::uint32_t key_ = 0;  // of this recording; 0 while no tape is open
  Levels open_ = 0;
  Levels active_ = 0;
  Levels whole_for_ = 0;
  Chunks<Node> nodes_;
  std::vector<std::uint32_t> edges_;
  Chunks<Shape, 32> shapes_;                       // a tape knows few
  std::array<std::uint32_t, 64> recent_shapes_{};  // by hash, number + 1
  std::vector<Leaf> leaves_;
  Arena settings_;
  std::vector<std::uint32_t> inputs_;  // of the operation in hand
  std::vector<Tensor> adjoints_;       // spare room
};

/// A recording of its own in the thread's place while it is in scope: what tapes record meanwhile
/// is forgotten with it, not kept until the last of all tapes is closed. Only where no tape is
/// active.
class Aside {
 public:
  Aside();
  Aside(const Aside&) = delete;
  Aside& operator=(const Aside&) = delete;
  ~Aside();

 private:
  Recording own_;
  Recording* before_;
  ops::Recorder* recorder_;
};

}  // namespace autograd::detail
