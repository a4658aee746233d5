#include "bench/objectives/problem.h"

#include <cmath>

#include "bench/objectives/gmm.h"
#include "bench/objectives/lstm.h"
#include "bench/objectives/numbers_file.h"

namespace bench {

using namespace autograd;

namespace {

Problem gmm_problem(Gmm data, Dtype dtype) {
  data.x = to(data.x, dtype);
  return {{to(data.alpha, dtype), to(data.mu, dtype), to(data.icf, dtype)},
          [data](const std::vector<Tensor>& w) {
            return gmm({w[0], w[1], w[2], data.x, data.gamma, data.m});
          }};
}

Problem lstm_problem(Lstm data, Dtype dtype) {
  data.state = to(data.state, dtype);
  data.sequence = to(data.sequence, dtype);
  return {{to(data.main, dtype), to(data.extra, dtype)}, [data](const std::vector<Tensor>& w) {
            return lstm({w[0], w[1], data.state, data.sequence});
          }};
}

}  // namespace

Problem read_problem(const std::filesystem::path& file, Dtype dtype) {
  const std::string name = file.filename().string();
  if (name.starts_with("gmm")) return gmm_problem(read_gmm(file), dtype);
  if (name.starts_with("lstm")) return lstm_problem(read_lstm(file), dtype);
  throw FileError(file, "is of no known objective; expected a name that begins with gmm or lstm");
}

Reference read_reference(const std::filesystem::path& path, const Problem& problem) {
  Index count = 0;
  for (const Tensor& x : problem.inputs) count += x.size();
  NumbersFile file(path);
  const double value = file.row("objective", 1)[0];
  const std::vector<double> gradient = to_vector(file.matrix("derivative", count, 1));
  file.end();
  return {value, gradient};
}

Errors errors(const ValueAndGradients& found, const Reference& reference) {
  double difference = 0, size = 0;
  std::size_t i = 0;
  for (const Tensor& gradient : found.gradients) {
    for (const double g : to_vector(gradient)) {
      const double expected = reference.gradient.at(i++);
      difference += (g - expected) * (g - expected);
      size += expected * expected;
    }
  }
  return {std::abs(found.value.item() - reference.value) / std::abs(reference.value),
          std::sqrt(difference / size)};
}

}  // namespace bench
