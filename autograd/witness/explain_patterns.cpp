#include <algorithm>
#include <cmath>
#include <string>

#include "autograd/check/text.h"
#include "autograd/witness/explain.h"

// Causes that are seen in the numbers alone: rows out of their order, entries cut off at a limit.

namespace autograd::check {
namespace {

Explanation of_block(const Case& c, std::size_t block) {
  Explanation e{{}, {}, {}, {}, c.reference, std::vector<bool>(c.blocks.size(), false)};
  e.speaks[block] = true;
  return e;
}

// Row i of the block is row source(i) of the reference.
template <class Source>
void add_rows(const Case& c, std::size_t b, const std::string& cause, const std::string& text,
              const Source& source, std::vector<Explanation>& found) {
  const Block& block = c.blocks[b];
  const std::int64_t rows = block.shape.front(), columns = block.count() / rows;
  Explanation e = of_block(c, b);
  e.cause = cause;
  e.text = text;
  e.fix = "Write each row of the gradient to the row that it belongs to.";
  e.tolerances.resize(c.reference.size());
  for (std::int64_t i = 0; i < rows; ++i) {
    const auto from = static_cast<std::ptrdiff_t>(block.offset + source(i) * columns);
    const auto to = static_cast<std::ptrdiff_t>(block.offset + i * columns);
    std::copy_n(c.reference.begin() + from, columns, e.gradient.begin() + to);
    for (std::int64_t j = 0; j < columns; ++j) {
      e.tolerances[static_cast<std::size_t>(to + j)] =
          c.entries[static_cast<std::size_t>(from + j)].tolerance;
    }
  }
  if (c.matches(block, e.gradient, e.tolerances) && !c.is_reference(block, e.gradient)) {
    found.push_back(std::move(e));
  }
}

void add_row_orders(const Case& c, std::size_t b, std::vector<Explanation>& found) {
  const Block& block = c.blocks[b];
  if (block.shape.empty() || block.shape.front() < 2) return;
  const std::int64_t rows = block.shape.front();
  const std::string what = block.shape.size() == 1 ? "entries" : "rows";
  add_rows(
      c, b, "reversed", "the " + what + " of " + block.name + " were in reverse order",
      [rows](std::int64_t i) { return rows - 1 - i; }, found);
  for (std::int64_t by = 1; by < std::min<std::int64_t>(rows, 64); ++by) {
    const std::size_t before = found.size();
    add_rows(
        c, b, "shifted",
        "the " + what + " of " + block.name + " were shifted by " + std::to_string(by),
        [rows, by](std::int64_t i) { return (i + rows - by) % rows; }, found);
    if (found.size() > before) return;
  }
}

// claim = reference cut off at ±limit.
void add_clipping(const Case& c, std::size_t b, std::vector<Explanation>& found) {
  const Block& block = c.blocks[b];
  const auto begin = static_cast<std::size_t>(block.offset);
  const auto end = begin + static_cast<std::size_t>(block.count());
  double limit = 0;
  for (std::size_t i = begin; i < end; ++i) limit = std::max(limit, std::abs(c.claimed[i]));
  Explanation e = of_block(c, b);
  e.cause = "clipped";
  e.text = "the entries of " + block.name + " were clipped at ±" + number(limit, 4);
  e.fix = "Compare the gradient before it is clipped.";
  int cut = 0;
  for (std::size_t i = begin; i < end; ++i) {
    cut += std::abs(c.reference[i]) > limit;
    e.gradient[i] = std::clamp(c.reference[i], -limit, limit);
  }
  // Any block whose one largest entry is too small looks like that, and any two numbers do.
  if (limit == 0 || cut < 2 || block.count() - cut < 2) return;
  if (c.matches(block, e.gradient) && !c.is_reference(block, e.gradient)) {
    found.push_back(std::move(e));
  }
}

}  // namespace

void add_patterns(const Case& c, std::vector<Explanation>& found) {
  for (std::size_t b = 0; b < c.blocks.size(); ++b) {
    add_row_orders(c, b, found);
    add_clipping(c, b, found);
  }
}

}  // namespace autograd::check
