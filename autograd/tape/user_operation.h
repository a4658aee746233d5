#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "autograd/tensor/tensor.h"

namespace autograd {

/// An operation of one's own, with a derivative that the library does not know:
///
///     UserOperation cube(
///         "cube", [](std::span<const Tensor> x) { return x[0] * x[0] * x[0]; },
///         {[](const Tensor& dy, std::span<const Tensor> x, const Tensor& y) {
///           return dy * 3 * x[0] * x[0];
///         }});
///     Tensor y = cube({x});
///
/// A tape sees it as one operation. Its value is computed unrecorded, by any means; its pullbacks,
/// one an input, give the input's adjoint from that of y, in the input's shape and dtype. Written
/// with tensor operations, a pullback can itself be differentiated.
///
/// The value may be a whole block of tensor operations, whose derivative the pullbacks then
/// replace. Rounding with the derivative of the identity, say, and an adjoint that is kept small:
///
///     UserOperation rounded(
///         "rounded", [](std::span<const Tensor> x) { return to(to(x[0], i64), f64); },
///         {[](const Tensor& dy, std::span<const Tensor>, const Tensor&) {
///           return maximum(minimum(dy, 1), -1);
///         }});
///
/// Nothing that the block uses beside its inputs is differentiated: hand over parameters as inputs.
/// The tape keeps the values of all inputs and of y.
class UserOperation {
 public:
  using Value = std::function<Tensor(std::span<const Tensor> inputs)>;
  using Pullback =
      std::function<Tensor(const Tensor& dy, std::span<const Tensor> inputs, const Tensor& y)>;

  /// An empty pullback stands for an input without a derivative, such as labels.
  UserOperation(std::string name, Value value, std::vector<Pullback> pullbacks);

  /// Throws when there are not as many inputs as pullbacks.
  Tensor operator()(const std::vector<Tensor>& inputs) const;

 private:
  struct Definition;
  struct Table;
  std::shared_ptr<const Definition> definition_;
};

}  // namespace autograd
