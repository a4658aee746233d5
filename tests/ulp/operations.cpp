#include "tests/ulp/operations.h"

#include "autograd/autograd.h"

namespace ulp {
namespace {

using Inputs = std::vector<Tensor>;
using Function = Tensor (*)(const Tensor&);
using Function2 = Tensor (*)(const Tensor&, const Tensor&);

// An elementwise function: 2 ulp. A composite of such: 4 ulp.
constexpr double elementary = 2;
constexpr double composite = 4;

Row unary(std::string_view name, double bound, std::function<Tensor(const Tensor&)> f) {
  return {name,  1,     bound,
          false, false, [f = std::move(f)](const Case&, const Inputs& in) { return f(in[0]); }};
}

Row binary(std::string_view name, Function2 f) {
  return {name,  2,     elementary,
          false, false, [f](const Case&, const Inputs& in) { return f(in[0], in[1]); }};
}

Row reduction(std::string_view name, std::function<Tensor(const Case&, const Tensor&)> f) {
  return {name, 1,     composite,
          true, false, [f = std::move(f)](const Case& c, const Inputs& in) { return f(c, in[0]); }};
}

Tensor target(const Case& c, const Tensor& x) {
  return autograd::to(autograd::tensor(c.target.numbers), x.dtype());
}

std::vector<Row> rows() {
  namespace ag = autograd;
  return {
      unary("exp", elementary, Function(ag::exp)),
      unary("expm1", elementary, Function(ag::expm1)),
      unary("log", elementary, Function(ag::log)),
      unary("log1p", elementary, Function(ag::log1p)),
      unary("sqrt", elementary, Function(ag::sqrt)),
      unary("rsqrt", elementary, Function(ag::rsqrt)),
      unary("sin", elementary, Function(ag::sin)),
      unary("cos", elementary, Function(ag::cos)),
      unary("tan", elementary, Function(ag::tan)),
      unary("asin", elementary, Function(ag::asin)),
      unary("acos", elementary, Function(ag::acos)),
      unary("atan", elementary, Function(ag::atan)),
      unary("sinh", elementary, Function(ag::sinh)),
      unary("cosh", elementary, Function(ag::cosh)),
      unary("tanh", elementary, Function(ag::tanh)),
      unary("sigmoid", elementary, Function(ag::sigmoid)),
      unary("softplus", elementary, Function(ag::softplus)),
      unary("log_sigmoid", elementary, Function(ag::log_sigmoid)),
      unary("relu", elementary, Function(ag::relu)),
      unary("leaky_relu_0.01", elementary, [](const Tensor& x) { return ag::leaky_relu(x, 0.01); }),
      unary("elu_1", elementary, [](const Tensor& x) { return ag::elu(x, 1); }),
      unary("selu", elementary, Function(ag::selu)),
      unary("silu", elementary, Function(ag::silu)),
      unary("mish", elementary, Function(ag::mish)),
      unary("gelu", elementary, Function(ag::gelu)),
      unary("gelu_tanh", elementary, Function(ag::gelu_tanh)),
      unary("erf", elementary, Function(ag::erf)),
      unary("erfc", elementary, Function(ag::erfc)),
      unary("abs", elementary, Function(ag::abs)),
      unary("square", elementary, Function(ag::square)),
      unary("reciprocal", elementary, Function(ag::reciprocal)),
      unary("pow_3", elementary, [](const Tensor& x) { return ag::pow(x, 3); }),
      unary("pow_0.5", elementary, [](const Tensor& x) { return ag::pow(x, 0.5); }),
      unary("pow_-1.5", elementary, [](const Tensor& x) { return ag::pow(x, -1.5); }),
      binary("add", ag::add),
      binary("subtract", ag::subtract),
      binary("multiply", ag::multiply),
      binary("divide", ag::divide),
      binary("pow", Function2(ag::pow)),
      binary("atan2", ag::atan2),
      binary("hypot", ag::hypot),
      unary("logsumexp", composite, [](const Tensor& x) { return ag::logsumexp(x); }),
      unary("softmax", composite, [](const Tensor& x) { return ag::softmax(x); }),
      unary("log_softmax", composite, [](const Tensor& x) { return ag::log_softmax(x); }),
      {"cross_entropy", 1, composite, false, false,
       [](const Case& c, const Inputs& in) {
         const Tensor labels = Tensor::build<ag::Index>({1}, [&](auto to) { to[0] = c.label; });
         return ag::cross_entropy(ag::unsqueeze(in[0], 0), labels);
       }},
      reduction(
          "bce_with_logits",
          [](const Case& c, const Tensor& x) { return ag::bce_with_logits(x, target(c, x)); }),
      reduction("mse",
                [](const Case& c, const Tensor& x) { return ag::squared_error(x, target(c, x)); }),
      reduction("huber_1",
                [](const Case& c, const Tensor& x) { return ag::huber(x, target(c, x), 1); }),
      reduction("variance", [](const Case&, const Tensor& x) { return ag::variance(x, {}, 0); }),
      reduction("layer_norm",
                [](const Case& c, const Tensor& x) { return ag::layer_norm(x, c.epsilon); }),
      {"matmul_tanh", 2, composite, true, true,
       [](const Case&, const Inputs& in) { return ag::sum(ag::tanh(ag::matmul(in[0], in[1]))); }},
  };
}

}  // namespace

const Row* find(std::string_view name) {
  static const std::vector<Row> all = rows();
  for (const Row& row : all) {
    if (row.name == name) return &row;
  }
  return nullptr;
}

}  // namespace ulp
