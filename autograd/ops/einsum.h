#pragma once

#include <string_view>

#include "autograd/tensor/tensor.h"

namespace autograd {

/// Einstein's sums: a letter names an axis, and what is summed over is what the output does not
/// name.
///
///     einsum("ij,jk->ik", a, b)      // the matrix product
///     einsum("bij,bkj->bik", a, b)   // a stack of products a·bᵀ
///     einsum("ii->i", a)             // the diagonal
///     einsum("ij->j", a)             // the sum over rows
///
/// Without "->" the output names, in alphabetical order, the letters that stand exactly once.
/// Letters from a to z and A to Z; a letter stands for one extent everywhere; blanks mean nothing.
/// Throws, with the equation, for one that does not fit the operands.
Tensor einsum(std::string_view equation, const Tensor& a, const Tensor& b);
Tensor einsum(std::string_view equation, const Tensor& a);

}  // namespace autograd
