#include <optional>
#include <string>

#include "autograd/ops/arithmetic.h"
#include "autograd/tensor/factories.h"
#include "autograd/witness/explain.h"
#include "autograd/witness/flat.h"

// Weights' gradients that are products of the wrong things: dW = δᵀ·a with another layer's δ or
// with another step's value in the place of a.

namespace autograd::check {
namespace {

class Products {
 public:
  Products(const Case& c, std::vector<Explanation>& found)
      : c_(c), walk_(c.anatomy.walk()), adjoints_(c.anatomy.adjoints()), found_(found) {}

  void look() {
    for (const std::size_t product : c_.anatomy.products()) {
      const auto operands = walk_.operands(product);
      for (std::size_t b = 0; b < c_.blocks.size(); ++b) {
        if (walk_.input(b) != operands[1] || matches_already(b)) continue;
        other_inputs(product, b);
        other_adjoints(product, b);
      }
    }
  }

 private:
  bool matches_already(std::size_t b) const { return c_.matches(c_.blocks[b], c_.reference); }

  // dW with another value in the place of the product's input.
  void other_inputs(std::size_t product, std::size_t b) {
    const std::size_t own = walk_.operands(product)[0];
    const Tensor& w = walk_.value(walk_.operands(product)[1]);
    for (std::size_t step = 0; step < walk_.size(); ++step) {
      const Tensor& x = walk_.value(step);
      if (step == own || x.dtype() != f64 || x.shape() != walk_.value(own).shape()) continue;
      if (!adjoints_[product].defined()) continue;
      std::vector<Tensor> operands{x, w};
      if (walk_.operands(product).size() > 2) {
        operands.push_back(walk_.value(walk_.operands(product)[2]));
      }
      const Tensor dw =
          walk_.rule_at(product, 1, adjoints_[product], operands, walk_.value(product));
      add(b, dw, walk_.rule(product, 1, adjoints_[product]),
          "the gradient of " + c_.blocks[b].name + " were taken with " + c_.anatomy.describe(step) +
              ", not with " + c_.anatomy.describe(own),
          "The gradient of W is δᵀ·a with the a that W was multiplied with.");
    }
  }

  // dW with another step's adjoint.
  void other_adjoints(std::size_t product, std::size_t b) {
    for (std::size_t step = 0; step < walk_.size(); ++step) {
      const Tensor& dy = adjoints_[step];
      if (step == product || !dy.defined() || !adjoints_[product].defined()) continue;
      if (dy.shape() != adjoints_[product].shape()) continue;
      add(b, walk_.rule(product, 1, dy), walk_.rule(product, 1, adjoints_[product]),
          "the gradient of " + c_.blocks[b].name + " were taken with the adjoint of " +
              c_.anatomy.describe(step) + ", not with that of " + c_.anatomy.describe(product),
          "The gradient of W takes the adjoint of the pre-activations of its own layer.");
    }
  }

  void add(std::size_t b, const Tensor& dw, const Tensor& own_dw, const std::string& text,
           const std::string& fix) {
    const Block& block = c_.blocks[b];
    if (dw.size() != block.count()) return;
    Explanation e{
        "wrong_input", text, fix, {}, c_.reference, std::vector<bool>(c_.blocks.size(), false)};
    e.speaks[b] = true;
    // Penalties on W have no share in the product.
    const std::vector<double> wrong = to_vector(dw), own = to_vector(own_dw);
    for (std::size_t i = 0; i < wrong.size(); ++i) {
      e.gradient[static_cast<std::size_t>(block.offset) + i] += wrong[i] - own[i];
    }
    if (c_.matches(block, e.gradient) && !c_.is_reference(block, e.gradient)) {
      found_.push_back(std::move(e));
    }
  }

  const Case& c_;
  const Walk& walk_;
  std::vector<Tensor> adjoints_;
  std::vector<Explanation>& found_;
};

}  // namespace

void add_products(const Case& c, std::vector<Explanation>& found) { Products(c, found).look(); }

}  // namespace autograd::check
