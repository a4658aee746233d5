#include "tests/ulp/measure.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "autograd/autograd.h"

namespace ulp {
namespace {

using autograd::Dtype;
using autograd::Tensor;

template <class T>
double ulps_of(double got, long double exact, long double size) {
  using Limits = std::numeric_limits<T>;
  const long double largest = Limits::max();
  if (std::abs(exact) > largest) return 0;  // there is no such number
  if (!std::isfinite(got)) return std::numeric_limits<double>::infinity();
  int exponent = Limits::min_exponent - 1;
  if (size != 0) exponent = std::max(exponent, std::ilogb(size));
  const long double unit = std::ldexp(1.0L, exponent - (Limits::digits - 1));
  return static_cast<double>(std::abs(static_cast<long double>(got) - exact) / unit);
}

Tensor input(const Numbers<double>& numbers, Dtype dtype) {
  autograd::ShapeBuilder shape;
  for (const long extent : numbers.extents) shape.push_back(extent);
  return Tensor::of(std::span<const double>(numbers.numbers), shape.shape()).converted(dtype);
}

std::vector<double> doubles(const Tensor& x) {
  const Tensor wide = x.converted(autograd::f64);
  const auto all = wide.values<double>();
  return {all.begin(), all.end()};
}

/// The sizes of the sums of the terms' magnitudes, for the value and each derivative.
struct Magnitudes {
  std::vector<std::vector<long double>> derivatives;
  long double value = 0;
};

// Of Σ tanh(a·b): the terms of a value are the tanh, those of daᵢₖ are (1 − tanh²)ᵢⱼ·bₖⱼ.
Magnitudes magnitudes_of_matmul_tanh(const Case& c) {
  const auto& a = c.inputs[0];
  const auto& b = c.inputs[1];
  const auto n = static_cast<std::size_t>(a.extents[0]);
  const auto inner = static_cast<std::size_t>(a.extents[1]);
  const auto m = static_cast<std::size_t>(b.extents[1]);
  Magnitudes all{{std::vector<long double>(n * inner), std::vector<long double>(inner * m)}, 0};
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < m; ++j) {
      long double z = 0;
      for (std::size_t k = 0; k < inner; ++k) {
        z += static_cast<long double>(a.numbers[i * inner + k]) * b.numbers[k * m + j];
      }
      const long double slope = 1 / (std::cosh(z) * std::cosh(z));
      all.value += std::abs(std::tanh(z));
      for (std::size_t k = 0; k < inner; ++k) {
        all.derivatives[0][i * inner + k] += slope * std::abs(b.numbers[k * m + j]);
        all.derivatives[1][k * m + j] += slope * std::abs(a.numbers[i * inner + k]);
      }
    }
  }
  return all;
}

double worst(const Tensor& got, const Numbers<long double>& exact,
             const std::vector<long double>& sizes, Dtype dtype) {
  const std::vector<double> numbers = doubles(got);
  if (numbers.size() != exact.numbers.size()) throw BadFile("a result has another shape");
  double most = 0;
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    const long double size = sizes.empty() ? exact.numbers[i] : sizes[i];
    most = std::max(most, ulps(numbers[i], exact.numbers[i], size, dtype));
  }
  return most;
}

void measure_case(const Case& c, const Row& row, Measured& result) {
  autograd::Tape tape;
  std::vector<Tensor> inputs;
  for (const auto& numbers : c.inputs) inputs.push_back(tape.watch(input(numbers, result.dtype)));
  const Tensor y = row.evaluate(c, inputs);
  const Tensor dy = c.seed.numbers.empty()
                        ? Tensor::build<double>(y.shape(), [](auto to) { to[0] = 1; })
                        : input(c.seed, autograd::f64);
  const autograd::Gradients g = tape.gradient(y, dy.converted(result.dtype));
  Magnitudes sizes;
  if (row.of_magnitudes) sizes = magnitudes_of_matmul_tanh(c);
  sizes.derivatives.resize(inputs.size());
  const std::vector<long double> size_of_y(row.of_magnitudes ? 1 : 0, sizes.value);
  const double value = worst(y, c.y, size_of_y, result.dtype);
  double derivative = 0;
  for (std::size_t k = 0; k < inputs.size(); ++k) {
    derivative = std::max(
        derivative, worst(g[inputs[k]], c.derivatives[k], sizes.derivatives[k], result.dtype));
  }
  const auto n = static_cast<double>(c.inputs[0].numbers.size());
  const double bound = row.bound + (row.reduces ? std::log2(n) : 0);
  result.bound = std::max(result.bound, bound);
  result.value = std::max(result.value, value);
  result.derivative = std::max(result.derivative, derivative);
  result.met = result.met && value <= bound && derivative <= bound;
}

}  // namespace

double ulps(double got, long double exact, long double size, Dtype dtype) {
  return dtype == autograd::f32 ? ulps_of<float>(got, exact, size)
                                : ulps_of<double>(got, exact, size);
}

Measured measure(const Operation& operation, const Row& row, Dtype dtype) {
  Measured result{operation.name, dtype, 0, 0, row.bound, true};
  for (std::size_t i = 0; i < operation.cases.size(); ++i) {
    const Case& c = operation.cases[i];
    try {
      if (c.inputs.size() != row.inputs) throw BadFile("it has another number of inputs");
      if (row.of_magnitudes &&
          (c.inputs[0].extents.size() != 2 || c.inputs[1].extents.size() != 2)) {
        throw BadFile("expected two matrices");
      }
      measure_case(c, row, result);
    } catch (const std::exception& error) {
      throw BadFile(operation.name + ", case " + std::to_string(i) + ": " + error.what());
    }
  }
  return result;
}

}  // namespace ulp
