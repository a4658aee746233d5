#include "autograd/ops/einsum.h"

#include <algorithm>
#include <array>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "autograd/ops/arithmetic.h"
#include "autograd/ops/linalg.h"
#include "autograd/ops/matrix.h"
#include "autograd/ops/reduce.h"
#include "autograd/ops/shape.h"
#include "autograd/tensor/error.h"

namespace autograd {
namespace {

using Labels = std::string;  // one letter an axis

bool has(const Labels& labels, char label) { return labels.find(label) != Labels::npos; }

struct Equation {
  std::string text;
  std::vector<Labels> operands;
  Labels output;

  [[noreturn]] void refuse(const std::string& why) const {
    throw Error("einsum: \"" + text + "\": " + why);
  }
};

std::string quoted(char label) { return std::string("'") + label + "'"; }

// The letters that stand exactly once, in alphabetical order.
Labels implicit_output(const std::vector<Labels>& operands) {
  Labels all;
  for (const Labels& labels : operands) all += labels;
  std::sort(all.begin(), all.end());
  Labels once;
  for (const char label : all) {
    if (std::count(all.begin(), all.end(), label) == 1) once += label;
  }
  return once;
}

void require_output(const Equation& e) {
  for (const char label : e.output) {
    const auto in_operands = [label](const Labels& labels) { return has(labels, label); };
    if (std::none_of(e.operands.begin(), e.operands.end(), in_operands)) {
      e.refuse("the output names " + quoted(label) + ", which no operand has");
    }
    if (std::count(e.output.begin(), e.output.end(), label) > 1) {
      e.refuse("the output names " + quoted(label) + " twice; expected each letter once");
    }
  }
}

Equation parse(std::string_view text, std::size_t operands) {
  Equation e{std::string(text), {}, {}};
  std::string left;
  std::copy_if(text.begin(), text.end(), std::back_inserter(left), [](char c) { return c != ' '; });
  const std::size_t arrow = left.find("->");
  const bool implicit = arrow == std::string::npos;
  if (!implicit) {
    e.output = left.substr(arrow + 2);
    left.resize(arrow);
  }
  for (const char c : left + e.output) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (!letter && c != ',') e.refuse(quoted(c) + " is no letter; expected such as \"ij,jk->ik\"");
  }
  if (has(e.output, ',')) e.refuse("the output has a comma; expected one output");
  e.operands.emplace_back();
  for (const char c : left) {
    if (c == ',') {
      e.operands.emplace_back();
    } else {
      e.operands.back() += c;
    }
  }
  if (e.operands.size() != operands) {
    e.refuse("names " + std::to_string(e.operands.size()) + " operands; got " +
             std::to_string(operands));
  }
  if (implicit) e.output = implicit_output(e.operands);
  require_output(e);
  return e;
}

void require_shapes(const Equation& e, std::span<const Tensor> x) {
  std::array<Index, 128> extents;
  extents.fill(-1);
  for (std::size_t k = 0; k < x.size(); ++k) {
    const Labels& labels = e.operands[k];
    if (static_cast<int>(labels.size()) != x[k].rank()) {
      e.refuse("\"" + labels + "\" names " + std::to_string(labels.size()) +
               " axes; got an operand of shape " + to_string(x[k].shape()));
    }
    for (int axis = 0; axis < x[k].rank(); ++axis) {
      const char label = labels[static_cast<std::size_t>(axis)];
      Index& extent = extents[static_cast<unsigned char>(label)];
      if (extent >= 0 && extent != x[k].shape()[axis]) {
        e.refuse(quoted(label) + " stands for " + std::to_string(extent) + " and for " +
                 std::to_string(x[k].shape()[axis]) + "; expected one extent");
      }
      extent = x[k].shape()[axis];
    }
  }
}

/// A tensor whose axes have letters.
struct Term {
  Tensor x;
  Labels labels;

  Index extent(char label) const { return x.shape()[static_cast<int>(labels.find(label))]; }
  Shape extents(const Labels& of) const {
    ShapeBuilder shape;
    for (const char label : of) shape.push_back(extent(label));
    return shape.shape();
  }
  Index size(const Labels& of) const { return extents(of).size(); }
};

// The axes in the order of the letters, all of which it has.
Term arranged(const Term& term, const Labels& order) {
  if (term.labels == order) return term;
  std::vector<Index> axes;
  for (const char label : order) axes.push_back(static_cast<Index>(term.labels.find(label)));
  return {permute(term.x, axes), order};
}

// Where a letter stands twice, the diagonal.
Term with_diagonals(Term term) {
  for (std::size_t i = 0; i < term.labels.size();) {
    const std::size_t j = term.labels.find(term.labels[i], i + 1);
    if (j == Labels::npos) {
      ++i;
      continue;
    }
    std::vector<Index> order;
    Labels others;
    for (std::size_t axis = 0; axis < term.labels.size(); ++axis) {
      if (axis == i || axis == j) continue;
      order.push_back(static_cast<Index>(axis));
      others += term.labels[axis];
    }
    order.push_back(static_cast<Index>(i));
    order.push_back(static_cast<Index>(j));
    term = {diagonal(permute(term.x, order)), others + term.labels[i]};
    i = 0;
  }
  return term;
}

// Summed over every axis whose letter is not among those kept.
Term summed(Term term, const Labels& kept) {
  for (std::size_t i = term.labels.size(); i-- > 0;) {
    if (has(kept, term.labels[i])) continue;
    term.x = sum(term.x, static_cast<Index>(i));
    term.labels.erase(i, 1);
  }
  return term;
}

/// The letters of a product by what becomes of them.
struct Roles {
  Labels batch, inner, left, right;

  Roles(const Labels& a, const Labels& b, const Labels& output) {
    for (const char label : output) {
      (has(a, label) && has(b, label) ? batch : has(a, label) ? left : right) += label;
    }
    for (const char label : a) {
      if (!has(output, label)) inner += label;
    }
  }
};

// A stack of matrices; transposed where that spares the copy.
std::pair<Tensor, bool> as_matrices(const Term& term, const Labels& batch, const Labels& rows,
                                    const Labels& columns) {
  const bool transposed =
      term.labels == batch + columns + rows && !(rows.empty() || columns.empty());
  const Labels& first = transposed ? columns : rows;
  const Labels& second = transposed ? rows : columns;
  ShapeBuilder shape(term.extents(batch));
  shape.push_back(term.size(first));
  shape.push_back(term.size(second));
  return {reshape(arranged(term, batch + first + second).x, shape.shape()), transposed};
}

Term product(const Term& a, const Term& b, const Roles& r) {
  const Labels labels = r.batch + r.left + r.right;
  if (r.inner.empty()) {  // element by element
    ShapeBuilder stretched(a.extents(r.batch + r.left));
    for (std::size_t i = 0; i < r.right.size(); ++i) stretched.push_back(1);
    ShapeBuilder behind(b.extents(r.batch));
    for (std::size_t i = 0; i < r.left.size(); ++i) behind.push_back(1);
    for (const char label : r.right) behind.push_back(b.extent(label));
    return {reshape(arranged(a, r.batch + r.left).x, stretched.shape()) *
                reshape(arranged(b, r.batch + r.right).x, behind.shape()),
            labels};
  }
  if (labels == r.batch) {  // nothing but sums of products
    return summed(
        {arranged(a, r.batch + r.inner).x * arranged(b, r.batch + r.inner).x, r.batch + r.inner},
        r.batch);
  }
  const auto [left, left_transposed] = as_matrices(a, r.batch, r.left, r.inner);
  const auto [right, right_transposed] = as_matrices(b, r.batch, r.inner, r.right);
  ShapeBuilder shape(a.extents(r.batch + r.left));
  for (const char label : r.right) shape.push_back(b.extent(label));
  return {reshape(matmul(left, right, {left_transposed, right_transposed}), shape.shape()), labels};
}

}  // namespace

Tensor einsum(std::string_view equation, const Tensor& a, const Tensor& b) {
  const Equation e = parse(equation, 2);
  const std::array<Tensor, 2> operands{a, b};
  require_shapes(e, operands);
  const Term left = summed(with_diagonals({a, e.operands[0]}), e.output + e.operands[1]);
  const Term right = summed(with_diagonals({b, e.operands[1]}), e.output + e.operands[0]);
  return arranged(product(left, right, Roles(left.labels, right.labels, e.output)), e.output).x;
}

Tensor einsum(std::string_view equation, const Tensor& a) {
  const Equation e = parse(equation, 1);
  require_shapes(e, {&a, 1});
  return arranged(summed(with_diagonals({a, e.operands[0]}), e.output), e.output).x;
}

}  // namespace autograd
