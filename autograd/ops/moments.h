#pragma once

#include "autograd/ops/axes.h"
#include "autograd/tensor/tensor.h"

/// How numbers scatter around their mean. The first element is subtracted before the mean is taken,
/// in a wider type: numbers that are nearly equal keep their digits.
namespace autograd {

/// Σ (x − mean)²/(n − correction): correction 0 for the variance of these numbers, 1 for the
/// estimate from a sample. Throws unless n > correction.
Tensor variance(const Tensor& x, const Axes& axes = {}, double correction = 0,
                KeepAxes keep = KeepAxes::no);

/// √variance; where all numbers are equal the derivative is 0.
Tensor standard_deviation(const Tensor& x, const Axes& axes = {}, double correction = 0,
                          KeepAxes keep = KeepAxes::no);

}  // namespace autograd
