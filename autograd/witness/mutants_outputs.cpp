#include <string>

#include "autograd/ops/activation.h"
#include "autograd/ops/arithmetic.h"
#include "autograd/ops/elementwise.h"
#include "autograd/ops/index.h"
#include "autograd/ops/shape.h"
#include "autograd/ops/softmax.h"
#include "autograd/witness/mutants.h"

// Mistakes where the outputs meet the loss: softmax, log-softmax, sigmoid and their
// cross-entropies.

namespace autograd::check {
namespace {

// The adjoint of the logits, from that of the step, the logits and the targets.
using Rule = std::function<Tensor(const Tensor& dy, const Tensor& z, const Tensor& t)>;

struct Mistake {
  std::string cause;
  std::string text;
  std::string fix;
  Rule rule;
};

// y = −Σ t·log softmax(z):  dz = p·Σt − t
std::vector<Mistake> of_cross_entropy() {
  return {
      {"softmax_missing",
       "the loss's derivative by the probabilities, −t/p, were passed on as if by the logits",
       "Go through the Jacobian of softmax; with cross-entropy all of it becomes p − t.",
       [](const Tensor& dy, const Tensor& z, const Tensor& t) { return dy * -(t / softmax(z)); }},
      {"softmax_missing", "the Jacobian of log-softmax were left out, and −t passed on",
       "Go through the Jacobian of log-softmax; with the negative log-likelihood it becomes p − t.",
       [](const Tensor& dy, const Tensor&, const Tensor& t) { return dy * -t; }},
      {"softmax_diagonal", "only the diagonal p(1 − p) of softmax's Jacobian were used",
       "Every output depends on every logit: the Jacobian is diag(p) − ppᵀ.",
       [](const Tensor& dy, const Tensor& z, const Tensor& t) {
         return dy * -(t * (1 - softmax(z)));
       }},
      {"target_missing", "the targets had not been subtracted from the probabilities",
       "The adjoint of the logits is p − t.",
       [](const Tensor& dy, const Tensor& z, const Tensor&) { return dy * softmax(z); }},
      {"softmax_left_out", "the logits themselves stood for the probabilities, z − t",
       "The adjoint of the logits is softmax(z) − t.",
       [](const Tensor& dy, const Tensor& z, const Tensor& t) { return dy * (z - t); }},
      {"output_slope_twice", "p − t were multiplied by p(1 − p) once more",
       "p − t has softmax's Jacobian in it already.",
       [](const Tensor& dy, const Tensor& z, const Tensor& t) {
         const Tensor p = softmax(z);
         return dy * ((p - t) * (p * (1 - p)));
       }},
  };
}

// y = −t·log σ(z) − (1 − t)·log σ(−z):  dz = σ(z) − t
std::vector<Mistake> of_binary_cross_entropy() {
  return {
      {"slope_missing", "sigmoid's slope were left out at the output, and dL/dp passed on",
       "Multiply by σ(z)(1 − σ(z)); with binary cross-entropy all of it becomes p − t.",
       [](const Tensor& dy, const Tensor& z, const Tensor& t) {
         const Tensor p = sigmoid(z);
         return dy * ((p - t) / (p * (1 - p)));
       }},
      {"output_slope_twice", "p − t were multiplied by p(1 − p) once more",
       "p − t has sigmoid's slope in it already.",
       [](const Tensor& dy, const Tensor& z, const Tensor& t) {
         const Tensor p = sigmoid(z);
         return dy * ((p - t) * (p * (1 - p)));
       }},
      {"target_missing", "the targets had not been subtracted from the probabilities",
       "The adjoint of the logits is p − t.",
       [](const Tensor& dy, const Tensor& z, const Tensor&) { return dy * sigmoid(z); }},
  };
}

// y = softmax(z), log_softmax(z): the Jacobian missing, or its diagonal alone.
std::vector<Mistake> of_softmax() {
  return {{"softmax_missing", "softmax's Jacobian were left out",
           "The adjoint of the logits is p·(dp − Σ dp·p).",
           [](const Tensor& dy, const Tensor&, const Tensor&) { return dy; }},
          {"softmax_diagonal", "only the diagonal p(1 − p) of softmax's Jacobian were used",
           "The adjoint of the logits is p·(dp − Σ dp·p).",
           [](const Tensor& dy, const Tensor& z, const Tensor&) {
             const Tensor p = softmax(z);
             return dy * (p * (1 - p));
           }}};
}

std::vector<Mistake> of_log_softmax() {
  return {{"softmax_missing", "log-softmax's Jacobian were left out",
           "The adjoint of the logits is dy − p·Σ dy.",
           [](const Tensor& dy, const Tensor&, const Tensor&) { return dy; }}};
}

std::vector<Mistake> mistakes_at(std::string_view operation) {
  if (operation == "softmax") return of_softmax();
  if (operation == "log_softmax") return of_log_softmax();
  if (operation == "bce_with_logits") return of_binary_cross_entropy();
  return of_cross_entropy();
}

}  // namespace

void add_outputs(const Anatomy& anatomy, std::vector<Mutant>& mutants) {
  const Walk& walk = anatomy.walk();
  for (const std::size_t step : anatomy.outputs()) {
    const auto operands = walk.operands(step);
    const Tensor z = walk.value(operands[0]);
    if (z.rank() == 0) continue;
    Tensor t = operands.size() > 1 ? walk.value(operands[1]) : Tensor();
    if (t.defined() && t.dtype() == i64) t = one_hot(t, z.extent(z.rank() - 1), z.dtype());
    for (const Mistake& mistake : mistakes_at(walk.operation(step))) {
      const Walk::Pull pull = [step, z, t, rule = mistake.rule](
                                  std::size_t at, std::size_t k,
                                  const Tensor& dy) -> std::optional<Tensor> {
        if (at != step || k != 0) return std::nullopt;
        return rule(dy.rank() < z.rank() ? unsqueeze(dy, dy.rank()) : dy, z, t);
      };
      mutants.push_back({mistake.cause, mistake.text, mistake.fix,
                         [&anatomy, pull](double) { return anatomy.gradient(pull); }});
    }
  }
}

}  // namespace autograd::check
