#include "autograd/ops/softmax.h"

#include <string>

#include "autograd/ops/apply.h"
#include "autograd/ops/arithmetic.h"
#include "autograd/ops/computed_from.h"
#include "autograd/ops/elementwise.h"
#include "autograd/ops/reduce.h"
#include "autograd/ops/shape.h"
#include "autograd/ops/shares.h"
#include "autograd/tensor/error.h"

namespace autograd::ops {
namespace {

std::string axis_in_words(int axis) { return "axis " + std::to_string(axis); }

/// y = log Σ exp x = m + log Σ exp(x − m).   dx = softmax(x)·dy
struct LogSumExp {
  static constexpr std::string_view name = "logsumexp";
  int axis;
  Shape shape(const Shape& x) const { return x.without(axis); }
  template <class T>
  void value(View<T> y, View<const T> x) const {
    for_each_block<T>(x.shape, axis, [&](const Block<T>& block) {
      const Shares<T> p(block, x.data);
      auto out = p.log_totals();
      for (std::size_t l = 0; l < Block<T>::width; ++l) {
        const auto m = p.maximum(l);
        const auto most = guarded<Guarded<T>>(m);
        // Not finite: all are −∞, or +∞ is among them.
        out.set(l, either(m - m == decltype(m)(0), most + out[l], most));
      }
      block.store_one_each(out, y.data);
    });
  }
  Tensor dx(const Tensor& dy, const Tensor& x, Unused) const {
    return softmax(x, axis) * unsqueeze(dy, axis);
  }
  std::string settings() const { return axis_in_words(axis); }
  static constexpr std::tuple pullbacks{&LogSumExp::dx};
};

// dxᵢ = yᵢ·((dyᵢ − dyₜ) − Σⱼ yⱼ·(dyⱼ − dyₜ)), t the place of the maximum: where its y is almost 1,
// nothing almost equal is subtracted.
template <class T>
void softmax_pullback(View<T> dx, View<const T> dy, View<const T> x, int axis) {
  using G = Guarded<T>;
  for_each_block<T>(x.shape, axis, [&](const Block<T>& block) {
    Shares<T> y(block, x.data);
    Companion<T> d(block, dy.data);
    const auto at_top = y.at_top(dy.data);
    const auto above = [&](auto r, auto l) { return guarded_difference<G>(d(r, l), at_top[l]); };
    const auto sum = y.sum([&](auto r, auto l) { return y(r, l) * above(r, l); }, d);
    y.fill(
        dx.data, [&](auto r, auto l) { return y(r, l) * (above(r, l) - sum[l]); }, d);
  });
}

/// y = exp(x − m)/Σ exp(x − m).   dx = y·(dy − Σ dy·y)
struct Softmax {
  static constexpr std::string_view name = "softmax";
  int axis;
  static Shape shape(const Shape& x) { return x; }
  template <class T>
  void value(View<T> y, View<const T> x) const {
    for_each_block<T>(x.shape, axis, [&](const Block<T>& block) {
      Shares<T> p(block, x.data);
      p.fill(y.data, [&](auto r, auto l) { return p(r, l); });
    });
  }
  Tensor dx(const Tensor& dy, const Tensor& x, Unused) const {
    if (recorder() != nullptr) {
      const Tensor y = softmax(x, axis);
      return y * (dy - sum(dy * y, axis, KeepAxes::yes));
    }
    return computed_from(x, [&]<class T>(View<T> out, View<const T> numbers) {
      softmax_pullback(out, detail::view<T>(dy), numbers, axis);
    });
  }
  std::string settings() const { return axis_in_words(axis); }
  static constexpr std::tuple pullbacks{&Softmax::dx};
};

// dxᵢ = dyᵢ·(1 − pᵢ) − pᵢ·Σⱼ dyⱼ over the others
template <class T>
void log_softmax_pullback(View<T> dx, View<const T> dy, View<const T> x, int axis) {
  using G = Guarded<T>;
  for_each_block<T>(x.shape, axis, [&](const Block<T>& block) {
    Shares<T> p(block, x.data);
    Companion<T> d(block, dy.data);
    const auto own = [&](auto r, auto l) { return guarded<G>(d(r, l)); };
    const auto sum = p.sum(own, d);
    const auto out = [&](auto r, auto l) {
      return own(r, l) * p.others(r, l) - p(r, l) * (sum[l] - own(r, l));
    };
    p.fill(dx.data, out, d);
  });
}

/// y = (x − m) − log Σ exp(x − m).   dx = dy − softmax(x)·Σ dy
struct LogSoftmax {
  static constexpr std::string_view name = "log_softmax";
  int axis;
  static Shape shape(const Shape& x) { return x; }
  template <class T>
  void value(View<T> y, View<const T> x) const {
    for_each_block<T>(x.shape, axis, [&](const Block<T>& block) {
      Shares<T> p(block, x.data);
      const auto log_total = p.log_totals();
      p.fill(y.data, [&](auto r, auto l) { return -p.surprise(p.x(r, l), log_total, l); });
    });
  }
  Tensor dx(const Tensor& dy, const Tensor& x, Unused) const {
    if (recorder() != nullptr) return dy - softmax(x, axis) * sum(dy, axis, KeepAxes::yes);
    return computed_from(x, [&]<class T>(View<T> out, View<const T> numbers) {
      log_softmax_pullback(out, detail::view<T>(dy), numbers, axis);
    });
  }
  std::string settings() const { return axis_in_words(axis); }
  static constexpr std::tuple pullbacks{&LogSoftmax::dx};
};

int softmax_axis(std::string_view operation, const Shape& x, Index axis) {
  const int at = normalize_axis(operation, axis, x.rank());
  if (x[at] == 0) {
    throw Error(std::string(operation) + ": axis " + std::to_string(at) + " of " + to_string(x) +
                " is empty; expected at least one element");
  }
  return at;
}

}  // namespace
}  // namespace autograd::ops

namespace autograd {

Tensor logsumexp(const Tensor& x, Index axis) {
  return ops::apply(ops::LogSumExp{ops::softmax_axis("logsumexp", x.shape(), axis)}, x);
}

Tensor softmax(const Tensor& x, Index axis) {
  return ops::apply(ops::Softmax{ops::softmax_axis("softmax", x.shape(), axis)}, x);
}

Tensor log_softmax(const Tensor& x, Index axis) {
  return ops::apply(ops::LogSoftmax{ops::softmax_axis("log_softmax", x.shape(), axis)}, x);
}

}  // namespace autograd
