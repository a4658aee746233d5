#include "autograd/ops/elementwise.h"

#include "autograd/ops/apply.h"
#include "autograd/ops/arithmetic.h"

namespace autograd::ops {

namespace {

/// y = x².   dy/dx = 2x
struct Square : Unary {
  static constexpr std::string_view name = "square";
  template <class T>
  static T value(const T& x) {
    return x * x;
  }
  template <class T>
  static T slope(const T& x, Unused) {
    return T(2) * x;
  }
};

/// y = √x.   dy/dx = 1/(2y)
struct Sqrt : Unary {
  static constexpr std::string_view name = "sqrt";
  template <class T>
  static T value(const T& x) {
    return sqrt(x);
  }
  template <class T>
  static T slope(Unused, const T& y) {
    return T(0.5) / y;
  }
};

/// y = eˣ.   dy/dx = y
struct Exp : Unary {
  static constexpr std::string_view name = "exp";
  template <class T>
  static T value(const T& x) {
    return exp(x);
  }
  template <class T>
  static T slope(Unused, const T& y) {
    return y;
  }
};

/// y = ln x.   dy/dx = 1/x
struct Log : Unary {
  static constexpr std::string_view name = "log";
  template <class T>
  static T value(const T& x) {
    return log(x);
  }
  template <class T>
  static T slope(const T& x, Unused) {
    return T(1) / x;
  }
};

/// y = sin x.   dy/dx = cos x
struct Sin : Unary {
  static constexpr std::string_view name = "sin";
  template <class T>
  static T value(const T& x) {
    return sin(x);
  }
  template <class T>
  static T slope(const T& x, Unused) {
    return cos(x);
  }
};

/// y = cos x.   dy/dx = −sin x
struct Cos : Unary {
  static constexpr std::string_view name = "cos";
  template <class T>
  static T value(const T& x) {
    return cos(x);
  }
  template <class T>
  static T slope(const T& x, Unused) {
    return -sin(x);
  }
};

/// y = tanh x.   dy/dx = (1 − y)(1 + y)
struct Tanh : Unary {
  static constexpr std::string_view name = "tanh";
  template <class T>
  static T value(const T& x) {
    return tanh(x);
  }
  template <class T>
  static T slope(Unused, const T& y) {
    return (T(1) - y) * (T(1) + y);
  }
};

/// y = σ(x) = 1/(1 + e⁻ˣ).   dy/dx = y(1 − y)
struct Sigmoid : Unary {
  static constexpr std::string_view name = "sigmoid";
  template <class T>
  static T value(const T& x) {
    const T e = exp(-abs(x));  // never above 1
    return select(x < T(0), e / (T(1) + e), T(1) / (T(1) + e));
  }
  template <class T>
  static T slope(Unused, const T& y) {
    return y * (T(1) - y);
  }
};

/// y = max(x, 0).   dy/dx = 1 for x > 0, else 0
struct Relu : Unary {
  static constexpr std::string_view name = "relu";
  template <class T>
  static T value(const T& x) {
    return x < T(0) ? T(0) : x;
  }  // NaN stays NaN
  template <class T>
  static T slope(const T& x, Unused) {
    return select(x > T(0), T(1), T(0));
  }
};

/// y = |x|.   dy/dx = sign x, at 0: 0
struct Abs : Unary {
  static constexpr std::string_view name = "abs";
  template <class T>
  static T value(const T& x) {
    return abs(x);
  }
  template <class T>
  static T slope(const T& x, Unused) {
    return select(x > T(0), T(1), select(x < T(0), T(-1), T(0)));
  }
};

/// y = x in the other floating dtype.   dx = dy in x's
struct To {
  static constexpr std::string_view name = "to";
  Dtype from, into;
  static Shape shape(const Shape& x) { return x; }
  Tensor evaluate(const Tensor& x) const { return x.converted(into); }
  template <class T>
  static void value(View<T> y, View<const T> x) {
    std::copy(x.data, x.data + x.size(), y.data);
  }
  Tensor dx(const Tensor& dy, Unused, Unused) const { return to(dy, from); }
  std::string settings() const { return std::string(autograd::name(into)); }
  static constexpr std::tuple pullbacks{&To::dx};
};

/// y = x rounded towards 0, as i64; no derivative
struct ToIndices {
  static constexpr std::string_view name = "to_indices";
  static Shape shape(const Shape& x) { return x; }
  template <class T>
  static void value(View<Index> y, View<const T> x) {
    kernels::map([](const T& v) { return to_index(v); }, y, x);
  }
  static constexpr std::tuple pullbacks{not_differentiable};
};

/// y = i64 numbers as floating ones; no derivative
struct FromIndices {
  static constexpr std::string_view name = "from_indices";
  Dtype dtype;
  static Shape shape(const Shape& x) { return x; }
  template <class T>
  static void value(View<T> y, View<const Index> x) {
    kernels::map([](Index v) { return static_cast<T>(static_cast<double>(v)); }, y, x);
  }
  static constexpr std::tuple pullbacks{not_differentiable};
};

}  // namespace
}  // namespace autograd::ops

namespace autograd {

Tensor square(const Tensor& x) { return ops::apply(ops::Square{}, x); }
Tensor sqrt(const Tensor& x) { return ops::apply(ops::Sqrt{}, x); }
Tensor exp(const Tensor& x) { return ops::apply(ops::Exp{}, x); }
Tensor log(const Tensor& x) { return ops::apply(ops::Log{}, x); }
Tensor sin(const Tensor& x) { return ops::apply(ops::Sin{}, x); }
Tensor cos(const Tensor& x) { return ops::apply(ops::Cos{}, x); }
Tensor tanh(const Tensor& x) { return ops::apply(ops::Tanh{}, x); }
Tensor sigmoid(const Tensor& x) { return ops::apply(ops::Sigmoid{}, x); }
Tensor relu(const Tensor& x) { return ops::apply(ops::Relu{}, x); }
Tensor abs(const Tensor& x) { return ops::apply(ops::Abs{}, x); }

Tensor to(const Tensor& x, Dtype dtype) {
  if (x.dtype() == dtype && !x.is_literal()) return x;
  if (x.dtype() == i64) return ops::apply(ops::FromIndices{dtype}, x);
  if (dtype == i64) return ops::apply(ops::ToIndices{}, x);
  return ops::apply_as_is(ops::To{x.dtype(), dtype}, x);
}

Tensor detach(const Tensor& x) { return x.traced({}); }

}  // namespace autograd
