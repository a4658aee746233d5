#pragma once

#include "autograd/tensor/tensor.h"

/// What is done to data before a network sees them and to its scores afterwards. None of it is
/// differentiated or recorded.
namespace nn {

/// Mean and standard deviation of numbers, divided by their count and not by one less.
struct Moments {
  double mean = 0;
  double deviation = 0;
};

/// The moments of all numbers of a tensor, f32 or f64, summed in double.
Moments moments(const autograd::Tensor& x);

/// (x − mean)/deviation for given moments, of the shape and dtype of x. With a training set's
/// moments, this is how a test set is scaled. Throws autograd::Error for a deviation of 0.
autograd::Tensor standardize(const autograd::Tensor& x, const Moments& by);

/// Over which numbers z_score takes its moments.
enum class Over {
  everything,  ///< one mean and deviation, any shape
  rows,        ///< of [n, d], one an image or sample
  columns      ///< of [n, d], one a feature
};

/// (x − mean)/deviation, of the shape and dtype of x. Throws autograd::Error for a shape that has
/// no rows and columns, and for a row or column without variance, which it names.
autograd::Tensor z_score(const autograd::Tensor& x, Over over);

/// The share, 0 to 1, of rows of scores [n, classes] whose largest number (the first of equals)
/// stands at the row's label, i64 [n]. A row with a NaN counts as wrong. Throws autograd::Error
/// when the shapes or dtypes do not fit.
double accuracy(const autograd::Tensor& scores, const autograd::Tensor& labels);

}  // namespace nn
