#include "autograd/witness/move_plan.h"

#include <algorithm>
#include <string>
#include <string_view>

#include "autograd/witness/row_wise.h"

namespace autograd::check {
namespace {

constexpr Index most_numbers = 1 << 14;  // of one value in a batch: 128 KiB
constexpr Index most_moves = 512;

/// The steps between an input and the output, the input first.
std::vector<std::size_t> steps_between(const Walk& walk, std::size_t from, std::size_t to) {
  std::vector<bool> moves(walk.size(), false), reaches(walk.size(), false);
  moves[from] = true;
  for (std::size_t i = from + 1; i < walk.size(); ++i) {
    const auto operands = walk.operands(i);
    moves[i] = std::any_of(operands.begin(), operands.end(), [&](auto j) { return moves[j]; });
  }
  reaches[to] = true;
  for (std::size_t i = to + 1; i-- > 0;) {
    if (!reaches[i]) continue;
    for (const std::uint32_t j : walk.operands(i)) reaches[j] = true;
  }
  std::vector<std::size_t> between;
  for (std::size_t i = from; i <= to; ++i) {
    if (moves[i] && reaches[i]) between.push_back(i);
  }
  return between;
}

/// What is known of a value after a move: unchanged, cells or rows.
struct Form {
  bool moved = false;
  std::optional<Cells> cells = {};
};

class Planner {
 public:
  explicit Planner(const Walk& walk) : walk_(walk), in_rows_(walk.size()) {}

  MovePlan plan(std::size_t k) {
    MovePlan plan;
    forms_.assign(walk_.size(), {});
    const std::size_t input = walk_.input(k);
    const auto steps = steps_between(walk_, input, walk_.output(0));
    plan.reaches = !steps.empty() && steps.back() == walk_.output(0);
    if (!plan.reaches) return plan;
    Index largest = 1;
    for (std::size_t i = 0; i < steps.size(); ++i) {
      const auto task = i == 0 ? first(input) : task_of(steps[i]);
      if (!task) {
        plan.alone.assign(steps.begin() + static_cast<std::ptrdiff_t>(i), steps.end());
        break;
      }
      forms_[steps[i]] = {true, task->cells};
      largest = std::max(largest, numbers_of(*task));
      plan.together.push_back(*task);
    }
    plan.batch = static_cast<std::size_t>(std::clamp<Index>(most_numbers / largest, 1, most_moves));
    return plan;
  }

 private:
  Task first(std::size_t input) const {
    return {input, Way::input, Cells{1, walk_.value(input).size(), 1, 1}};
  }

  /// That one move adds to a batch.
  Index numbers_of(const Task& task) const {
    if (task.way == Way::total) {
      const std::uint32_t j = walk_.operands(task.step)[0];
      return forms_[j].cells ? 1 : walk_.value(j).size();
    }
    return task.cells ? task.cells->count : walk_.value(task.step).size();
  }

  std::optional<Task> task_of(std::size_t step) {
    if (const auto cells = mapped(step)) return Task{step, Way::map, cells};
    if (walk_.operation(step) == "reshape") return renamed(step);
    if (auto task = multiplied(step)) return task;
    if (walk_.operation(step) == "sum" && walk_.value(step).size() == 1 &&
        walk_.value(step).dtype() == f64) {
      return Task{step, Way::total, Cells{}};
    }
    return lines(step);
  }

  /// The cells of an elementwise step, where those of all its operands agree.
  std::optional<Cells> mapped(std::size_t step) const {
    if (!walk_.elementwise(step)) return std::nullopt;
    const Shape& y = walk_.value(step).shape();
    std::optional<Cells> cells;
    for (const std::uint32_t j : walk_.operands(step)) {
      const Shape& x = walk_.value(j).shape();
      const Fit how = fit(x, y);
      if (how == Fit::other) return std::nullopt;
      if (!forms_[j].moved) continue;
      std::optional<Cells> own = forms_[j].cells;
      if (!own) return std::nullopt;
      if (x.size() != y.size()) {
        // One number that is met again and again, once in each stretch of the result.
        if (how == Fit::leading || own->count != 1) return std::nullopt;
        own->stride = x.size();
        own->count = y.size() / x.size();
      }
      if (cells && *cells != *own) return std::nullopt;
      cells = own;
    }
    return cells;
  }

  std::optional<Task> renamed(std::size_t step) const {
    const std::uint32_t j = walk_.operands(step)[0];
    const Shape &x = walk_.value(j).shape(), &y = walk_.value(step).shape();
    if (forms_[j].cells) return Task{step, Way::rename, forms_[j].cells};
    if (x.rank() == 0 || y.rank() == 0 || x[0] != y[0]) return std::nullopt;
    return Task{step, Way::rename};
  }

  std::optional<Task> multiplied(std::size_t step) const {
    const auto product = product_of(walk_, step);
    if (!product || walk_.value(step).dtype() != f64) return std::nullopt;
    const auto operands = walk_.operands(step);
    std::optional<std::size_t> moved;
    for (std::size_t k = 0; k < operands.size(); ++k) {
      if (!forms_[operands[k]].moved) continue;
      if (moved) return std::nullopt;  // of two that move the product is no sum
      moved = k;
    }
    const std::optional<Cells>& cells = forms_[operands[*moved]].cells;
    if (!cells) return std::nullopt;
    const Index n = product->columns;
    if (*moved == 0) {
      const bool is_matrix = walk_.value(operands[0]).rank() == 2 && product->a_inner == 1;
      const bool one_a_row = cells->count == 1 || cells->stride % product->inner == 0;
      if (!is_matrix || !one_a_row) return std::nullopt;
      return Task{step, Way::rank_one};
    }
    if (*cells != Cells{1, walk_.value(operands[*moved]).size(), 1, 1}) return std::nullopt;
    if (*moved == 2) return Task{step, Way::bias, Cells{1, n, n, product->rows}};
    return Task{step, Way::weights, Cells{product->b_column, n, n, product->rows}};
  }

  std::optional<Task> lines(std::size_t step) {
    auto& in_rows = in_rows_[step];
    if (!in_rows) in_rows = row_operands(walk_, step).value_or(std::vector<bool>());
    if (in_rows->empty()) return std::nullopt;
    const auto operands = walk_.operands(step);
    for (std::size_t k = 0; k < operands.size(); ++k) {
      if (forms_[operands[k]].moved && !(*in_rows)[k]) return std::nullopt;
    }
    return Task{step, Way::lines, std::nullopt, *in_rows};
  }

  const Walk& walk_;
  std::vector<Form> forms_;                                // by step, for the input at hand
  std::vector<std::optional<std::vector<bool>>> in_rows_;  // of row_operands, once asked; or none
};

}  // namespace

std::vector<MovePlan> plan_moves(const Walk& walk, std::size_t inputs) {
  Planner planner(walk);
  std::vector<MovePlan> plans;
  for (std::size_t k = 0; k < inputs; ++k) plans.push_back(planner.plan(k));
  return plans;
}

MovePlan plan_alone(const MovePlan& plan) {
  MovePlan alone = plan;
  alone.together.resize(1);  // the input itself
  alone.alone.clear();
  for (std::size_t i = 1; i < plan.together.size(); ++i) {
    alone.alone.push_back(plan.together[i].step);
  }
  alone.alone.insert(alone.alone.end(), plan.alone.begin(), plan.alone.end());
  return alone;
}

Fit fit(const Shape& operand, const Shape& result) {
  if (operand.size() == 1) return Fit::one;
  if (operand.size() == result.size()) return Fit::same;
  std::span<const Index> own = operand.extents();
  const std::span<const Index> all = result.extents();
  const auto differs = std::mismatch(own.begin(), own.end(), all.begin(), all.end());
  if (own.size() == all.size() &&
      std::all_of(differs.first, own.end(), [](Index extent) { return extent == 1; })) {
    return Fit::leading;
  }
  while (!own.empty() && own.front() == 1) own = own.subspan(1);
  return std::equal(own.rbegin(), own.rend(), all.rbegin()) ? Fit::trailing : Fit::other;
}

std::optional<Product> product_of(const Walk& walk, std::size_t step) {
  const std::string_view name = walk.operation(step);
  if (name != "linear" && name != "matmul") return std::nullopt;
  const auto operands = walk.operands(step);
  const Shape &a = walk.value(operands[0]).shape(), &b = walk.value(operands[1]).shape();
  const std::string transposed = name == "linear" ? "a·bᵀ" : walk.settings(step);
  const bool a_transposed = transposed.starts_with("aᵀ"), b_transposed = transposed.ends_with("bᵀ");
  if (b.rank() != 2 || a.rank() < 1 || b.size() == 0 || a.size() == 0) return std::nullopt;
  if (a_transposed && a.rank() != 2) return std::nullopt;
  Product p;
  p.inner = b_transposed ? b[1] : b[0];
  p.columns = b_transposed ? b[0] : b[1];
  p.rows = a.size() / p.inner;
  p.a_row = a_transposed ? 1 : p.inner;
  p.a_inner = a_transposed ? p.rows : 1;
  p.b_inner = b_transposed ? 1 : p.columns;
  p.b_column = b_transposed ? p.inner : 1;
  return p;
}

}  // namespace autograd::check
