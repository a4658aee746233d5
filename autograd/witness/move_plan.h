#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "autograd/tape/walk.h"

/// How the steps of a program are redone after one entry of an input has moved, for many moves at
/// once. For the files of this room.
///
/// What a step's value looks like then is known beforehand. It differs from the value at the point
/// in a few *cells* (the moved entry itself; the one column of x·Wᵀ that an entry of W makes), or
/// in *rows* along axis 0 (what comes of a column in the next product). Cells of all moves are one
/// flat tensor, rows of all moves are stacked into one: an operation runs once for all of them.
namespace autograd::check {

/// The cells of a value that change when entry e of the input does: `count` of them, `stride`
/// apart, from (e / div) % mod on; places in row-major order.
struct Cells {
  Index div = 1, mod = 1, stride = 1, count = 1;

  Index first(Index entry) const { return entry / div % mod; }
  bool operator==(const Cells&) const = default;
};

/// How a step is redone.
enum class Way {
  input,    ///< the moved entry itself
  map,      ///< an operation element by element, on the cells
  rename,   ///< the same numbers under another shape
  weights,  ///< x·Wᵀ after an entry of W: z + (w′ − w)·x, a column
  bias,     ///< x·Wᵀ + b after an entry of b: z + (b′ − b), a column
  rank_one,  ///< x·Wᵀ after a column of x: z + (x′ − x)·Wᵀ, the rows in which x has changed
  lines,     ///< an operation row by row, on the rows
  total,     ///< the sum of all numbers
};

struct Task {
  std::size_t step = 0;
  Way way = Way::input;
  std::optional<Cells> cells = {};  ///< that change; none: rows do
  std::vector<bool> in_rows = {};   ///< of lines: which operands come in rows
};

/// The steps to be redone for one input, in their order: some for many moves together, and from the
/// first for which there is no such way on the rest for each move by itself.
struct MovePlan {
  std::vector<Task> together;
  std::vector<std::size_t> alone;
  std::size_t batch = 1;  ///< moves at once, so that their numbers stay in the cache
  bool reaches = false;   ///< whether the output depends on the input at all
};

/// The plans for the program's first output, one for each of its first `inputs` inputs.
std::vector<MovePlan> plan_moves(const Walk& walk, std::size_t inputs);

/// The same with every step redone alone: what always works.
MovePlan plan_alone(const MovePlan& plan);

/// How an operand's shape fits into that of an elementwise result.
enum class Fit {
  one,       ///< a single number
  same,      ///< as many numbers, in the same places
  trailing,  ///< the last axes: place p of the result meets p % size
  leading,   ///< the first axes: place p meets p / (size of the result / size)
  other,
};
Fit fit(const Shape& operand, const Shape& result);

/// The shape of a product of matrices, of which the left one may be a stack: y = a·b + bias, with
/// strides in the numbers of a and b. Nothing for other steps.
struct Product {
  Index rows = 0, inner = 0, columns = 0;
  Index a_row = 0, a_inner = 0, b_inner = 0, b_column = 0;
};
std::optional<Product> product_of(const Walk& walk, std::size_t step);

}  // namespace autograd::check
