#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

/// The multilayer perceptron that contenders train: relu between the layers, softmax cross-entropy
/// averaged over the batch.
namespace bench {

/// Widths, inputs first, and samples in a batch.
struct Perceptron {
  std::vector<std::size_t> widths;
  std::size_t batch = 1;

  std::size_t layers() const { return widths.size() - 1; }
};

/// "784-50-10" and "b32". Throws std::invalid_argument for anything else.
Perceptron parse_perceptron(const std::string& widths, const std::string& batch);

/// Multiplications and additions of the matrix products of one training step: the value, the
/// adjoint of every weight, and that of every layer's input but the first.
double flops_of_step(const Perceptron& shape);

/// Where a training step begins.
template <class T>
struct PerceptronData {
  std::vector<T> x;                  ///< [batch, widths.front()], in [0, 1)
  std::vector<std::int64_t> labels;  ///< [batch]
  std::vector<std::vector<T>> w;     ///< of each layer [out, in], within ±√(6/(in + out))
  std::vector<std::vector<T>> b;     ///< of each layer [out], within ±0.1
};
template <class T>
PerceptronData<T> data_of(const Perceptron& shape);

/// Small enough that a network on random labels learns slowly, for as long as a clock may run.
inline constexpr double learning_rate = 0.01;

/// Backtracking by Armijo's rule, as study 3 has it: α = first·βᵐ, m = 0, 1, …, most.
struct Armijo {
  double first = 2;
  double beta = 0.5;
  double sigma = 0.01;
  int most = 100;
};

/// Study 3: a logistic network trained on all images at once.
inline const std::vector<std::size_t> descent_widths{784, 6, 10};
inline constexpr std::size_t descent_iterations = 100;
inline constexpr std::size_t descent_slice = 5;  ///< iterations in one repetition

/// The images and weights of study 3. Each image is a pattern of its class under noise, three
/// quarters of it dark as with handwritten digits, so that there is something to learn and the line
/// search mostly takes the first step that it tries.
template <class T>
PerceptronData<T> descent_data(std::size_t images);

}  // namespace bench
