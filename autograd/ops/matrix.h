#pragma once

#include "autograd/tensor/tensor.h"

/// Parts of matrices and products of vectors. A matrix is the last two axes of a tensor; axes
/// before them are a batch. Diagonal `offset` holds the elements [i, i + offset]: 0 is the main
/// one, positive ones lie above it.
namespace autograd {

/// aᵢ·bⱼ for two vectors: [m], [n] → [m, n].
Tensor outer(const Tensor& a, const Tensor& b);

/// Σ aᵢ·bᵢ for two vectors of one length, a scalar.
Tensor dot(const Tensor& a, const Tensor& b);

/// Σ xᵢᵢ: [.., m, n] → [..].
Tensor trace(const Tensor& x);

/// The elements of a diagonal: [.., m, n] → [.., k]; empty where the diagonal lies outside.
Tensor diagonal(const Tensor& x, Index offset = 0);

/// A square matrix with v on a diagonal and 0 elsewhere: [.., k] → [.., n, n], n = k + |offset|.
Tensor diag(const Tensor& v, Index offset = 0);

/// x up to a diagonal, 0 above it; and x from a diagonal on, 0 below it.
Tensor tril(const Tensor& x, Index offset = 0);
Tensor triu(const Tensor& x, Index offset = 0);

/// The elements up to a diagonal, and those from a diagonal on, as a vector, row by row:
/// [.., m, n] → [.., k].
Tensor pack_tril(const Tensor& x, Index offset = 0);
Tensor pack_triu(const Tensor& x, Index offset = 0);

/// The square matrix with v there and 0 elsewhere: [.., s(s + 1)/2] → [.., n, n],
/// n = s + |offset|. For numbers that come column by column, transpose the other triangle. Throws
/// for another count, and for a tril beyond or a triu short of the main diagonal.
Tensor unpack_tril(const Tensor& v, Index offset = 0);
Tensor unpack_triu(const Tensor& v, Index offset = 0);

}  // namespace autograd
