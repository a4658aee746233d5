#include <algorithm>
#include <cmath>
#include <string>

#include "autograd/ops/arithmetic.h"
#include "autograd/ops/shape.h"
#include "autograd/witness/flat.h"
#include "autograd/witness/mutants.h"

// Mistakes with the weights that adjoints go down through, and with what was in memory before.

namespace autograd::check {
namespace {

// The number of the input that a matrix product takes as its weights; none: it is no input.
std::optional<std::size_t> weights_of(const Anatomy& anatomy, std::size_t product) {
  const std::size_t weights = anatomy.walk().operands(product)[1];
  for (std::size_t k = 0; k < anatomy.inputs().size(); ++k) {
    if (anatomy.walk().input(k) == weights) return k;
  }
  return std::nullopt;
}

// Adjoints go down through other weights than those of the forward pass; their own gradients do
// not.
using Changed = std::function<Tensor(std::size_t input, const Tensor& w)>;

Walk::Pull through(const Anatomy& anatomy, Changed changed) {
  return [&anatomy, changed = std::move(changed)](std::size_t step, std::size_t k,
                                                  const Tensor& dy) -> std::optional<Tensor> {
    const auto& products = anatomy.products();
    if (k != 0 || std::find(products.begin(), products.end(), step) == products.end()) {
      return std::nullopt;
    }
    const std::optional<std::size_t> input = weights_of(anatomy, step);
    if (!input) return std::nullopt;
    const Walk& walk = anatomy.walk();
    std::vector<Tensor> operands;
    for (const std::uint32_t j : walk.operands(step)) operands.push_back(walk.value(j));
    operands[1] = changed(*input, operands[1]);
    return walk.rule_at(step, k, dy, operands, walk.value(step));
  };
}

bool any_square(const Anatomy& anatomy) {
  return std::any_of(anatomy.products().begin(), anatomy.products().end(), [&](std::size_t step) {
    const std::optional<std::size_t> input = weights_of(anatomy, step);
    if (!input) return false;
    const Tensor& w = anatomy.inputs()[*input];
    return w.rank() == 2 && w.extent(0) == w.extent(1) && w.extent(0) > 1;
  });
}

// ‖a‖/‖b‖, 1 where that says nothing.
double relative_size(std::span<const double> a, std::span<const double> b) {
  double aa = 0, bb = 0;
  for (const double x : a) aa += x * x;
  for (const double x : b) bb += x * x;
  return aa > 0 && bb > 0 && std::isfinite(aa / bb) ? std::sqrt(aa / bb) : 1;
}

}  // namespace

void add_weights(const Anatomy& anatomy, std::span<const Block> blocks,
                 std::span<const double> claim, std::vector<Mutant>& mutants) {
  const std::vector<Tensor> claimed = cut(claim, blocks);
  if (anatomy.products().size() > 1) {
    mutants.push_back(
        {"updated_weights",
         "the weights had been updated with step {} before the adjoint went down through them",
         "Compute all gradients first and update the weights afterwards.",
         [&anatomy, claimed](double step) {
           return anatomy.gradient(through(anatomy, [&](std::size_t input, const Tensor& w) {
             return w - step * claimed[input];
           }));
         },
         0.01 * relative_size(flatten(anatomy.inputs()), claim)});
    if (any_square(anatomy)) {
      mutants.push_back(
          {"weights_transposed", "adjoints went down through W in place of its transpose",
           "With z = W·a the adjoint of a is Wᵀ·dz.", [&anatomy](double) {
             return anatomy.gradient(through(anatomy, [](std::size_t, const Tensor& w) {
               const bool square = w.rank() == 2 && w.extent(0) == w.extent(1);
               return square ? transpose(w) : w;
             }));
           }});
    }
  }
  // Whatever was added to the right gradient: is it the gradient one step of descent earlier?
  const std::vector<double> right = anatomy.gradient();
  std::vector<double> rest(claim.begin(), claim.end());
  for (std::size_t i = 0; i < rest.size(); ++i) rest[i] -= right[i];
  mutants.push_back(
      {"accumulated", "it were added onto the gradient of the point before, one step of {} earlier",
       "Set the gradient's memory to zero before each backward pass.",
       [&anatomy, right, extra = cut(rest, blocks)](double step) {
         std::vector<Tensor> before;
         for (std::size_t k = 0; k < extra.size(); ++k) {
           before.push_back(anatomy.inputs()[k] + step * extra[k]);
         }
         std::vector<double> sum = flatten(anatomy.program().vjp(before, std::vector{Tensor(1.0)}));
         for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += right[i];
         return sum;
       },
       0.01});
}

}  // namespace autograd::check
