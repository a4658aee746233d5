#pragma once

#include <cstdint>
#include <string>

#include "autograd/tape/gradients.h"
#include "autograd/tape/parameter.h"
#include "autograd/tensor/tensor.h"

/// A tape remembers what has been computed, so that it can be differentiated.
///
/// While a Tape is in scope, every operation of its thread that depends on a watched tensor or on a
/// parameter is written down: which operation, from which earlier results. That makes a flat list,
/// in the order of computation. To differentiate a scalar by everything watched, the list is walked
/// once from its end to its beginning: each node has an adjoint, the derivative of the scalar by
/// its value, and hands to its inputs what they contribute to theirs (dx = (∂y/∂x)ᵀ dy, the
/// pullback). One sweep, at a cost of a few evaluations, gives all derivatives, however many there
/// are.
///
///     Tape tape;
///     Tensor x = tape.watch(tensor({1, 2, 3}));
///     Tensor loss = sum(x * x);
///     Gradients g = tape.gradient(loss);
///     std::cout << g[x];                        // [2, 4, 6] f64 [3]
///
/// Without a tape nothing is recorded: that is inference. A tape keeps of its values only those
/// that a pullback looks at, and frees all when it goes out of scope.
///
/// Tapes nest. A gradient that an inner tape takes is computed by operations like any other, and
/// the outer tape records them, so it can differentiate the gradient again:
///
///     Tape outer;
///     Tensor x = outer.watch(2.0);
///     Tape inner;
///     Tensor u = inner.watch(x);
///     Tensor slope = inner.gradient(u * u * u)[u];   // 3u² = 12
///     Tensor curvature = outer.gradient(slope)[x];   // 6u = 12
namespace autograd {

namespace detail {
class Recording;
}

class Tape {
 public:
  /// Starts recording on this thread. Throws when sixteen tapes are open already.
  Tape();
  ~Tape();
  Tape(const Tape&) = delete;
  Tape& operator=(const Tape&) = delete;

  /// x as this tape sees it: what is computed from the result is recorded, and its derivative can
  /// be asked for. Also of something recorded already, for the derivative by an intermediate
  /// result.
  Tensor watch(const Tensor& x);

  /// The derivatives of a scalar by everything watched. May be called again, and for other scalars.
  /// Throws when y has more than one element, and when it is NaN or infinite: then with the
  /// operation that made it so.
  Gradients gradient(const Tensor& y) const&;

  /// The same as the tape's last act, `std::move(tape).gradient(loss)`: on the way each value is
  /// given up as soon as no pullback needs it, and in the end everything recorded. With nobody else
  /// holding on to them, an optimizer may write over the parameters where they stand. Whatever is
  /// asked of the tape afterwards throws.
  Gradients gradient(const Tensor& y) &&;

  /// The same for a y of any shape, from its adjoint `dy` of that shape: Jᵀ dy. Not a word about
  /// NaN.
  Gradients gradient(const Tensor& y, const Tensor& dy) const;

  /// Stops recording, and goes on. What has been recorded can be differentiated all the same.
  void stop();
  void resume();
  bool is_recording() const;

  /// The number of nodes recorded since this tape was opened: operations, constants and watched
  /// tensors.
  std::size_t size() const;

  /// What is recorded, a node a line: number, operation, inputs, dtype and shape, bytes, and
  /// whether the value is kept for a pullback.
  std::string table() const;

  /// What is recorded as a graph in the language of Graphviz: `dot -Tsvg`.
  std::string graphviz() const;

  /// Of all that y was computed from, the first operation, in the order recorded, whose value holds
  /// a NaN or an infinity, as "log, node 17, f64 [5, 10]"; empty if there is none. Computes the
  /// values anew.
  std::string first_not_finite(const Tensor& y) const;

 private:
  class KeptFactors;

  void require_own_thread(const char* what) const;
  bool knows(const Tensor& x) const;
  void require_scalar(const Tensor& y) const;
  template <class Graph>
  Gradients backward(const Graph& graph, const Tensor& y, const Tensor& dy) const;

  detail::Recording& recording_;
  std::uint32_t key_;
  std::uint16_t level_;  // 0 after its last act
  std::uint32_t begin_;  // the first node that can be this tape's
};

/// No tape of this thread records while a Pause is in scope: inference in the middle of training.
class Pause {
 public:
  Pause();
  ~Pause();
  Pause(const Pause&) = delete;
  Pause& operator=(const Pause&) = delete;

 private:
  detail::Recording& recording_;
  std::uint16_t before_;
};

}  // namespace autograd
