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
#include "tests/autograd/ops/rows.h"

namespace autograd {
namespace {

void add_arithmetic(Rows& rows) {
  rows.push_back(binary("add", add, anything, anything, {"another operand's"}));
  rows.push_back(binary("subtract", subtract, anything, anything));
  rows.push_back(binary("multiply", multiply, anything, anything));
  rows.push_back(binary("divide", divide, anything, nonzero));
  rows.push_back(binary("maximum", maximum, steps(0), steps(0.25)));
  rows.push_back(binary("minimum", minimum, steps(0), steps(0.25)));
  rows.push_back(unary("negate", negate, anything));
  rows.push_back(comparison("equal", equal));
  rows.push_back(comparison("not_equal", not_equal));
  rows.push_back(comparison("less", less));
  rows.push_back(comparison("less_equal", less_equal));
  rows.push_back(comparison("greater", greater));
  rows.push_back(comparison("greater_equal", greater_equal));
  // A mask of both operands: of a mask's own derivative nothing is made up.
  rows.push_back(comparison("logical_and", [](const Tensor& a, const Tensor& b) {
    return logical_and(a > 0.165, b > 0.165);
  }));
  rows.push_back(comparison("logical_or", [](const Tensor& a, const Tensor& b) {
    return logical_or(a > 0.165, b > 0.165);
  }));
  rows.push_back(comparison("logical_xor", [](const Tensor& a, const Tensor& b) {
    return logical_xor(a > 0.165, logical_not(b > 0.165));
  }));
  rows.push_back(general("where", "", [](Inputs x) { return where(x[0], x[1], x[2]); },
                         {below(2), anything, anything},
                         {{{{2, 3}, {2, 3}, {2, 3}},
                           {{3}, {2, 1}, {2, 3}},
                           {{2, 2}, {}, {2}},
                           {{2, 1, 2, 1, 1}, {1, 2, 1, 1, 2}, {2}},
                           {{0, 2}, {2}, {}}},
                          {{7, 11}, {11}, {7, 1}},
                          {{41, 1201}, {41, 1}, {1201}}}));
}

void add_powers(Rows& rows) {
  rows.push_back(unary("square", square, anything));
  rows.push_back(unary("sqrt", sqrt, positive));
  rows.push_back(unary("rsqrt", rsqrt, positive));
  rows.push_back(unary("reciprocal", reciprocal, nonzero));
  const auto constant = [&](const std::string& variant, double p, const Draw& draw) {
    Row row = unary("pow_constant", nullptr, draw);
    row.variant = variant;
    row.y = [p](Inputs x) { return pow(x[0], p); };
    rows.push_back(std::move(row));
  };
  constant("cube", 3, anything);
  constant("square", 2, anything);
  constant("root", 0.5, positive);
  constant("falling", -1.5, positive);
  rows.push_back(binary(
      "pow", [](const Tensor& a, const Tensor& b) { return pow(a, b); }, positive, positive));
  rows.push_back(unary("abs", abs, nonzero));
}

void add_functions(Rows& rows) {
  rows.push_back(unary("exp", exp, anything));
  rows.push_back(unary("expm1", expm1, anything));
  rows.push_back(unary("log", log, positive));
  rows.push_back(unary("log1p", log1p, positive));
  rows.push_back(unary("sinh", sinh, anything));
  rows.push_back(unary("cosh", cosh, nonzero));
  rows.push_back(unary("erf", erf, anything));
  rows.push_back(unary("erfc", erfc, anything));
  rows.push_back(unary("sin", sin, anything));
  rows.push_back(unary("cos", cos, nonzero));
  rows.push_back(unary("tan", tan, uniform(-1.2, 1.2)));
  rows.push_back(unary("asin", asin, uniform(-0.8, 0.8)));
  rows.push_back(unary("acos", acos, uniform(-0.8, 0.8)));
  rows.push_back(unary("atan", atan, anything));
  rows.push_back(binary("atan2", atan2, nonzero, positive));
  rows.push_back(binary("hypot", hypot, nonzero, positive));
}

void add_activations(Rows& rows) {
  rows.push_back(unary("tanh", tanh, anything));
  rows.push_back(unary("sigmoid", sigmoid, anything));
  rows.push_back(unary("log_sigmoid", log_sigmoid, anything));
  rows.push_back(unary("softplus", softplus, anything));
  rows.push_back(unary("relu", relu, nonzero));
  const auto leaky = [](const Tensor& x) { return leaky_relu(x, 0.1); };
  rows.push_back(unary("leaky_relu", leaky, nonzero));
  rows.push_back(unary(
      "elu", [](const Tensor& x) { return elu(x, 1.3); }, nonzero));
  rows.push_back(unary("selu", selu, nonzero));
  rows.push_back(unary("silu", silu, anything));
  rows.push_back(unary("gelu", gelu, anything));
  rows.push_back(unary("gelu_tanh", gelu_tanh, anything));
  rows.push_back(unary("mish", mish, anything));
}

// Steps have the slope 0: as a factor of their operand they show that it is so.
template <class F>
Row step(std::string name, F f) {
  Row row = unary(std::move(name), nullptr, steps(0.2));
  row.y = [f](Inputs x) { return x[0] * (f(x[0]) + 2); };
  return row;
}

void add_rounding(Rows& rows) {
  rows.push_back(step("sign", sign));
  rows.push_back(step("floor", floor));
  rows.push_back(step("ceil", ceil));
  rows.push_back(step("round", round));
  rows.push_back(unary(
      "clamp", [](const Tensor& x) { return clamp(x, -0.9, 0.6); }, steps(0.2)));
  rows.push_back(unary(
      "hardtanh", [](const Tensor& x) { return hardtanh(x, -0.9, 0.6); }, steps(0.2)));
}

void add_conversions(Rows& rows) {
  rows.push_back(step("to_indices", [](const Tensor& x) { return to(to(x, i64), x.dtype()); }));
  rows.push_back(step("from_indices", [](const Tensor& x) { return to(x > 0, x.dtype()); }));
  rows.push_back(unary(
      "to", [](const Tensor& x) { return to(to(x, x.dtype() == f64 ? f32 : f64), x.dtype()); },
      anything));
  rows.back().mixed = true;
  rows.push_back(unary(
      "watch",
      [](const Tensor& x) {
        const Tensor before = 2 * x;
        Tape inner;
        return inner.watch(before);
      },
      anything));
}

void add_reductions(Rows& rows) {
  const auto reduction = [&](const std::string& name, const std::string& variant, const Draw& draw,
                             auto reduce) {
    rows.push_back(general(
        name, variant, [reduce](Inputs x) { return reduce(x[0]); }, {draw}, cubes));
  };
  reduction("sum", "", anything, [](const Tensor& x) { return sum(x); });
  reduction("sum", "axis", anything, [](const Tensor& x) { return sum(x, 1); });
  reduction("sum", "first_axis", anything, [](const Tensor& x) { return sum(x, 0); });
  reduction("sum", "axes_kept", anything, [](const Tensor& x) {
    return sum(x, {0, -1}, KeepAxes::yes);
  });
  reduction("mean", "axes", anything, [](const Tensor& x) { return mean(x, {2, 0}); });
  reduction("mean", "kept", anything, [](const Tensor& x) { return mean(x, -1, KeepAxes::yes); });
  reduction("max", "axis", apart, [](const Tensor& x) { return max(x, 0); });
  reduction("max", "", apart, [](const Tensor& x) { return max(x, {0, 2}, KeepAxes::yes); });
  reduction("min", "axis", apart, [](const Tensor& x) { return min(x, 0); });
  reduction("min", "", apart, [](const Tensor& x) { return min(x, {0, 2}, KeepAxes::yes); });
  reduction("prod", "", nonzero, [](const Tensor& x) { return prod(x, 1); });
  reduction("prod", "axes_kept", nonzero, [](const Tensor& x) {
    return prod(x, {0, -1}, KeepAxes::yes);
  });
  reduction("cumsum", "", anything, [](const Tensor& x) { return cumsum(x, 1); });
  reduction("norm1", "", nonzero, [](const Tensor& x) { return norm1(x, {0, 2}); });
  reduction("norm2", "", nonzero, [](const Tensor& x) { return norm2(x, 0); });
  reduction("norm2", "axes_kept", nonzero, [](const Tensor& x) {
    return norm2(x, {0, 2}, KeepAxes::yes);
  });
  reduction("norm_inf", "", apart, [](const Tensor& x) { return norm_inf(x, 0); });
  rows.push_back(general("variance", "",
                         [](Inputs x) {
                           return variance(x[0], {0, 2});
                         },
                         {anything}, {{{{2, 3, 2}}, {{3, 1, 2}}}, {{4, 5, 6}}, {{31, 43, 37}}}));
  rows.push_back(general("variance", "kept",
                         [](Inputs x) { return variance(x[0], -1, 1, KeepAxes::yes); }, {apart},
                         {{{{3, 4}}, {{0, 3}}}, {{9, 7}}, {{301, 203}}}));
  rows.push_back(general("standard_deviation", "",
                         [](Inputs x) { return standard_deviation(x[0], -1, 1); }, {apart},
                         {{{{3, 4}}, {{0, 3}}}, {{9, 7}}, {{301, 203}}}));
  // Operations that only pullbacks use.
  rows.push_back(general("center", "",
                         [](Inputs x) {
                           Tape inner;
                           const Tensor u = inner.watch(x[0]);
                           return inner.gradient(sum(variance(u, -1)))[u];
                         },
                         {anything}, {{{{3, 4}}, {{1, 2}}}, {{9, 7}}, {{301, 203}}}));
  rows.push_back(general("shift", "",
                         [](Inputs x) {
                           Tape inner;
                           const Tensor u = inner.watch(x[0]);
                           return inner.gradient(sum(prod(u, -1)))[u];
                         },
                         {nonzero}, {{{{3, 4}}, {{1, 5}}, {{2, 0}}}, {{9, 7}}, {{301, 11}}}));
  const auto mask = [&](const std::string& name, auto f) {
    rows.push_back(general(
        name, "",
        [f](Inputs x) { return x[0] * (to(f(x[0] > 1.5, -1, KeepAxes::yes), x[0].dtype()) + 1); },
        {steps(0.2)}, matrices));
  };
  mask("any",
       [](const Tensor& x, Index axis, KeepAxes keep) { return autograd::any(x, axis, keep); });
  mask("all",
       [](const Tensor& x, Index axis, KeepAxes keep) { return all(logical_not(x), axis, keep); });
  reduction("sum_to", "", anything, [](const Tensor& x) { return sum_to(x, {x.shape()[1], 1}); });
  rows.push_back(
      general("sum", "rank_5",
              [](Inputs x) {
                return sum(x[0], {1, 2, 4});
              },
              {anything},
              {{{{2, 3, 1, 2, 2}}, {{1, 2, 2, 0, 1}}}, {{2, 3, 4, 3, 2}}, {{8, 9, 10, 11, 12}}}));
  rows.push_back(general("sum", "scalar", [](Inputs x) { return sum(x[0]) * 2; }, {anything},
                         {{{{}}, {{0}}}, {{}}, {{50000}}}));
  rows.push_back(general(
      "argmax", "", [](Inputs x) { return pick(x[0], argmax(x[0])); }, {apart}, matrices));
  rows.push_back(general(
      "argmin", "", [](Inputs x) { return pick(x[0], argmin(x[0])); }, {apart}, matrices));
}

void add_shapes(Rows& rows) {
  const auto shaped = [&](const std::string& name, const std::string& variant, auto f) {
    rows.push_back(general(
        name, variant, [f](Inputs x) { return f(x[0]); }, {anything}, cubes));
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
                         {anything},
                         {{{{2, 1, 3, 2, 1}}}, {{2, 3, 4, 3, 2}}, {{8, 9, 10, 11, 12}}}));
  rows.push_back(general("broadcast_to", "ones",
                         [](Inputs x) {
                           return broadcast_to(x[0], {3, x[0].extent(0), 4});
                         },
                         {anything}, {{{{2, 1}}}, {{17, 1}}, {{5001, 1}}}));
}

void add_products(Rows& rows) {
  const auto product = [&](const std::string& variant, Transpose t, Sizes sizes) {
    rows.push_back(general(
        "matmul", variant, [t](Inputs x) { return matmul(x[0], x[1], t); }, {anything, anything},
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
                         {anything, anything, anything},
                         {{{{2, 3}, {2, 3}, {2}},
                           {{3}, {2, 3}, {2}},
                           {{2, 1, 3}, {2, 3}, {2}},
                           {{0, 3}, {2, 3}, {2}},
                           {{2, 0}, {2, 0}, {2}},
                           {{2, 3}, {0, 3}, {0}}},
                          {{5, 7}, {4, 7}, {4}},
                          {{130, 150}, {140, 150}, {140}}}));
  rows.push_back(general("linear_without_bias", "", [](Inputs x) { return linear(x[0], x[1]); },
                         {anything, anything},
                         {{{{2, 3}, {2, 3}}, {{3}, {2, 3}}, {{2, 0}, {2, 0}}},
                          {{5, 7}, {4, 7}},
                          {{130, 150}, {140, 150}}}));
}

void add_indexing(Rows& rows) {
  rows.push_back(general("slice", "", [](Inputs x) { return slice(x[0], 1, 1, -1); }, {anything},
                         {{{{2, 4}}, {{2, 3, 2}}, {{0, 3}}, {{2, 2}}}, {{7, 11}}, {{41, 1201}}}));
  rows.push_back(general("select", "", [](Inputs x) { return select(x[0], 1, -2); }, {anything},
                         {{{{2, 3}}, {{2, 3, 2}}, {{0, 3}}}, {{7, 11}}, {{301, 5, 37}}}));
  rows.push_back(general(
      "put_slice", "",
      [](Inputs x) {
        return put_back(x[0], {x[0].extent(0), x[0].extent(1) + 3},
                        [](const Tensor& u) { return slice(u, 1, 1, -2); });
      },
      {anything}, matrices));
  rows.push_back(general("pick", "", [](Inputs x) { return pick(x[0], x[1]); },
                         {anything, below(4)},
                         {{{{3, 4}, {3}}, {{2, 2, 4}, {2, 2}}, {{4}, {}}, {{0, 4}, {0}}},
                          {{17, 4}, {17}},
                          {{20001, 4}, {20001}}}));
  rows.push_back(
      general("put_picked", "",
              [](Inputs x) {
                return put_back(x[0], x[0].shape().inserted(x[0].rank(), 4),
                                [&](const Tensor& u) { return pick(u, x[1]); });
              },
              {anything, below(4)},
              {{{{3}, {3}}, {{2, 2}, {2, 2}}, {{0}, {0}}}, {{17}, {17}}, {{20001}, {20001}}}));
  rows.push_back(general(
      "index_rows", "", [](Inputs x) { return index_rows(x[0], x[1]); }, {anything, below(3)},
      {{{{3, 2}, {4}}, {{3}, {5}}, {{3, 2, 2}, {2}}, {{3, 2}, {0}}, {{3, 0}, {2}}},
       {{5, 3}, {40}},
       {{3, 7}, {5001}}}));
  rows.push_back(
      general("add_slices", "rows",
              [](Inputs x) {
                return put_back(x[0], x[0].shape().with(0, 4),
                                [&](const Tensor& u) { return index_rows(u, x[1]); });
              },
              {anything, below(3)},
              {{{{4, 2}, {4}}, {{5}, {5}}, {{0, 2}, {0}}}, {{40, 3}, {40}}, {{5001, 7}, {5001}}}));
  rows.push_back(general(
      "one_hot", "",
      [](Inputs x) { return one_hot(argmax(x[0]), x[0].extent(-1), x[0].dtype()) * x[0]; }, {apart},
      matrices));
}

void add_softmaxes(Rows& rows) {
  const auto lines = [&](const std::string& name, auto f) {
    rows.push_back(general(
        name, "", [f](Inputs x) { return f(x[0], -1); }, {anything}, matrices));
    rows.push_back(general(name, "middle_axis", [f](Inputs x) { return f(x[0], 1); }, {anything},
                           {{{{2, 3, 2}}, {{0, 2, 2}}}, {{4, 5, 6}}, {{31, 43, 37}}}));
  };
  lines("logsumexp", logsumexp);
  lines("softmax", softmax);
  lines("log_softmax", log_softmax);
}

void add_losses(Rows& rows) {
  const Sizes pairs{
      {{{2, 3}, {2, 3}}, {{1, 4}, {1, 4}}}, {{7, 11}, {7, 11}}, {{41, 1201}, {41, 1201}}};
  const Draw probability = uniform(0.1, 0.9);
  const auto paired = [&](const std::string& name, const std::string& variant, auto f,
                          const Draw& a, const Draw& b) {
    rows.push_back(general(
        name, variant, [f](Inputs x) { return f(x[0], x[1]); }, {a, b}, pairs));
  };
  const auto none = Reduction::none;
  paired(
      "bce_with_logits", "",
      [=](const Tensor& x, const Tensor& t) { return bce_with_logits(x, t, none); }, anything,
      probability);
  paired(
      "absolute_error", "", [](const Tensor& a, const Tensor& b) { return absolute_error(a, b); },
      steps(0), steps(0.25));
  paired(
      "huber", "", [=](const Tensor& a, const Tensor& b) { return huber(a, b, 0.5, none); },
      steps(0), steps(0.25));
  paired(
      "hinge", "", [=](const Tensor& s, const Tensor& t) { return hinge(s, 2 * t, none); },
      steps(0.2), each([](Random& random) { return random.below(2) == 0 ? 0.5 : -0.5; }));
  paired(
      "relative_entropy", "", [](const Tensor& l, const Tensor& p) { return kl_divergence(l, p); },
      anything, probability);
  paired(
      "cosine_similarity", "",
      [](const Tensor& a, const Tensor& b) { return cosine_similarity(a, b); }, nonzero, nonzero);
  const Sizes labelled{{{{3, 4}, {3}}, {{1, 5}, {1}}}, {{9, 7}, {9}}, {{301, 203}, {301}}};
  rows.push_back(general(
      "cross_entropy_with_probabilities", "smoothed_and_weighted",
      [](Inputs x) {
        const Tensor weights = arange(x[0].extent(1), x[0].dtype()) + 0.5;
        return cross_entropy(x[0], x[1], {0.1, weights});
      },
      {anything, below(4)}, labelled));
  rows.push_back(general(
      "nll", "", [](Inputs x) { return nll(x[0], x[1]); }, {anything, below(4)}, labelled));
  rows.push_back(general(
      "nll", "weighted",
      [](Inputs x) {
        const Tensor weights = arange(x[0].extent(1), x[0].dtype()) + 0.5;
        return nll(x[0], x[1], weights);
      },
      {anything, below(4)}, labelled));
  for (const auto& [variant, reduction] :
       {std::pair{"mean", Reduction::mean}, std::pair{"sum", Reduction::sum},
        std::pair{"none", Reduction::none}}) {
    const Reduction r = reduction;
    rows.push_back(general("cross_entropy", r == Reduction::mean ? "" : variant,
                           [r](Inputs x) { return cross_entropy(x[0], x[1], r); },
                           {anything, below(4)},
                           {{{{3, 4}, {3}}, {{1, 5}, {1}}}, {{9, 7}, {9}}, {{301, 203}, {301}}}));
    rows.push_back(general(
        "cross_entropy_with_probabilities", variant,
        [r](Inputs x) { return cross_entropy_with_probabilities(x[0], x[1], r); },
        {anything, positive},
        {{{{3, 4}, {3, 4}}, {{1, 3}, {1, 3}}}, {{9, 7}, {9, 7}}, {{301, 203}, {301, 203}}}));
    rows.push_back(general("squared_error", variant,
                           [r](Inputs x) { return squared_error(x[0], x[1], r); },
                           {anything, anything},
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
    add_powers(all);
    add_functions(all);
    add_activations(all);
    add_rounding(all);
    add_conversions(all);
    add_reductions(all);
    add_shapes(all);
    add_products(all);
    add_indexing(all);
    add_softmaxes(all);
    add_losses(all);
    add_moves(all);
    add_normalisations(all);
    return all;
  }();
  return rows;
}

}  // namespace autograd
