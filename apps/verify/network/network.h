#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

// A multilayer perceptron, its samples and its parameters, as plain data: what every judge of the
// app is told, and nothing that any of them computes.
//
//   z[l] = W[l]·a[l−1] + b[l],   a[l] = φ(z[l]) ⊙ mask[l],   a[0] = x,   output = ψ(z[L])
//   loss = scale · (mean or sum over the samples of ℓ(output, target)) + l2/2 · Σ‖W[l]‖²

namespace verify {

enum class Activation { identity, tanh, sigmoid, relu, leaky_relu, elu, softplus, gelu, silu };

enum class Output { identity, softmax, log_softmax, tanh, sigmoid };

/// For one sample, c outputs.
enum class Loss {
  cross_entropy,         ///< −Σ target·log p, p the outputs, log p the outputs of log_softmax
  squared_error,         ///< the mean over the outputs of (output − target)²
  sum_squared_error,     ///< their sum
  binary_cross_entropy,  ///< the mean over the outputs of −t·log p − (1 − t)·log(1 − p)
};

/// The slope of leaky_relu below 0.
inline constexpr double leaky_slope = 0.01;

struct Network {
  std::vector<std::size_t> widths;  ///< inputs, hidden layers, outputs: at least two
  std::vector<Activation> hidden;   ///< one a hidden layer
  Output output = Output::softmax;
  Loss loss = Loss::cross_entropy;
  bool average = true;       ///< over the samples; false: their sum
  double l2 = 0;             ///< λ
  double scale = 1;          ///< of the data term
  std::vector<bool> biases;  ///< one a layer: whether it has a bias

  std::size_t layers() const { return widths.size() - 1; }
};

/// N samples in rows. Labels become one-hot targets before they get here.
struct Samples {
  std::size_t count = 0;
  std::vector<double> x;                   ///< (N, d)
  std::vector<double> targets;             ///< (N, c)
  std::vector<std::int64_t> labels;        ///< N, where the targets are one-hot; else empty
  std::vector<std::vector<double>> masks;  ///< (N, h) a hidden layer; empty: none
};

/// One parameter array inside the flat vector W1, b1, W2, b2, …; W is (out, in), row-major.
struct Array {
  std::string name;  ///< "W1"
  std::size_t layer = 0;
  bool is_bias = false;
  std::size_t rows = 0, columns = 1;
  std::size_t offset = 0;

  std::size_t size() const { return rows * columns; }
};

/// The parameter arrays in their order.
std::vector<Array> arrays(const Network& network);

/// The number of parameters.
std::size_t parameters(const Network& network);

std::string to_string(Activation activation);  ///< "tanh"
std::string to_string(Output output);          ///< "log-softmax"
std::string to_string(Loss loss);              ///< "cross-entropy"

}  // namespace verify
