#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "autograd/tape/walk.h"
#include "autograd/witness/move_plan.h"

/// Many moves of entries of one input, redone together. For the files of this room.
namespace autograd::check {

/// The rows that change, of all moves of a batch: row[r] of the value after move[r], ascending by
/// move, then by row.
struct MovedRows {
  std::vector<std::size_t> move;
  std::vector<Index> row;
};

class MoveBatch {
 public:
  /// Moves of the entries of input k to new numbers. Keeps references.
  MoveBatch(const Walk& walk, const MovePlan& plan, std::size_t k, std::span<const Index> entries,
            std::span<const double> numbers);

  /// The program's first output after every move.
  void outputs(std::span<double> out);

 private:
  /// What has become of a step's value.
  struct Moved {
    Tensor numbers;  // f64 or i64: [moves · count] of cells, [rows, …] of rows
    std::optional<Cells> cells = {};
    std::shared_ptr<const MovedRows> rows = {};
    bool there() const { return numbers.defined(); }
  };

  void redo(const Task& task);
  Moved map(const Task& task) const;
  Moved rename(const Task& task) const;
  Moved weights(const Task& task) const;
  Moved bias(const Task& task) const;
  Moved rank_one(const Task& task) const;
  Moved lines(const Task& task) const;
  Moved total(const Task& task) const;

  /// An unchanged operand's numbers at the cells of a result.
  Tensor at_cells(const Tensor& x, const Shape& result, const Cells& cells) const;
  /// Cells spread over a larger result: each number as often as it is met.
  Tensor repeated(const Tensor& numbers, Index times) const;
  std::shared_ptr<const MovedRows> rows_that_change(std::size_t step) const;
  /// Some rows of a value, among them all that change.
  Tensor rows_of(std::size_t step, const MovedRows& rows) const;
  /// The whole of a value after one move.
  Tensor whole(std::size_t step, std::size_t move) const;
  double output_alone(std::size_t move) const;

  std::size_t moves() const { return entries_.size(); }
  const Tensor& here(std::size_t step) const { return walk_.value(step); }

  const Walk& walk_;
  const MovePlan& plan_;
  std::span<const Index> entries_;
  std::vector<Moved> moved_;  // by step
};

}  // namespace autograd::check
