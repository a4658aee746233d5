#include "nn/optim/sgd.h"

#include <span>
#include <string>
#include <utility>

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

// Fewer numbers are sooner updated by the thread that has them in its cache than fetched by
// another.
constexpr Index worth_a_thread = Index{1} << 17;

template <class T, class Range>
void in_ranges(Index count, const Range& range) {
  autograd::parallel_for(count, worth_a_thread, [&](Index begin, Index end) {
    autograd::vectored<T>([&, begin, end] { range(begin, end); });
  });
}

Tensor copy_of(const Tensor& x) {
  return with_floating(x.dtype(), [&](auto zero) {
    using T = decltype(zero);
    return Tensor::of<T>(x.values<T>(), x.shape());
  });
}

// x ← keep·x + factor·d
template <class T>
void combine(T* x, double keep, double factor, const Tensor& d) {
  const T k = static_cast<T>(keep), f = static_cast<T>(factor);
  const T* by = d.values<T>().data();
  in_ranges<T>(d.size(), [=](Index begin, Index end) {
    for (Index i = begin; i < end; ++i) x[i] = k * x[i] + f * by[i];
  });
}

// x ← factor·x
template <class T>
void scale(T* x, double factor, Index size) {
  const T f = static_cast<T>(factor);
  in_ranges<T>(size, [=](Index begin, Index end) {
    for (Index i = begin; i < end; ++i) x[i] = f * x[i];
  });
}

// Calls f with the numbers of x, in place where nobody else holds them.
template <class F>
void on_numbers(Tensor& x, const F& f) {
  if (!x.is_unique()) x = copy_of(x);
  with_floating(x.dtype(), [&](auto zero) {
    using T = decltype(zero);
    f(static_cast<T*>(x.mutable_data()));
  });
}
template <class F>
void on_numbers(Parameter& p, const F& f) {
  if (void* own = p.own_numbers(); own != nullptr) {
    with_floating(p.dtype(), [&](auto zero) { f(static_cast<decltype(zero)*>(own)); });
    return;
  }
  Tensor next = copy_of(p.value());
  on_numbers(next, f);
  p.set(next);
}

bool is_finite(const Parameter& p, const autograd::Gradients& gradients) {
  const autograd::Factors* factors = gradients.factors(p);
  return (factors != nullptr && factors->surely_finite()) || autograd::is_finite(gradients[p]);
}

}  // namespace

void Sgd::step(const autograd::Gradients& gradients) {
  for (const Parameter& p : parameters_) {
    if (is_finite(p, gradients)) continue;
    throw Error("Sgd: the derivative by " + p.name() + " " + to_string(p.shape()) +
                " holds NaN or infinity; no step was taken");
  }
  for (std::size_t i = 0; i < parameters_.size(); ++i) {
    if (options_.momentum > 0) gather_speed(i, gradients);
    descend(i, gradients);
  }
}

// p ← p − learning_rate·v
void Sgd::descend(std::size_t i, const autograd::Gradients& gradients) {
  Parameter& p = parameters_[i];
  const autograd::Factors* factors = factors_of(p, gradients);
  on_numbers(p, [&](auto* x) {
    if (options_.momentum > 0) {
      combine(x, 1, -options_.learning_rate, velocities_[i]);
    } else if (factors != nullptr) {
      factors->add_to(x, -options_.learning_rate);
    } else {
      combine(x, 1, -options_.learning_rate, derivative(p, gradients));
    }
  });
}

// v ← momentum·v + g
void Sgd::gather_speed(std::size_t i, const autograd::Gradients& gradients) {
  const Parameter& p = parameters_[i];
  Tensor& v = velocities_[i];
  if (!v.defined()) {
    v = derivative(p, gradients);
    return;
  }
  const autograd::Factors* factors = factors_of(p, gradients);
  on_numbers(v, [&](auto* x) {
    if (factors != nullptr) {
      scale(x, options_.momentum, v.size());
      factors->add_to(x, 1);
    } else {
      combine(x, options_.momentum, 1, derivative(p, gradients));
    }
  });
}

// The derivative where it is a product that nobody has asked for and is all of g.
const autograd::Factors* Sgd::factors_of(const Parameter& p,
                                         const autograd::Gradients& gradients) const {
  return options_.l2 > 0 ? nullptr : gradients.factors(p);
}

Tensor Sgd::derivative(const Parameter& p, const autograd::Gradients& gradients) const {
  const Tensor d = detach(gradients[p]);
  return options_.l2 > 0 ? d + options_.l2 * p.value() : d;
}

}  // namespace nn
