#pragma once

#include <filesystem>

#include "autograd/autograd.h"

/// A network of long short-term memories whose products are elementwise, and its loss in predicting
/// each element of a sequence from those before, as the benchmark suite ADBench states it.
namespace bench {

/// What is differentiated: main [l, 2, 4, b], extra [3, b], for l layers of width b.
struct Lstm {
  autograd::Tensor main;      ///< of each layer the weights and the biases of its four gates
  autograd::Tensor extra;     ///< the weight of the input, weight and bias of the output
  autograd::Tensor state;     ///< of each layer h and s at the beginning, [l, 2, b]
  autograd::Tensor sequence;  ///< [c, b]
};

/// −mean over t and b of sequenceₜ₊₁ ⊙ log p̂ₜ; the prediction's normalisation has the suite's 2 in
/// log(2 + Σ exp y). A scalar of the tensors' dtype.
autograd::Tensor lstm(const Lstm& problem);

/// The problem of a text file: `l c b`, then main in 2l lines of 4b, extra in 3 lines of b, state
/// in 2l lines of b and the sequence in c lines of b. Throws autograd::FileError with the line
/// where the file is not like this.
Lstm read_lstm(const std::filesystem::path& file);

}  // namespace bench
