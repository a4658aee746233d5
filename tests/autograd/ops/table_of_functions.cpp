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
}  // namespace

void add_elementwise(Rows& rows) {
  add_arithmetic(rows);
  add_powers(rows);
  add_functions(rows);
  add_activations(rows);
  add_rounding(rows);
  add_conversions(rows);
}

}  // namespace autograd
