#pragma once

#include <cstdint>

#include "autograd/tensor/tensor.h"

/// Numbers brought to mean 0 and variance 1, and noise. Variances divide by the number of elements.
namespace autograd {

/// (x − mean)/√(variance + eps), mean and variance along the last axis: [.., n] → [.., n].
/// Accurate also where the elements are nearly equal or lie far from 0. Throws where n is 0 and for
/// a negative eps; a line of equal elements needs an eps above 0. (Ba, Kiros and Hinton, "Layer
/// normalization", 2016.)
Tensor layer_norm(const Tensor& x, double eps = 1e-5);

/// layer_norm(x)·scale + shift: scale and shift [n].
Tensor layer_norm(const Tensor& x, const Tensor& scale, const Tensor& shift, double eps = 1e-5);

/// What batch_norm gives: y like x, and what it found in the batch, mean and variance [channels],
/// through which no derivative flows.
struct BatchNorm {
  Tensor y, mean, variance;
};

/// For training: each channel of a batch brought to mean 0 and variance 1, over all of the batch:
/// x [N, channels, ..]. Keep running averages of mean and variance for inference. Throws where x
/// has no channel axis and where the batch is empty. (Ioffe and Szegedy, "Batch normalization",
/// 2015.)
BatchNorm batch_norm(const Tensor& x, double eps = 1e-5);

/// The same, then times scale plus shift, [channels] each.
BatchNorm batch_norm(const Tensor& x, const Tensor& scale, const Tensor& shift, double eps = 1e-5);

/// For inference: (x − mean)/√(variance + eps) with the given mean and variance, [channels] each.
Tensor batch_norm_inference(const Tensor& x, const Tensor& mean, const Tensor& variance,
                            double eps = 1e-5);

/// The same, then times scale plus shift, [channels] each.
Tensor batch_norm_inference(const Tensor& x, const Tensor& mean, const Tensor& variance,
                            const Tensor& scale, const Tensor& shift, double eps = 1e-5);

/// x with each element kept, times 1/(1 − p), or with probability p replaced by 0. The i-th one is
/// kept where the i-th number of `Random(seed).uniform()` is at least p: the same on every machine
/// and for any number of threads. Give every use its own seed. Throws unless 0 ≤ p < 1.
Tensor dropout(const Tensor& x, double p, std::uint64_t seed);

}  // namespace autograd
