#pragma once

#include <functional>

#include "autograd/tensor/random.h"
#include "autograd/tensor/tensor.h"

/// Initial values of weights. An Initialiser draws a weight matrix [out, in], where `in` is the
/// fan-in of each unit and `out` the fan-out of each input.
namespace nn {

using Initialiser = std::function<autograd::Tensor(autograd::Random& random, autograd::Index out,
                                                   autograd::Index in, autograd::Dtype dtype)>;

/// Uniform in ±√(6/(in + out)): keeps the variance of values and adjoints through tanh layers.
/// X. Glorot and Y. Bengio, "Understanding the difficulty of training deep feedforward neural
/// networks", 2010.
Initialiser glorot_uniform();
/// Normal with variance 2/(in + out).
Initialiser glorot_normal();

/// Uniform in ±√(6/in): the same for ReLU layers. K. He, X. Zhang, S. Ren and J. Sun, "Delving deep
/// into rectifiers", 2015.
Initialiser he_uniform();
/// Normal with variance 2/in.
Initialiser he_normal();

/// Uniform in ±1/√in.
Initialiser fan_in_uniform();

Initialiser normal(double mean, double deviation);
Initialiser uniform(double low, double high);
Initialiser constant(double value);

}  // namespace nn
