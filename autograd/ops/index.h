#pragma once

#include "autograd/ops/slice.h"
#include "autograd/tensor/tensor.h"

/// Elements chosen by an i64 tensor of indices. Tensors that are chosen from may be of any dtype;
/// indices count from 0. An index out of range throws with its value and its place.
namespace autograd {

/// x[.., i] for the index i that stands at each place: x [.., n], indices [..] → [..].
Tensor pick(const Tensor& x, const Tensor& indices);

/// Whole slices along an axis by their number: x [a.., n, b..], indices [i..] → [a.., i.., b..].
/// A slice taken twice adds its adjoints.
Tensor gather(const Tensor& x, const Tensor& indices, Index axis = 0);

/// gather along axis 0: rows of x by their number, as of an embedding: x [n, ..], indices [i..] →
/// [i.., ..].
Tensor index_rows(const Tensor& x, const Tensor& indices);

/// x with slices added to it where `gather(x, indices, axis)` would take them from: updates
/// [a.., i.., b..]. An index named twice adds both slices.
Tensor scatter_add(const Tensor& x, const Tensor& indices, const Tensor& updates, Index axis = 0);

/// y[.., i, ..] = x[.., indices[.., i, ..], ..]: an index for each element, as argmax and sorting
/// give them. x and indices have the same extents but along the axis; y has the shape of indices.
Tensor take_along_axis(const Tensor& x, const Tensor& indices, Index axis = -1);

/// 1 at each label, 0 elsewhere: labels [..] → [.., classes]. Throws for a label that is no class.
Tensor one_hot(const Tensor& labels, Index classes, Dtype dtype = f64);

}  // namespace autograd
