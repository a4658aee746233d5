#include <algorithm>
#include <string>

#include "autograd/ops/arithmetic.h"
#include "autograd/ops/elementwise.h"
#include "autograd/witness/mutants.h"

// Mistakes with dropout's masks.

namespace autograd::check {
namespace {

struct Mistake {
  std::string cause;
  std::string text;
  std::string fix;
  Tensor (*dx)(const Tensor& dy, const Tensor& mask);
};

const std::vector<Mistake>& mistakes() {
  static const std::vector<Mistake> all{
      {"mask_missing", "the mask were not applied in the backward pass",
       "Multiply the adjoint by the mask that the forward pass used.",
       [](const Tensor& dy, const Tensor&) { return dy; }},
      {"mask_twice", "the mask were applied twice", "Multiply the adjoint by the mask once.",
       [](const Tensor& dy, const Tensor& mask) { return dy * mask * mask; }},
      {"keep_probability",
       "the mask's scale, one over the keep probability, were left out of the backward pass",
       "Multiply the adjoint by the scaled mask, the same as in the forward pass.",
       [](const Tensor& dy, const Tensor& mask) { return where(not_equal(mask, 0), dy, 0); }},
  };
  return all;
}

}  // namespace

void add_masks(const Anatomy& anatomy, std::vector<Mutant>& mutants) {
  const Walk& walk = anatomy.walk();
  std::vector<std::vector<std::size_t>> sets;
  if (anatomy.masks().size() > 1) sets.push_back(anatomy.masks());
  for (const std::size_t step : anatomy.masks()) sets.push_back({step});
  for (const std::vector<std::size_t>& steps : sets) {
    const std::string where_at = steps.size() > 1
                                     ? " in every layer"
                                     : " in layer " + std::to_string(anatomy.layer(steps[0]));
    for (const Mistake& mistake : mistakes()) {
      const Walk::Pull pull = [&walk, steps, dx = mistake.dx](
                                  std::size_t step, std::size_t k,
                                  const Tensor& dy) -> std::optional<Tensor> {
        if (std::find(steps.begin(), steps.end(), step) == steps.end()) return std::nullopt;
        return dx(dy, walk.value(walk.operands(step)[1 - k]));
      };
      mutants.push_back({mistake.cause, mistake.text + where_at, mistake.fix,
                         [&anatomy, pull](double) { return anatomy.gradient(pull); }});
    }
  }
}

}  // namespace autograd::check
