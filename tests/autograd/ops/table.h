#pragma once

#include <functional>
#include <ostream>
#include <span>
#include <string>
#include <vector>

#include "autograd/tensor/random.h"
#include "autograd/tensor/tensor.h"

/// The table of operations: a new operation needs one row here, and every test of this folder that
/// has to do with derivatives runs on it. A census fails for an operation without a row.
namespace autograd {

/// Numbers of an input, f64 or i64; those that must keep away from a kink or a pole do.
using Draw = std::function<Tensor(Random& random, const Shape& shape)>;

/// The shapes of all inputs.
using Shapes = std::vector<Shape>;

struct Row {
  std::string operation;  ///< its name in ops::catalogue(); of a composite, any other
  std::string variant;    ///< tells rows of the same operation apart; may be empty
  std::function<Tensor(std::span<const Tensor> x)> y;
  std::vector<Draw> draws;    ///< one an input
  std::vector<Shapes> small;  ///< differentiated entry by entry
  Shapes medium;              ///< differentiated along a random cotangent
  Shapes large;               ///< beyond the size from which work is shared among threads
  /// Two operands that may be one and the same.
  bool same_operand = false;
  /// Mistakes in a Jacobian (see judge_test.cpp) that change nothing in this one's.
  std::vector<std::string> harmless = {};
  /// Whether its value is known for dual numbers.
  bool dual = true;
  /// f32 on its way from f64 to f64, which a run on dual numbers is not.
  bool mixed = false;

  std::string name() const { return variant.empty() ? operation : operation + "_" + variant; }
};

const std::vector<Row>& table();

inline void PrintTo(const Row& row, std::ostream* out) { *out << row.name(); }

}  // namespace autograd
