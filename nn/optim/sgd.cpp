#include "nn/optim/sgd.h"

#include <string>
#include <utility>

#include "autograd/kernels/map.h"
#include "autograd/ops/arithmetic.h"
#include "autograd/ops/elementwise.h"
#include "autograd/tensor/error.h"
#include "autograd/tensor/factories.h"
#include "autograd/tensor/parallel.h"
#include "autograd/tensor/vectored.h"

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

// p ← p − rate·d in one pass, in place where nobody else holds p: the numbers of large parameters
// come from far away.
template <class T>
void descend(Parameter& p, double rate, const Tensor& d) {
  const T step = static_cast<T>(rate);
  const T* by = d.values<T>().data();
  const auto in_ranges = [&](const auto& range) {
    autograd::parallel_for(d.size(), autograd::kernels::map_grain, [&](Index begin, Index end) {
      autograd::vectored<T>([&, begin, end] { range(begin, end); });
    });
  };
  if (auto* own = static_cast<T*>(p.own_numbers()); own != nullptr) {
    in_ranges([=](Index begin, Index end) {
      for (Index i = begin; i < end; ++i) own[i] = own[i] - step * by[i];
    });
    return;
  }
  const T* from = p.value().values<T>().data();
  Tensor next = Tensor::uninitialized(p.shape(), p.dtype());
  auto* to = static_cast<T*>(next.mutable_data());
  in_ranges([=](Index begin, Index end) {
    for (Index i = begin; i < end; ++i) to[i] = from[i] - step * by[i];
  });
  p.set(next);
}

}  // namespace

void Sgd::step(const autograd::Gradients& gradients) {
  for (const Parameter& p : parameters_) {
    if (!autograd::is_finite(gradients[p])) {
      throw Error("Sgd: the derivative by " + p.name() + " " + to_string(p.shape()) +
                  " holds NaN or infinity; no step was taken");
    }
  }
  for (std::size_t i = 0; i < parameters_.size(); ++i) {
    Parameter& p = parameters_[i];
    Tensor d = detach(gradients[p]);
    if (options_.l2 > 0) d = d + options_.l2 * p.value();
    if (options_.momentum > 0) {
      Tensor& v = velocities_[i];
      v = v.defined() ? options_.momentum * v + d : d;
      d = v;
    }
    with_floating(p.dtype(),
                  [&](auto zero) { descend<decltype(zero)>(p, options_.learning_rate, d); });
  }
}

}  // namespace nn
