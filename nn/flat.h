#pragma once

#include <vector>

#include "autograd/tape/gradients.h"
#include "autograd/tape/parameter.h"
#include "autograd/tensor/tensor.h"

/// All parameters in one flat vector, as optimizers of other libraries and checkers like them: one
/// parameter after another, each row-major.
namespace nn {

/// [n], for the n numbers of all parameters, which must have one dtype.
autograd::Tensor pack(const std::vector<autograd::Parameter>& parameters);

/// The derivatives by the parameters, in the same order.
autograd::Tensor pack(const autograd::Gradients& gradients,
                      const std::vector<autograd::Parameter>& parameters);

/// Sets the parameters from a flat vector. Throws autograd::Error, and changes nothing, when its
/// size or dtype is another.
void unpack(const autograd::Tensor& flat, const std::vector<autograd::Parameter>& parameters);

}  // namespace nn
