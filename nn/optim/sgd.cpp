#include "nn/optim/sgd.h"

#include <atomic>
#include <bit>
#include <cstdint>
#include <span>
#include <string>
#include <type_traits>
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
    : parameters_(std::move(parameters)),
      velocities_(parameters_.size()),
      next_(parameters_.size()),
      options_(options) {
  if (!(options.learning_rate > 0) || !(options.momentum >= 0 && options.momentum < 1) ||
      !(options.l2 >= 0)) {
    throw Error("Sgd: expected learning_rate > 0, 0 <= momentum < 1 and l2 >= 0; got " +
                std::to_string(options.learning_rate) + ", " + std::to_string(options.momentum) +
                " and " + std::to_string(options.l2));
  }
  for (const Parameter& p : parameters_) numbers_ += p.shape().size();
}

namespace {

// Fewer numbers are sooner updated by the thread that has them in its cache than fetched by
// another.
constexpr Index worth_a_thread = Index{1} << 17;
// As many numbers, their derivatives and the next ones stay in the second-level cache.
constexpr Index in_cache = Index{1} << 16;

template <class T, class Range>
void in_ranges(Index count, const Range& range) {
  autograd::parallel_for(count, worth_a_thread, [&](Index begin, Index end) {
    autograd::vectored<T>([&, begin, end] { range(begin, end); });
  });
}

// p ← p − rate·d in one pass, in place where nobody else holds p: the numbers of large parameters
// come from far away.
template <class T>
void descend(Parameter& p, double rate, const Tensor& d) {
  const T step = static_cast<T>(rate);
  const T* by = d.values<T>().data();
  if (auto* own = static_cast<T*>(p.own_numbers()); own != nullptr) {
    in_ranges<T>(d.size(), [=](Index begin, Index end) {
      for (Index i = begin; i < end; ++i) own[i] = own[i] - step * by[i];
    });
    return;
  }
  const T* from = p.value().values<T>().data();
  p.set(Tensor::build<T>(p.shape(), [&](std::span<T> out) {
    T* to = out.data();
    in_ranges<T>(d.size(), [=](Index begin, Index end) {
      for (Index i = begin; i < end; ++i) to[i] = from[i] - step * by[i];
    });
  }));
}

// p − rate·d, and whether all of it is finite.
template <class T>
std::pair<Tensor, bool> moved(const Tensor& p, double rate, const Tensor& d) {
  using Bits = std::conditional_t<sizeof(T) == 4, std::uint32_t, std::uint64_t>;
  const T step = static_cast<T>(rate);
  const T* from = p.values<T>().data();
  const T* by = d.values<T>().data();
  std::atomic<bool> finite{true};
  const Tensor next = Tensor::build<T>(p.shape(), [&](std::span<T> out) {
    T* to = out.data();
    in_ranges<T>(p.size(), [=, &finite](Index begin, Index end) {
      Bits bits = 0;  // those of x − x are 0, or those of NaN where x is not finite
      for (Index i = begin; i < end; ++i) {
        const T x = from[i] - step * by[i];
        to[i] = x;
        bits |= std::bit_cast<Bits>(x - x);
      }
      if (bits != 0) finite = false;
    });
  });
  return {next, finite};
}

void check_finite(const std::vector<Parameter>& parameters, const autograd::Gradients& gradients) {
  for (const Parameter& p : parameters) {
    if (autograd::is_finite(gradients[p])) continue;
    throw Error("Sgd: the derivative by " + p.name() + " " + to_string(p.shape()) +
                " holds NaN or infinity; no step was taken");
  }
}

}  // namespace

// Parameters that fit the cache are moved to new places, which shows on the way whether a
// derivative was not finite. Larger ones are written over in place, once all are known to be
// finite.
void Sgd::step(const autograd::Gradients& gradients) {
  if (options_.momentum == 0 && numbers_ <= in_cache) return step_aside(gradients);
  check_finite(parameters_, gradients);
  for (std::size_t i = 0; i < parameters_.size(); ++i) {
    Parameter& p = parameters_[i];
    Tensor d = derivative(p, gradients);
    if (options_.momentum > 0) {
      Tensor& v = velocities_[i];
      v = v.defined() ? options_.momentum * v + d : d;
      d = v;
    }
    with_floating(p.dtype(),
                  [&](auto zero) { descend<decltype(zero)>(p, options_.learning_rate, d); });
  }
}

void Sgd::step_aside(const autograd::Gradients& gradients) {
  bool all_finite = true;
  for (std::size_t i = 0; i < parameters_.size(); ++i) {
    const Parameter& p = parameters_[i];
    const Tensor d = derivative(p, gradients);
    with_floating(p.dtype(), [&](auto zero) {
      auto [next, finite] = moved<decltype(zero)>(p.value(), options_.learning_rate, d);
      next_[i] = std::move(next);
      all_finite = all_finite && finite;
    });
  }
  // What was infinite before the step, or is too large after it, is nothing to complain of.
  if (!all_finite) check_finite(parameters_, gradients);
  for (std::size_t i = 0; i < parameters_.size(); ++i) {
    parameters_[i].set(std::exchange(next_[i], Tensor()));
  }
}

Tensor Sgd::derivative(const Parameter& p, const autograd::Gradients& gradients) const {
  const Tensor d = detach(gradients[p]);
  return options_.l2 > 0 ? d + options_.l2 * p.value() : d;
}

}  // namespace nn
