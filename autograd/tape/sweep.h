#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "autograd/ops/operation.h"
#include "autograd/tensor/tensor.h"

/// The backward pass: one loop over a list of nodes, from its end to its beginning.
namespace autograd::detail {

/// sum ← sum + dx, in place where nobody else sees the numbers and nobody records.
void accumulate(Tensor& sum, Tensor dx);

/// dx summed back to the shape of an input that was broadcast. Here, and nowhere else, broadcasting
/// is undone.
Tensor unbroadcast(const Tensor& dx, const Shape& shape);

/// One node as the sweep sees it.
struct SweepNode {
  const ops::Operation* operation = nullptr;  ///< null: nothing to pull back
  const void* settings = nullptr;
};

/// Who takes no adjoint in factors.
struct NoKeeper {
  static bool wants(std::uint32_t) { return false; }
  static Tensor give_back(std::uint32_t) { return {}; }
  static void take(std::uint32_t, const Factors&) {}
};

/// Walks a graph from node `last` down to `begin`. adjoints[i − begin] is that of node i; that of
/// `last` must be set. visit(i, adjoint) is told the finished adjoint of every node that has one,
/// and says with its result whether to go on below.
///
/// The first adjoint to reach a node may come as two factors that have not been multiplied, if
/// there is a keeper: keep.wants(j) says whether it would take those of node j, keep.take(j,
/// factors) hands them over, and the node is not visited then; if another adjoint reaches it,
/// keep.give_back(j) is asked for their product first. A graph offers
///   SweepNode node(i), std::span<const std::uint32_t> inputs(i),
///   ops::Operand operand(i), bool reaches(i): whether an adjoint of i is wanted,
///   void fetch(i): the sweep has come to i, those below are next, and
///   void done(i): no pullback will look at the value of i any more.
template <class Graph, class Visit, class Keeper = NoKeeper>
void sweep(const Graph& graph, std::uint32_t last, std::uint32_t begin,
           std::vector<Tensor>& adjoints, const Visit& visit, Keeper&& keep = {}) {
  std::array<ops::Operand, 8> few;
  std::vector<ops::Operand> many;
  const auto pull = [&](std::uint32_t i) {
    const Tensor dy = std::exchange(adjoints[i - begin], Tensor());
    if (!visit(i, dy)) return;
    const SweepNode node = graph.node(i);
    if (node.operation == nullptr) return;

    const std::size_t count = graph.inputs(i).size();
    if (count > few.size()) many.resize(count);
    ops::Operand* operands = count > few.size() ? many.data() : few.data();
    for (std::size_t k = 0; k < count; ++k) operands[k] = graph.operand(graph.inputs(i)[k]);
    for (std::size_t k = 0; k < count; ++k) {
      const std::uint32_t j = graph.inputs(i)[k];  // anew: a pullback may lengthen the list
      if (j < begin || !graph.reaches(j)) continue;
      if (!node.operation->needs(node.settings, k, count).differentiable) continue;
      const ops::Operands all{{operands, count}, graph.operand(i)};
      Tensor& sum = adjoints[j - begin];
      if (!sum.defined() && keep.wants(j)) {
        sum = keep.give_back(j);
        if (!sum.defined() && node.operation->factors != nullptr) {
          if (auto factors = node.operation->factors(node.settings, k, dy, all)) {
            keep.take(j, *std::move(factors));
            continue;
          }
        }
      }
      Tensor dx = node.operation->pullback(node.settings, k, dy, all);
      if (dx.defined()) accumulate(sum, unbroadcast(dx, *operands[k].shape));
    }
  };
  for (std::uint32_t i = last + 1; i-- > begin;) {
    graph.fetch(i);
    if (adjoints[i - begin].defined()) pull(i);
    graph.done(i);
  }
}

}  // namespace autograd::detail
