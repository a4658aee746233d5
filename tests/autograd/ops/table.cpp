#include "tests/autograd/ops/table.h"

#include <utility>

#include "autograd/ops/arithmetic.h"
#include "autograd/ops/elementwise.h"
#include "autograd/ops/index.h"
#include "autograd/ops/linalg.h"
#include "autograd/ops/loss.h"
#include "autograd/ops/reduce.h"
#include "autograd/ops/shape.h"
#include "autograd/tape/tape.h"
#include "autograd/tensor/factories.h"
#include "tests/autograd/ops/draws.h"

namespace autograd {
namespace {

using Inputs = std::span<const Tensor>;
using namespace draw;

// --- rows of a kind ---

Row unary(std::string name, Tensor (*f)(const Tensor&), Draw draw) {
  return {.operation = std::move(name),
          .variant = "",
          .y = [f](Inputs x) { return f(x[0]); },
          .draws = {std::move(draw)},
          .small = {{{2, 3}}, {{}}, {{0, 3}}, {{2, 1, 2, 1, 2}}},
          .medium = {{7, 11}},
          .large = {{41, 1201}}};
}

template <class F>
Row binary(std::string name, F f, Draw a, Draw b, std::vector<std::string> harmless = {}) {
  return {.operation = std::move(name),
          .variant = "",
          .y = [f](Inputs x) { return f(x[0], x[1]); },
          .draws = {std::move(a), std::move(b)},
          .small = {{{2, 3}, {2, 3}},
                    {{3}, {2, 3}},
                    {{2, 1}, {1, 3}},
                    {{2, 2}, {}},
                    {{}, {2, 2}},
                    {{0, 3}, {3}},
                    {{2, 1, 2, 1, 1}, {1, 2, 2, 1, 2}}},
          .medium = {{7, 11}, {11}},
          .large = {{41, 1201}, {41, 1}},
          .same_operand = true,
          .harmless = std::move(harmless)};
}

// A comparison has no derivative; as a mask of its first operand it shows that none is made up.
Row comparison(std::string name, Tensor (*f)(const Tensor&, const Tensor&)) {
  return binary(
      std::move(name),
      [f](const Tensor& a, const Tensor& b) {
        return a * (to(f(a, b), a.dtype()) + 2 * to(f(b, a), a.dtype()) + 1);
      },
      steps(0), steps(0.25));
}

struct Sizes {
  std::vector<Shapes> small;
  Shapes medium, large;
};

Row general(std::string name, std::string variant, std::function<Tensor(Inputs)> y,
            std::vector<Draw> draws, Sizes sizes) {
  return {.operation = std::move(name),
          .variant = std::move(variant),
          .y = std::move(y),
          .draws = std::move(draws),
          .small = std::move(sizes.small),
          .medium = std::move(sizes.medium),
          .large = std::move(sizes.large)};
}

const Sizes cubes{{{{2, 3, 2}}, {{3, 1, 2}}, {{2, 0, 3}}}, {{4, 5, 6}}, {{31, 43, 37}}};
const Sizes matrices{{{{3, 4}}, {{1, 4}}, {{0, 4}}}, {{9, 7}}, {{301, 203}}};

// --- the families ---

using Rows = std::vector<Row>;

void add_arithmetic(Rows& rows) {
  rows.push_back(binary("add", add, any, any, {"another operand's"}));
  rows.push_back(binary("subtract", subtract, any, any));
  rows.push_back(binary("multiply", multiply, any, any));
  rows.push_back(binary("divide", divide, any, nonzero));
  rows.push_back(binary("maximum", maximum, steps(0), steps(0.25)));
  rows.push_back(binary("minimum", minimum, steps(0), steps(0.25)));
  rows.push_back(unary("negate", negate, any));
  rows.push_back(comparison("equal", equal));
  rows.push_back(comparison("not_equal", not_equal));
  rows.push_back(comparison("less", less));
  rows.push_back(comparison("less_equal", less_equal));
  rows.push_back(comparison("greater", greater));
  rows.push_back(comparison("greater_equal", greater_equal));
  rows.push_back(general("where", "", [](Inputs x) { return where(x[0], x[1], x[2]); },
                         {below(2), any, any},
                         {{{{2, 3}, {2, 3}, {2, 3}},
                           {{3}, {2, 1}, {2, 3}},
                           {{2, 2}, {}, {2}},
                           {{2, 1, 2, 1, 1}, {1, 2, 1, 1, 2}, {2}},
                           {{0, 2}, {2}, {}}},
                          {{7, 11}, {11}, {7, 1}},
                          {{41, 1201}, {41, 1}, {1201}}}));
}

void add_elementwise(Rows& rows) {
  rows.push_back(unary("square", square, any));
  rows.push_back(unary("sqrt", sqrt, positive));
  rows.push_back(unary("exp", exp, any));
  rows.push_back(unary("log", log, positive));
  rows.push_back(unary("sin", sin, any));
  rows.push_back(unary("cos", cos, any));
  rows.push_back(unary("tanh", tanh, any));
  rows.push_back(unary("sigmoid", sigmoid, any));
  rows.push_back(unary("relu", relu, nonzero));
  rows.push_back(unary("abs", abs, nonzero));
  rows.push_back(unary(
      "to", [](const Tensor& x) { return to(to(x, x.dtype() == f64 ? f32 : f64), x.dtype()); },
      any));
  rows.push_back(unary(
      "watch",
      [](const Tensor& x) {
        const Tensor before = 2 * x;
        Tape inner;
        return inner.watch(before);
      },
      any));
}

void add_reductions(Rows& rows) {
  const auto reduction = [&](const std::string& name, const std::string& variant, const Draw& draw,
                             auto reduce) {
    rows.push_back(general(
        name, variant, [reduce](Inputs x) { return reduce(x[0]); }, {draw}, cubes));
  };
  reduction("sum", "", any, [](const Tensor& x) { return sum(x); });
  reduction("sum", "axis", any, [](const Tensor& x) { return sum(x, 1); });
  reduction("sum", "first_axis", any, [](const Tensor& x) { return sum(x, 0); });
  reduction("sum", "axes_kept", any, [](const Tensor& x) {
    return sum(x, {0, -1}, KeepAxes::yes);
  });
  reduction("mean", "axes", any, [](const Tensor& x) { return mean(x, {2, 0}); });
  reduction("mean", "kept", any, [](const Tensor& x) { return mean(x, -1, KeepAxes::yes); });
  reduction("max", "axis", apart, [](const Tensor& x) { return max(x, 0); });
  reduction("max", "", apart, [](const Tensor& x) { return max(x, {0, 2}, KeepAxes::yes); });
  reduction("min", "axis", apart, [](const Tensor& x) { return min(x, 0); });
  reduction("min", "", apart, [](const Tensor& x) { return min(x, {0, 2}, KeepAxes::yes); });
  reduction("sum_to", "", any, [](const Tensor& x) { return sum_to(x, {x.shape()[1], 1}); });
  rows.push_back(general(
      "sum", "rank_5",
      [](Inputs x) {
        return sum(x[0], {1, 2, 4});
      },
      {any}, {{{{2, 3, 1, 2, 2}}, {{1, 2, 2, 0, 1}}}, {{2, 3, 4, 3, 2}}, {{8, 9, 10, 11, 12}}}));
  rows.push_back(general("sum", "scalar", [](Inputs x) { return sum(x[0]) * 2; }, {any},
                         {{{{}}, {{0}}}, {{}}, {{50000}}}));
  rows.push_back(general(
      "argmax", "", [](Inputs x) { return pick(x[0], argmax(x[0])); }, {apart}, matrices));
  rows.push_back(general(
      "argmin", "", [](Inputs x) { return pick(x[0], argmin(x[0])); }, {apart}, matrices));
}

void add_shapes(Rows& rows) {
  const auto shaped = [&](const std::string& name, const std::string& variant, auto f) {
    rows.push_back(general(
        name, variant, [f](Inputs x) { return f(x[0]); }, {any}, cubes));
  };
  shaped("reshape", "", [](const Tensor& x) {
    return reshape(x, {x.extent(2), x.extent(0), x.extent(1)}) * 2;
  });
  shaped("broadcast_to", "", [](const Tensor& x) {
    return broadcast_to(x, {2, x.extent(0), x.extent(1), x.extent(2)});
  });
  shaped("permute", "", [](const Tensor& x) { return permute(x, {2, 0, 1}); });
  shaped("transpose", "", [](const Tensor& x) { return transpose(x); });
  shaped("unsqueeze", "", [](const Tensor& x) { return unsqueeze(x, 1) * 2; });
  shaped("squeeze", "", [](const Tensor& x) { return squeeze(sum(x, 1, KeepAxes::yes), 1); });
  rows.push_back(general("permute", "rank_5",
                         [](Inputs x) {
                           return permute(x[0], {4, 2, 0, 1, 3});
                         },
                         {any}, {{{{2, 1, 3, 2, 1}}}, {{2, 3, 4, 3, 2}}, {{8, 9, 10, 11, 12}}}));
  rows.push_back(general("broadcast_to", "ones",
                         [](Inputs x) {
                           return broadcast_to(x[0], {3, x[0].extent(0), 4});
                         },
                         {any}, {{{{2, 1}}}, {{17, 1}}, {{5001, 1}}}));
}

void add_products(Rows& rows) {
  const auto product = [&](const std::string& variant, Transpose t, Sizes sizes) {
    rows.push_back(general(
        "matmul", variant, [t](Inputs x) { return matmul(x[0], x[1], t); }, {any, any},
        std::move(sizes)));
  };
  product("", {},
          {{{{2, 3}, {3, 2}},
            {{3}, {3, 2}},
            {{2, 3}, {3}},
            {{3}, {3}},
            {{3}, {2, 3, 2}},
            {{2, 2, 3}, {3}},
            {{2, 2, 3}, {3, 2}},
            {{2, 3}, {2, 3, 2}},
            {{2, 1, 2, 3}, {2, 3, 1}},
            {{2, 0}, {0, 3}},
            {{0, 2}, {2, 3}},
            {{2, 2}, {2, 0}}},
           {{5, 7}, {7, 4}},
           {{130, 150}, {150, 140}}});
  product("a_transposed", {.a = true},
          {{{{3, 2}, {3, 2}}, {{2, 3, 2}, {3, 2}}, {{3, 2}, {2, 3, 2}}},
           {{7, 5}, {7, 4}},
           {{150, 130}, {150, 140}}});
  product("b_transposed", {.b = true},
          {{{{2, 3}, {2, 3}}, {{2, 2, 3}, {2, 3}}, {{2, 3}, {2, 2, 3}}, {{3}, {2, 3}}},
           {{5, 7}, {4, 7}},
           {{130, 150}, {140, 150}}});
  product("both_transposed", {.a = true, .b = true},
          {{{{3, 2}, {2, 3}}, {{2, 3, 2}, {2, 3}}, {{2, 3, 2}, {1, 2, 3}}},
           {{7, 5}, {4, 7}},
           {{150, 130}, {140, 150}}});
  rows.push_back(general("linear", "", [](Inputs x) { return linear(x[0], x[1], x[2]); },
                         {any, any, any},
                         {{{{2, 3}, {2, 3}, {2}},
                           {{3}, {2, 3}, {2}},
                           {{2, 1, 3}, {2, 3}, {2}},
                           {{0, 3}, {2, 3}, {2}},
                           {{2, 0}, {2, 0}, {2}},
                           {{2, 3}, {0, 3}, {0}}},
                          {{5, 7}, {4, 7}, {4}},
                          {{130, 150}, {140, 150}, {140}}}));
  rows.push_back(general("linear_without_bias", "", [](Inputs x) { return linear(x[0], x[1]); },
                         {any, any},
                         {{{{2, 3}, {2, 3}}, {{3}, {2, 3}}, {{2, 0}, {2, 0}}},
                          {{5, 7}, {4, 7}},
                          {{130, 150}, {140, 150}}}));
}

// The adjoint of a part, as a function of the adjoint of the whole: the operations that put parts
// back are reached in no other way.
template <class Part>
Tensor put_back(const Tensor& dy, const Shape& whole, Part part) {
  Tape inner;
  const Tensor x = inner.watch(zeros(whole, dy.dtype()));
  return inner.gradient(part(x), dy)[x];
}

void add_indexing(Rows& rows) {
  rows.push_back(general("slice", "", [](Inputs x) { return slice(x[0], 1, 1, -1); }, {any},
                         {{{{2, 4}}, {{2, 3, 2}}, {{0, 3}}, {{2, 2}}}, {{7, 11}}, {{41, 1201}}}));
  rows.push_back(general("select", "", [](Inputs x) { return select(x[0], 1, -2); }, {any},
                         {{{{2, 3}}, {{2, 3, 2}}, {{0, 3}}}, {{7, 11}}, {{301, 5, 37}}}));
  rows.push_back(general(
      "put_slice", "",
      [](Inputs x) {
        return put_back(x[0], {x[0].extent(0), x[0].extent(1) + 3},
                        [](const Tensor& u) { return slice(u, 1, 1, -2); });
      },
      {any}, matrices));
  rows.push_back(general("pick", "", [](Inputs x) { return pick(x[0], x[1]); }, {any, below(4)},
                         {{{{3, 4}, {3}}, {{2, 2, 4}, {2, 2}}, {{4}, {}}, {{0, 4}, {0}}},
                          {{17, 4}, {17}},
                          {{20001, 4}, {20001}}}));
  rows.push_back(
      general("put_picked", "",
              [](Inputs x) {
                return put_back(x[0], x[0].shape().inserted(x[0].rank(), 4),
                                [&](const Tensor& u) { return pick(u, x[1]); });
              },
              {any, below(4)},
              {{{{3}, {3}}, {{2, 2}, {2, 2}}, {{0}, {0}}}, {{17}, {17}}, {{20001}, {20001}}}));
  rows.push_back(
      general("index_rows", "", [](Inputs x) { return index_rows(x[0], x[1]); }, {any, below(3)},
              {{{{3, 2}, {4}}, {{3}, {5}}, {{3, 2, 2}, {2}}, {{3, 2}, {0}}, {{3, 0}, {2}}},
               {{5, 3}, {40}},
               {{3, 7}, {5001}}}));
  rows.push_back(
      general("add_rows", "",
              [](Inputs x) {
                return put_back(x[0], x[0].shape().with(0, 4),
                                [&](const Tensor& u) { return index_rows(u, x[1]); });
              },
              {any, below(3)},
              {{{{4, 2}, {4}}, {{5}, {5}}, {{0, 2}, {0}}}, {{40, 3}, {40}}, {{5001, 7}, {5001}}}));
  rows.push_back(general(
      "one_hot", "",
      [](Inputs x) { return one_hot(argmax(x[0]), x[0].extent(-1), x[0].dtype()) * x[0]; }, {apart},
      matrices));
}

void add_softmaxes(Rows& rows) {
  const auto lines = [&](const std::string& name, auto f) {
    rows.push_back(general(
        name, "", [f](Inputs x) { return f(x[0], -1); }, {any}, matrices));
    rows.push_back(general(name, "middle_axis", [f](Inputs x) { return f(x[0], 1); }, {any},
                           {{{{2, 3, 2}}, {{0, 2, 2}}}, {{4, 5, 6}}, {{31, 43, 37}}}));
  };
  lines("logsumexp", logsumexp);
  lines("softmax", softmax);
  lines("log_softmax", log_softmax);
}

void add_losses(Rows& rows) {
  for (const auto& [variant, reduction] :
       {std::pair{"mean", Reduction::mean}, std::pair{"sum", Reduction::sum},
        std::pair{"none", Reduction::none}}) {
    const Reduction r = reduction;
    rows.push_back(general("cross_entropy", r == Reduction::mean ? "" : variant,
                           [r](Inputs x) { return cross_entropy(x[0], x[1], r); }, {any, below(4)},
                           {{{{3, 4}, {3}}, {{1, 5}, {1}}}, {{9, 7}, {9}}, {{301, 203}, {301}}}));
    rows.push_back(general(
        "cross_entropy_with_probabilities", variant,
        [r](Inputs x) { return cross_entropy_with_probabilities(x[0], x[1], r); }, {any, positive},
        {{{{3, 4}, {3, 4}}, {{1, 3}, {1, 3}}}, {{9, 7}, {9, 7}}, {{301, 203}, {301, 203}}}));
    rows.push_back(general("squared_error", variant,
                           [r](Inputs x) { return squared_error(x[0], x[1], r); }, {any, any},
                           {{{{2, 3}, {2, 3}}, {{2, 3}, {3}}, {{}, {}}},
                            {{7, 11}, {7, 11}},
                            {{41, 1201}, {41, 1201}}}));
  }
}

}  // namespace

const std::vector<Row>& table() {
  static const std::vector<Row> rows = [] {
    Rows all;
    add_arithmetic(all);
    add_elementwise(all);
    add_reductions(all);
    add_shapes(all);
    add_products(all);
    add_indexing(all);
    add_softmaxes(all);
    add_losses(all);
    return all;
  }();
  return rows;
}

}  // namespace autograd
