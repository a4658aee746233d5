#include "autograd/witness/witnesses.h"

#include <cmath>

#include "autograd/kernels/complex.h"
#include "autograd/kernels/double_double.h"
#include "autograd/kernels/dual.h"
#include "autograd/tape/replay.h"
#include "autograd/tensor/error.h"
#include "autograd/tensor/factories.h"

namespace autograd::check {

using kernels::Complex;
using kernels::DoubleDouble;
using kernels::Dual;

namespace {

constexpr double complex_h = 1e-100;

// The sizes of a program's inputs, one after another in a flat vector.
template <class S, class Make>
S run_at(const Program& f, std::size_t size, const Make& make) {
  std::vector<std::vector<S>> inputs;
  std::size_t at = 0;
  for (std::size_t k = 0; k < f.inputs(); ++k) {
    std::vector<S> numbers;
    const auto count = static_cast<std::size_t>(f.input_shape(k).size());
    for (std::size_t i = 0; i < count && at < size; ++i) numbers.push_back(make(at++));
    inputs.push_back(std::move(numbers));
  }
  if (at != size) {
    throw Error("witness: the point has " + std::to_string(size) + " entries; expected the " +
                std::to_string(at) + " of the program's inputs");
  }
  const auto outputs = replay<S>(f, std::span<const std::vector<S>>(inputs));
  if (outputs.empty() || outputs[0].size() != 1) {
    throw Error("witness: the program's first output must be a scalar");
  }
  return outputs[0][0];
}

void require_direction(std::span<const double> x, std::span<const double> direction) {
  if (x.size() == direction.size()) return;
  throw Error("witness: the direction has " + std::to_string(direction.size()) +
              " entries; expected the " + std::to_string(x.size()) + " of the point");
}

// One derivative an entry, each by the same function along that entry.
template <class Along>
std::vector<Estimate> by_entry(std::span<const double> x, const Along& along, double relative) {
  std::vector<double> direction(x.size(), 0.0);
  std::vector<Estimate> gradient;
  gradient.reserve(x.size());
  for (std::size_t i = 0; i < x.size(); ++i) {
    direction[i] = 1;
    Estimate e;
    e.value = e.left = e.right = along(direction);
    e.bar = relative * std::abs(e.value);
    gradient.push_back(e);
    direction[i] = 0;
  }
  return gradient;
}

}  // namespace

double dual_along(const Program& f, std::span<const double> x, std::span<const double> direction) {
  require_direction(x, direction);
  return run_at<Dual>(f, x.size(), [&](std::size_t i) { return Dual(x[i], direction[i]); }).d;
}

double complex_step_along(const Program& f, std::span<const double> x,
                          std::span<const double> direction) {
  require_direction(x, direction);
  const auto point = [&](std::size_t i) { return Complex{x[i], complex_h * direction[i]}; };
  return run_at<Complex>(f, x.size(), point).im / complex_h;
}

double double_double_along(const Program& f, std::span<const double> x,
                           std::span<const double> direction, double step, double* low) {
  require_direction(x, direction);
  const auto value = [&](double h) {
    return run_at<DoubleDouble>(f, x.size(), [&](std::size_t i) {
      return DoubleDouble(x[i]) + DoubleDouble(h) * DoubleDouble(direction[i]);
    });
  };
  const DoubleDouble slope = (value(step) - value(-step)) / DoubleDouble(2 * step);
  if (low != nullptr) *low = slope.low();
  return slope.high();
}

std::vector<Estimate> dual(const Program& f, std::span<const double> x) {
  return by_entry(
      x, [&](const auto& v) { return dual_along(f, x, v); }, 0x1p-48);
}

std::vector<Estimate> complex_step(const Program& f, std::span<const double> x) {
  return by_entry(
      x, [&](const auto& v) { return complex_step_along(f, x, v); }, 0x1p-48);
}

std::vector<Estimate> double_double(const Program& f, std::span<const double> x) {
  // Truncation goes with the square of the step: about 2⁻⁷² of the third derivative.
  return by_entry(
      x, [&](const auto& v) { return double_double_along(f, x, v); }, 0x1p-52);
}

std::vector<Estimate> finite_difference(const Program& f, std::span<const double> x) {
  const Function function = [&](std::span<const double> flat) {
    std::vector<Tensor> inputs;
    std::size_t at = 0;
    for (std::size_t k = 0; k < f.inputs(); ++k) {
      const Shape& shape = f.input_shape(k);
      const auto count = static_cast<std::size_t>(shape.size());
      inputs.push_back(Tensor::of(flat.subspan(at, count), shape));
      at += count;
    }
    return f(inputs)[0].item();
  };
  const std::vector<Block> one{{"x", {static_cast<std::int64_t>(x.size())}, 0}};
  return estimate_gradient(function, x, one);
}

}  // namespace autograd::check
