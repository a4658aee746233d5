#include "nn/optim/sgd.h"

#include <atomic>
#include <string>
#include <utility>

#include "autograd/kernels/map.h"
#include "autograd/kernels/vectored.h"
#include "autograd/tensor/error.h"
#include "autograd/tensor/memory.h"
#include "autograd/tensor/parallel.h"

namespace nn {

using autograd::Error;
using autograd::Index;
using autograd::Parameter;
using autograd::Tensor;

Sgd::Sgd(std::vector<Parameter> parameters, const Options& options)
    : parameters_(std::move(parameters)), velocities_(parameters_.size()), options_(options) {
  if (!(options.learning_rate > 0) || !(options.momentum >= 0 && options.momentum < 1) ||
      !(options.l2 >= 0)) {
    throw Error("Sgd: expected learning_rate > 0, 0 <= momentum < 1 and l2 >= 0; got " +
                std::to_string(options.learning_rate) + ", " + std::to_string(options.momentum) +
                " and " + std::to_string(options.l2));
  }
}

namespace {

/// The next value of a parameter, and of its velocity where there is one.
struct Next {
  Tensor value, velocity;
  bool finite = true;  // the derivative
};

// All in one pass, for the numbers of large parameters come from far away.
template <class T>
Next next(const Sgd::Options& options, const Tensor& value, const Tensor& gradient,
          const Tensor& velocity) {
  const auto l2 = static_cast<T>(options.l2), momentum = static_cast<T>(options.momentum);
  const auto rate = static_cast<T>(options.learning_rate);
  Next next;
  next.value = Tensor::uninitialized(value.shape(), value.dtype());
  if (momentum != T(0)) next.velocity = Tensor::uninitialized(value.shape(), value.dtype());
  const T* p = value.values<T>().data();
  const T* g = gradient.values<T>().data();
  const T* v = velocity.defined() ? velocity.values<T>().data() : nullptr;
  auto* p_next = static_cast<T*>(next.value.mutable_data());
  auto* v_next = momentum != T(0) ? static_cast<T*>(next.velocity.mutable_data()) : nullptr;
  std::atomic<bool> finite{true};
  const auto range = [&](Index begin, Index end) {
    autograd::kernels::vectored<T>([&, l2, momentum, rate] {
      int wrong = 0;
      const auto step = [&](Index i, T d) {
        wrong |= static_cast<int>(g[i] - g[i] != T(0));
        p_next[i] = p[i] - rate * d;
      };
      if (v_next == nullptr && l2 == T(0)) {
        for (Index i = begin; i < end; ++i) step(i, g[i]);
      } else {
        for (Index i = begin; i < end; ++i) {
          T d = l2 == T(0) ? g[i] : g[i] + l2 * p[i];
          if (v != nullptr) d = momentum * v[i] + d;
          if (v_next != nullptr) v_next[i] = d;
          step(i, d);
        }
      }
      if (wrong != 0) finite = false;
    });
  };
  autograd::parallel_for(value.size(), autograd::kernels::map_grain, range);
  next.finite = finite;
  return next;
}

}  // namespace

void Sgd::step(const autograd::Gradients& gradients) {
  std::vector<Next, autograd::memory::Allocator<Next>> next_values;
  next_values.reserve(parameters_.size());
  for (std::size_t i = 0; i < parameters_.size(); ++i) {
    const Parameter& p = parameters_[i];
    const Tensor g = gradients[p];
    next_values.push_back(with_floating(p.dtype(), [&](auto zero) {
      return next<decltype(zero)>(options_, p.value(), g, velocities_[i]);
    }));
    if (!next_values.back().finite) {
      throw Error("Sgd: the derivative by " + p.name() + " " + to_string(p.shape()) +
                  " holds NaN or infinity; no step was taken");
    }
  }
  for (std::size_t i = 0; i < parameters_.size(); ++i) {
    parameters_[i].set(next_values[i].value);
    velocities_[i] = next_values[i].velocity;
  }
}

}  // namespace nn
