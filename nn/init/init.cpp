#include "nn/init/init.h"

#include <cmath>

#include "autograd/tensor/factories.h"

namespace nn {

using autograd::Dtype;
using autograd::Index;
using autograd::Random;

namespace {

// Uniform in ±limit(in, out).
template <class Limit>
Initialiser within(Limit limit) {
  return [limit](Random& random, Index out, Index in, Dtype dtype) {
    const double bound = limit(static_cast<double>(in), static_cast<double>(out));
    return random.uniform({out, in}, -bound, bound, dtype);
  };
}

// Normal with mean 0 and the deviation of (in, out).
template <class Deviation>
Initialiser around_zero(Deviation deviation) {
  return [deviation](Random& random, Index out, Index in, Dtype dtype) {
    return random.normal({out, in}, 0, deviation(static_cast<double>(in), static_cast<double>(out)),
                         dtype);
  };
}

}  // namespace

Initialiser glorot_uniform() {
  return within([](double in, double out) { return std::sqrt(6 / (in + out)); });
}

Initialiser glorot_normal() {
  return around_zero([](double in, double out) { return std::sqrt(2 / (in + out)); });
}

Initialiser he_uniform() {
  return within([](double in, double) { return std::sqrt(6 / in); });
}

Initialiser he_normal() {
  return around_zero([](double in, double) { return std::sqrt(2 / in); });
}

Initialiser fan_in_uniform() {
  return within([](double in, double) { return 1 / std::sqrt(in); });
}

Initialiser normal(double mean, double deviation) {
  return [mean, deviation](Random& random, Index out, Index in, Dtype dtype) {
    return random.normal({out, in}, mean, deviation, dtype);
  };
}

Initialiser uniform(double low, double high) {
  return [low, high](Random& random, Index out, Index in, Dtype dtype) {
    return random.uniform({out, in}, low, high, dtype);
  };
}

Initialiser constant(double value) {
  return [value](Random&, Index out, Index in, Dtype dtype) {
    return autograd::full({out, in}, value, dtype);
  };
}

}  // namespace nn
