#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "autograd/autograd.h"

namespace bench {

/// An objective with its data, as a function of what it is differentiated by.
struct Problem {
  std::vector<autograd::Tensor> inputs;
  std::function<autograd::Tensor(const std::vector<autograd::Tensor>&)> objective;
};

/// The problem of a file of numbers in the given dtype; by its name, gmm… or lstm….
Problem read_problem(const std::filesystem::path& file, autograd::Dtype dtype);

/// The objective and its gradient, the inputs one after another, as known from elsewhere.
struct Reference {
  double value = 0;
  std::vector<double> gradient;
};

/// From a file with a number a line, as many as the problem has. Throws autograd::FileError.
Reference read_reference(const std::filesystem::path& file, const Problem& problem);

/// How far a value and a gradient are from the reference: |v − v₀|/|v₀| and ‖g − g₀‖/‖g₀‖.
struct Errors {
  double value = 0, gradient = 0;
};
Errors errors(const autograd::ValueAndGradients& found, const Reference& reference);

/// The files in the order of the tables, without their endings .txt and .ref.
inline const std::vector<std::string> problem_names{
    "gmm_test_d2_k3_n1", "gmm_1k_d2_k5", "gmm_1k_d10_k25", "lstm_l2_c1024", "lstm_l4_c256_cut"};

}  // namespace bench
