#include <algorithm>
#include <string>

#include "autograd/ops/activation.h"
#include "autograd/ops/arithmetic.h"
#include "autograd/ops/elementwise.h"
#include "autograd/witness/mutants.h"

// Mistakes with the slopes of activations.

namespace autograd::check {
namespace {

// The adjoint below an activation, from that above and its operand and value.
using Slope = std::function<Tensor(const Anatomy& anatomy, std::size_t step, const Tensor& dy)>;

const Tensor& x_of(const Anatomy& anatomy, std::size_t step) {
  return anatomy.walk().value(anatomy.walk().operands(step)[0]);
}

Tensor missing(const Anatomy&, std::size_t, const Tensor& dy) { return dy; }

// f′(f(x))·dy
Tensor after(const Anatomy& anatomy, std::size_t step, const Tensor& dy) {
  const Walk& walk = anatomy.walk();
  const std::vector<Tensor> operands{walk.value(step)};
  return walk.rule_at(step, 0, dy, operands, walk.compute(step, operands));
}

// Textbooks write the slopes of tanh and sigmoid in terms of y; here they are given x.
Tensor tanh_formula_of_x(const Anatomy& anatomy, std::size_t step, const Tensor& dy) {
  return dy * (1 - square(x_of(anatomy, step)));
}
Tensor sigmoid_formula_of_x(const Anatomy& anatomy, std::size_t step, const Tensor& dy) {
  const Tensor& x = x_of(anatomy, step);
  return dy * (x * (1 - x));
}
Tensor tanh_formula_of_y(const Anatomy& anatomy, std::size_t step, const Tensor& dy) {
  return dy * (1 - square(anatomy.walk().value(step)));
}
Tensor sigmoid_formula_of_y(const Anatomy& anatomy, std::size_t step, const Tensor& dy) {
  const Tensor& y = anatomy.walk().value(step);
  return dy * (y * (1 - y));
}
Tensor of_tanh(const Anatomy& anatomy, std::size_t step, const Tensor& dy) {
  return dy * (1 - square(tanh(x_of(anatomy, step))));
}
Tensor of_sigmoid(const Anatomy& anatomy, std::size_t step, const Tensor& dy) {
  const Tensor y = sigmoid(x_of(anatomy, step));
  return dy * (y * (1 - y));
}
Tensor of_relu(const Anatomy& anatomy, std::size_t step, const Tensor& dy) {
  return where(x_of(anatomy, step) > 0, dy, 0);
}
Tensor squared(const Anatomy& anatomy, std::size_t step, const Tensor& dy) {
  return anatomy.walk().rule(step, 0, anatomy.walk().rule(step, 0, dy));
}
Tensor value_as_slope(const Anatomy& anatomy, std::size_t step, const Tensor& dy) {
  return dy * anatomy.walk().value(step);
}

struct Mistake {
  std::string cause;
  std::string text;  // before "of layer 1"
  std::string fix;
  Slope slope;
  std::string not_for;  // the activation for which it is no mistake
};

const std::vector<Mistake>& mistakes() {
  static const std::vector<Mistake> all{
      {"slope_missing", "the activation's slope were left out",
       "Multiply the adjoint by the activation's slope before going on below it.", missing,
       "identity"},
      {"slope_after",
       "the activation's slope were taken at its output, f′(a), not at its input, f′(z)",
       "Evaluate the slope at the pre-activations z.", after, "relu"},
      {"slope_after",
       "the formula of the slope in terms of the output, 1 − a², were given the input z",
       "Use 1 − a² with the output a = tanh z.", tanh_formula_of_x, ""},
      {"slope_after",
       "the formula of the slope in terms of the output, a(1 − a), were given the input z",
       "Use a(1 − a) with the output a = σ(z).", sigmoid_formula_of_x, ""},
      {"slope_of_another", "the slope were tanh's formula, 1 − a²",
       "Use the slope of the activation that the forward pass applies.", tanh_formula_of_y, "tanh"},
      {"slope_of_another", "the slope were sigmoid's formula, a(1 − a)",
       "Use the slope of the activation that the forward pass applies.", sigmoid_formula_of_y,
       "sigmoid"},
      {"slope_of_another", "the slope were tanh's, 1 − tanh²z",
       "Use the slope of the activation that the forward pass applies.", of_tanh, "tanh"},
      {"slope_of_another", "the slope were sigmoid's, σ(z)(1 − σ(z))",
       "Use the slope of the activation that the forward pass applies.", of_sigmoid, "sigmoid"},
      {"slope_of_another", "the slope were relu's, 1 where z > 0",
       "Use the slope of the activation that the forward pass applies.", of_relu, "relu"},
      {"slope_twice", "the activation's slope were applied twice",
       "Multiply by the activation's slope once.", squared, "relu"},
      {"slope_is_value", "the activation's value stood where its slope should",
       "Multiply by the slope f′(z), not by f(z).", value_as_slope, ""},
  };
  return all;
}

Walk::Pull replacing(const Anatomy& anatomy, std::vector<std::size_t> steps, Slope slope) {
  return [&anatomy, steps = std::move(steps), slope = std::move(slope)](
             std::size_t step, std::size_t, const Tensor& dy) -> std::optional<Tensor> {
    if (std::find(steps.begin(), steps.end(), step) == steps.end()) return std::nullopt;
    return slope(anatomy, step, dy);
  };
}

std::string where_of(const Anatomy& anatomy, const std::vector<std::size_t>& steps) {
  const bool hidden = anatomy.layer(steps.back()) < static_cast<int>(anatomy.products().size());
  if (steps.size() > 1) return hidden ? " in every hidden layer" : " in every layer";
  return " in layer " + std::to_string(anatomy.layer(steps[0]));
}

std::vector<std::size_t> fitting(const Anatomy& anatomy, const std::string& not_for) {
  std::vector<std::size_t> steps;
  for (const std::size_t step : anatomy.activations()) {
    if (anatomy.walk().operation(step) != not_for) steps.push_back(step);
  }
  return steps;
}

void add(const Anatomy& anatomy, const Mistake& m, const std::vector<std::size_t>& steps,
         std::vector<Mutant>& mutants) {
  mutants.push_back({m.cause, m.text + where_of(anatomy, steps), m.fix,
                     [&anatomy, steps, slope = m.slope](double) {
                       return anatomy.gradient(replacing(anatomy, steps, slope));
                     }});
}

void add_leaks(const Anatomy& anatomy, std::vector<Mutant>& mutants) {
  std::vector<std::size_t> steps;
  for (const std::size_t step : anatomy.activations()) {
    const std::string_view name = anatomy.walk().operation(step);
    if (name == "relu" || name == "leaky_relu") steps.push_back(step);
  }
  if (steps.empty()) return;
  mutants.push_back({"leaky_slope", "relu had a slope of {} where z < 0",
                     "Use the slope below 0 that the forward pass has.",
                     [&anatomy, steps](double below) {
                       const auto leaky = [below](const Anatomy& a, std::size_t step,
                                                  const Tensor& dy) {
                         return where(x_of(a, step) > 0, dy, below * dy);
                       };
                       return anatomy.gradient(replacing(anatomy, steps, leaky));
                     },
                     0.1});
}

}  // namespace

void add_slopes(const Anatomy& anatomy, std::vector<Mutant>& mutants) {
  for (const Mistake& mistake : mistakes()) {
    const std::vector<std::size_t> steps = fitting(anatomy, mistake.not_for);
    if (steps.empty()) continue;
    add(anatomy, mistake, steps, mutants);
    if (steps.size() == 1) continue;
    std::vector<std::size_t> hidden = steps;
    std::erase_if(hidden, [&](std::size_t step) {
      return anatomy.layer(step) == static_cast<int>(anatomy.products().size());
    });
    if (hidden.size() > 1 && hidden.size() < steps.size()) add(anatomy, mistake, hidden, mutants);
    for (const std::size_t step : steps) add(anatomy, mistake, {step}, mutants);
  }
  add_leaks(anatomy, mutants);
}

}  // namespace autograd::check
