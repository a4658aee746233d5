#pragma once

#include "autograd/tensor/tensor.h"

/// Parts of a tensor, chosen by place or by an i64 tensor of indices. An index out of range throws
/// with its value and its place.
namespace autograd {

/// Elements [begin, end) along an axis; negative bounds count from the end.
Tensor slice(const Tensor& x, Index axis, Index begin, Index end);

/// Element i along an axis, which is gone from the result.
Tensor select(const Tensor& x, Index axis, Index i);

/// x[.., i] for the index i that stands at each place: x [.., n], indices [..] → [..].
Tensor pick(const Tensor& x, const Tensor& indices);

/// Rows of x by their number: x [n, ..], indices [m] → [m, ..]. A row taken twice adds its
/// adjoints.
Tensor index_rows(const Tensor& x, const Tensor& indices);

/// 1 at each label, 0 elsewhere: labels [..] → [.., classes]. Throws for a label that is no class.
Tensor one_hot(const Tensor& labels, Index classes, Dtype dtype = f64);

}  // namespace autograd
