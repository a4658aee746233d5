#pragma once

#include "autograd/tensor/tensor.h"

/// Products of matrices.
namespace autograd {

/// Operands of a matrix product that are read transposed, which costs no copy.
struct Transpose {
  bool a = false;
  bool b = false;
};

/// The matrix product of the last two axes: [.., m, k] · [.., k, n] → [.., m, n]; axes before them
/// broadcast. A vector on the left is a row, on the right a column, and its axis is gone from the
/// result; it is never transposed. Throws where the inner dimensions differ. `matmul(x, w, {.b =
/// true})` is x·wᵀ.
Tensor matmul(const Tensor& a, const Tensor& b, Transpose transpose = {});

/// x·wᵀ + b: x [.., in], w [out, in], b [out] → [.., out].
Tensor linear(const Tensor& x, const Tensor& w, const Tensor& b);

/// x·wᵀ, without a bias.
Tensor linear(const Tensor& x, const Tensor& w);

}  // namespace autograd
