#include <utility>

#include "autograd/witness/move_batch.h"

// What an entry of a weight, of a bias or of the left operand makes of a product of matrices. The
// product is linear in each: what is added to it is exact to within a unit in its last place.

namespace autograd::check {

MoveBatch::Moved MoveBatch::weights(const Task& task) const {
  const Product p = *product_of(walk_, task.step);
  const auto operands = walk_.operands(task.step);
  const double* x = here(operands[0]).values<double>().data();
  const double* w = here(operands[1]).values<double>().data();
  const double* new_w = moved_[operands[1]].numbers.values<double>().data();
  const double* z = here(task.step).values<double>().data();
  const auto fill = [&](double* out) {
    for (std::size_t m = 0; m < moves(); ++m) {
      const Index entry = entries_[m];
      const double dw = new_w[m] - w[entry];
      const double* column = z + task.cells->first(entry);
      const double* met = x + entry / p.b_inner % p.inner * p.a_inner;
      for (Index r = 0; r < p.rows; ++r) *out++ = column[r * p.columns] + dw * met[r * p.a_row];
    }
  };
  const Shape shape{static_cast<Index>(moves()) * p.rows};
  return {Tensor::build<double>(shape, [&](std::span<double> out) { fill(out.data()); }),
          task.cells};
}

MoveBatch::Moved MoveBatch::bias(const Task& task) const {
  const auto operands = walk_.operands(task.step);
  const double* b = here(operands[2]).values<double>().data();
  const double* new_b = moved_[operands[2]].numbers.values<double>().data();
  const double* z = here(task.step).values<double>().data();
  const auto fill = [&](double* out) {
    for (std::size_t m = 0; m < moves(); ++m) {
      Index place = task.cells->first(entries_[m]);
      const double db = new_b[m] - b[entries_[m]];
      for (Index r = 0; r < task.cells->count; ++r, place += task.cells->stride) {
        *out++ = z[place] + db;
      }
    }
  };
  const Shape shape{static_cast<Index>(moves()) * task.cells->count};
  return {Tensor::build<double>(shape, [&](std::span<double> out) { fill(out.data()); }),
          task.cells};
}

MoveBatch::Moved MoveBatch::rank_one(const Task& task) const {
  const Product p = *product_of(walk_, task.step);
  const auto operands = walk_.operands(task.step);
  const double* x = here(operands[0]).values<double>().data();
  const double* w = here(operands[1]).values<double>().data();
  const double* z = here(task.step).values<double>().data();
  const Moved& moved = moved_[operands[0]];
  const double* new_x = moved.numbers.values<double>().data();
  const Cells& cells = *moved.cells;
  MovedRows rows;
  std::vector<double> dx;
  std::vector<Index> met;
  for (std::size_t m = 0; m < moves(); ++m) {
    Index place = cells.first(entries_[m]);
    for (Index i = 0; i < cells.count; ++i, place += cells.stride) {
      const double by = *new_x++ - x[place];
      if (by == 0) continue;
      rows.move.push_back(m);
      rows.row.push_back(place / p.inner);
      met.push_back(place % p.inner);
      dx.push_back(by);
    }
  }
  const auto fill = [&](double* out) {
    std::vector<double> column(static_cast<std::size_t>(p.columns));
    Index held = -1;
    for (std::size_t r = 0; r < dx.size(); ++r, out += p.columns) {
      if (met[r] != held) {
        held = met[r];
        for (Index c = 0; c < p.columns; ++c) {
          column[static_cast<std::size_t>(c)] = w[held * p.b_inner + c * p.b_column];
        }
      }
      const double* row = z + rows.row[r] * p.columns;
      const double* times = column.data();
      for (Index c = 0; c < p.columns; ++c) out[c] = row[c] + dx[r] * times[c];
    }
  };
  const Shape shape{static_cast<Index>(dx.size()), p.columns};
  return {Tensor::build<double>(shape, [&](std::span<double> out) { fill(out.data()); }),
          std::nullopt, std::make_shared<const MovedRows>(std::move(rows))};
}

}  // namespace autograd::check
