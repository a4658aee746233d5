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
