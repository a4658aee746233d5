#include "autograd/witness/move_batch.h"

#include <algorithm>
#include <utility>

#include "autograd/ops/reduce.h"
#include "autograd/witness/row_wise.h"

namespace autograd::check {
namespace {

Index as_index(std::size_t n) { return static_cast<Index>(n); }

/// `fill(out)` with room for numbers of the dtype of x.
template <class Fill>
Tensor like(const Tensor& x, const Shape& shape, const Fill& fill) {
  return with_any(x.dtype(), [&](auto zero) {
    using T = decltype(zero);
    return Tensor::build<T>(shape, [&](std::span<T> out) { fill(out.data()); });
  });
}

template <class T>
const T* numbers_of(const Tensor& x, const T*) {
  return x.values<T>().data();
}

/// Rows 0 … n − 1 of each move.
std::shared_ptr<const MovedRows> all_rows(std::size_t moves, Index n) {
  MovedRows all;
  for (std::size_t m = 0; m < moves; ++m) {
    for (Index r = 0; r < n; ++r) {
      all.move.push_back(m);
      all.row.push_back(r);
    }
  }
  return std::make_shared<const MovedRows>(std::move(all));
}

}  // namespace

MoveBatch::MoveBatch(const Walk& walk, const MovePlan& plan, std::size_t k,
                     std::span<const Index> entries, std::span<const double> numbers)
    : walk_(walk), plan_(plan), entries_(entries), moved_(walk.size()) {
  const std::size_t input = walk.input(k);
  moved_[input].numbers = Tensor::of(numbers, Shape{as_index(numbers.size())});
  moved_[input].cells = plan.together.front().cells;
}

void MoveBatch::outputs(std::span<double> out) {
  for (const Task& task : plan_.together) redo(task);
  const std::size_t output = walk_.output(0);
  const Moved& y = moved_[output];
  if (y.cells && plan_.alone.empty()) {
    const Tensor wide = y.numbers.dtype() == f64 ? y.numbers : y.numbers.converted(f64);
    std::copy_n(wide.values<double>().begin(), moves(), out.begin());
    return;
  }
  for (std::size_t m = 0; m < moves(); ++m) {
    out[m] = plan_.alone.empty() ? whole(output, m).item() : output_alone(m);
  }
}

void MoveBatch::redo(const Task& task) {
  const auto made = [&]() -> Moved {
    switch (task.way) {
      case Way::input:
        break;
      case Way::map:
        return map(task);
      case Way::rename:
        return rename(task);
      case Way::weights:
        return weights(task);
      case Way::bias:
        return bias(task);
      case Way::rank_one:
        return rank_one(task);
      case Way::lines:
        return lines(task);
      case Way::total:
        return total(task);
    }
    return moved_[task.step];
  };
  moved_[task.step] = made();
}

Tensor MoveBatch::at_cells(const Tensor& x, const Shape& result, const Cells& cells) const {
  const Fit how = fit(x.shape(), result);
  if (how == Fit::one) return x.reshaped(Shape{});
  const Index size = x.size(), repeats = result.size() / size;
  return like(x, Shape{as_index(moves()) * cells.count}, [&](auto* out) {
    const auto* from = numbers_of(x, out);
    for (const Index entry : entries_) {
      Index place = cells.first(entry);
      for (Index i = 0; i < cells.count; ++i, place += cells.stride) {
        *out++ = from[how == Fit::same       ? place
                      : how == Fit::trailing ? place % size
                                             : place / repeats];
      }
    }
  });
}

Tensor MoveBatch::repeated(const Tensor& numbers, Index times) const {
  if (times == 1) return numbers;
  return like(numbers, Shape{numbers.size() * times}, [&](auto* out) {
    const auto* from = numbers_of(numbers, out);
    for (Index i = 0; i < numbers.size(); ++i) out = std::fill_n(out, times, from[i]);
  });
}

MoveBatch::Moved MoveBatch::map(const Task& task) const {
  std::vector<Tensor> operands;
  for (const std::uint32_t j : walk_.operands(task.step)) {
    const Moved& x = moved_[j];
    operands.push_back(x.there() ? repeated(x.numbers, task.cells->count / x.cells->count)
                                 : at_cells(here(j), here(task.step).shape(), *task.cells));
  }
  return {walk_.compute(task.step, operands), task.cells};
}

MoveBatch::Moved MoveBatch::rename(const Task& task) const {
  Moved x = moved_[walk_.operands(task.step)[0]];
  if (x.cells) return x;
  x.numbers = x.numbers.reshaped(here(task.step).shape().with(0, x.numbers.shape()[0]));
  return x;
}

std::shared_ptr<const MovedRows> MoveBatch::rows_that_change(std::size_t step) const {
  const Moved& moved = moved_[step];
  if (!moved.cells) return moved.rows;
  const Index width = here(step).size() / here(step).shape()[0];
  MovedRows rows;
  for (std::size_t m = 0; m < moves(); ++m) {
    Index place = moved.cells->first(entries_[m]);
    for (Index i = 0; i < moved.cells->count; ++i, place += moved.cells->stride) {
      if (i > 0 && rows.row.back() == place / width) continue;
      rows.move.push_back(m);
      rows.row.push_back(place / width);
    }
  }
  return std::make_shared<const MovedRows>(std::move(rows));
}

Tensor MoveBatch::rows_of(std::size_t step, const MovedRows& rows) const {
  const Moved& moved = moved_[step];
  if (!moved.there()) return gather_rows(here(step), rows.row);
  const Index width = here(step).size() / here(step).shape()[0];
  return like(here(step), here(step).shape().with(0, as_index(rows.row.size())), [&](auto* out) {
    const auto* before = numbers_of(here(step), out);
    const auto* from = numbers_of(moved.numbers, out);
    // What has moved comes in the same order as the rows that are wanted.
    std::size_t next = 0;
    Index cell = 0;
    for (std::size_t r = 0; r < rows.row.size(); ++r, out += width) {
      const std::size_t m = rows.move[r];
      const Index row = rows.row[r];
      std::copy_n(before + row * width, width, out);
      if (moved.cells) {
        const Cells& cells = *moved.cells;
        if (r == 0 || m != rows.move[r - 1]) cell = 0;
        Index place = cells.first(entries_[m]) + cell * cells.stride;
        for (; cell < cells.count && place / width == row; ++cell, place += cells.stride) {
          out[place % width] = from[as_index(m) * cells.count + cell];
        }
      } else if (next < moved.rows->row.size() && moved.rows->move[next] == m &&
                 moved.rows->row[next] == row) {
        std::copy_n(from + as_index(next++) * width, width, out);
      }
    }
  });
}

MoveBatch::Moved MoveBatch::lines(const Task& task) const {
  const auto from = walk_.operands(task.step);
  std::shared_ptr<const MovedRows> rows;
  for (const std::uint32_t j : from) {
    if (!moved_[j].there()) continue;
    const auto own = rows_that_change(j);
    if (!rows) rows = own;
    if (rows->row != own->row || rows->move != own->move) {
      rows = all_rows(moves(), here(task.step).shape()[0]);
      break;
    }
  }
  if (rows->row.empty()) {
    const Shape none = here(task.step).shape().with(0, 0);
    return {Tensor::uninitialized(none, here(task.step).dtype()), std::nullopt, rows};
  }
  std::vector<Tensor> operands;
  for (std::size_t k = 0; k < from.size(); ++k) {
    const Moved& x = moved_[from[k]];
    const bool ready = x.there() && x.rows == rows;
    operands.push_back(ready             ? x.numbers
                       : task.in_rows[k] ? rows_of(from[k], *rows)
                                         : here(from[k]));
  }
  return {walk_.compute(task.step, operands), std::nullopt, rows};
}

MoveBatch::Moved MoveBatch::total(const Task& task) const {
  const std::uint32_t j = walk_.operands(task.step)[0];
  const Moved& x = moved_[j];
  const Tensor& before = here(j);
  const Index n = as_index(moves());
  if (!x.cells) {
    const Index width = before.size() / before.shape()[0];
    const Tensor all = like(before, Shape{n, before.size()}, [&](auto* out) {
      const auto* same = numbers_of(before, out);
      const auto* from = numbers_of(x.numbers, out);
      for (Index m = 0; m < n; ++m) std::copy_n(same, before.size(), out + m * before.size());
      for (std::size_t r = 0; r < x.rows->row.size(); ++r, from += width) {
        const Index place = as_index(x.rows->move[r]) * before.size() + x.rows->row[r] * width;
        std::copy_n(from, width, out + place);
      }
    });
    return {sum(all, {1}), task.cells};
  }
  const double* from = before.values<double>().data();
  const double* now = x.numbers.values<double>().data();
  return {Tensor::build<double>(Shape{n},
                                [&](std::span<double> out) {
                                  for (std::size_t m = 0; m < moves(); ++m) {
                                    double change = 0;
                                    Index place = x.cells->first(entries_[m]);
                                    for (Index i = 0; i < x.cells->count; ++i) {
                                      change += *now++ - from[place];
                                      place += x.cells->stride;
                                    }
                                    out[m] = here(task.step).item() + change;
                                  }
                                }),
          task.cells};
}

Tensor MoveBatch::whole(std::size_t step, std::size_t move) const {
  const Moved& moved = moved_[step];
  const Tensor& before = here(step);
  return like(before, before.shape(), [&](auto* out) {
    std::copy_n(numbers_of(before, out), before.size(), out);
    const auto* from = numbers_of(moved.numbers, out);
    if (moved.cells) {
      Index place = moved.cells->first(entries_[move]);
      from += as_index(move) * moved.cells->count;
      for (Index i = 0; i < moved.cells->count; ++i, place += moved.cells->stride) {
        out[place] = from[i];
      }
      return;
    }
    const auto& of = moved.rows->move;
    const Index width = before.size() / before.shape()[0];
    const auto [begin, end] = std::equal_range(of.begin(), of.end(), move);
    for (auto r = static_cast<std::size_t>(begin - of.begin());
         r < static_cast<std::size_t>(end - of.begin()); ++r) {
      std::copy_n(from + as_index(r) * width, width, out + moved.rows->row[r] * width);
    }
  });
}

double MoveBatch::output_alone(std::size_t move) const {
  std::vector<Tensor> values(walk_.size());
  std::vector<Tensor> operands;
  for (const std::size_t step : plan_.alone) {
    operands.clear();
    for (const std::uint32_t j : walk_.operands(step)) {
      if (!values[j].defined() && moved_[j].there()) values[j] = whole(j, move);
      operands.push_back(values[j].defined() ? values[j] : here(j));
    }
    values[step] = walk_.compute(step, operands);
  }
  return values[walk_.output(0)].item();
}

}  // namespace autograd::check
