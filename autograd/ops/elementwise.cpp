#include "autograd/ops/elementwise.h"

#include "autograd/ops/apply.h"
#include "autograd/ops/arithmetic.h"
#include "autograd/ops/setting.h"

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

/// y = 1/√x.   dy/dx = −1/(2x√x)
struct Rsqrt : Unary, Precise {
  static constexpr std::string_view name = "rsqrt";
  template <class T>
  static T value(const T& x) {
    if constexpr (std::is_same_v<T, double>) return precise_rsqrt(x);
    return T(1) / sqrt(x);
  }
  template <class T>
  static T slope(const T& x, Unused) {
    if constexpr (std::is_same_v<T, double>) return precise_rsqrt_slope(x);
    return T(-0.5) / (x * sqrt(x));
  }
};

/// y = 1/x.   dy/dx = −1/x²
struct Reciprocal : Unary, WideSlope {
  static constexpr std::string_view name = "reciprocal";
  template <class T>
  static T value(const T& x) {
    return T(1) / x;
  }
  template <class T>
  static T slope(const T& x, Unused) {
    return T(-1) / (x * x);
  }
};

/// y = xᵖ.   dy/dx = p·xᵖ⁻¹, 0 for p = 0
struct PowConstant : Unary, PreciseWithin {
  static constexpr std::string_view name = "pow_constant";
  double p;
  template <class T>
  T value(const T& x) const {
    return pow_within(x, T(p));
  }
  template <class T>
  T slope(const T& x, Unused) const {
    if constexpr (std::is_same_v<T, double>) {
      const double y = scaled_pow_within(p, x, detail::exact_sum_of(p, -1));
      return p == 0 ? 0 : y;
    } else if constexpr (std::is_same_v<T, Ample>) {
      return select(p == 0, T(0), T(p) * pow_within(x, T(p - 1)));
    } else {
      if (p == 0) return T(0);
      return constant<T>(p) * pow_within(x, constant<T>(static_cast<long double>(p) - 1));
    }
  }
  std::string settings() const { return "exponent " + in_words(p); }
};

/// y = aᵇ.   da = dy·b·aᵇ⁻¹, 0 for b = 0,  db = dy·y·ln a, 0 for a = 0
struct Pow : Binary, PreciseWithin {
  static constexpr std::string_view name = "pow";
  template <class T>
  static T value(const T& a, const T& b) {
    return pow_within(a, b);
  }
  template <class T>
  static T slope_a(const T& a, const T& b, Unused) {
    if constexpr (std::is_same_v<T, double>) {
      const double slope = scaled_pow_within(b, a, detail::exact_sum_of(b, -1));
      return b == 0 ? 0 : slope;
    }
    if constexpr (std::is_same_v<T, Ample>) return b * pow_within(a, b - T(1));
    const auto some = abs(b) > T(0);
    return select(some, b * pow_within(select(some, a, T(1)), b - T(1)), T(0));
  }
  template <class T>
  static T slope_b(const T& a, const T& b, Unused) {
    if constexpr (std::is_same_v<T, double>) return pow_log_within(a, b);
    if constexpr (std::is_same_v<T, Ample>) return pow_within(a, b) * log(a);
    const auto some = abs(a) > T(0);
    return pow_within(a, b) * log(select(some, a, T(1)));
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
Tensor rsqrt(const Tensor& x) { return ops::apply(ops::Rsqrt{}, x); }
Tensor reciprocal(const Tensor& x) { return ops::apply(ops::Reciprocal{}, x); }

Tensor pow(const Tensor& a, const Tensor& b) {
  if (b.is_literal() && b.trace().key == 0) return pow(a, b.item());
  return ops::apply(ops::Pow{}, a, b);
}

Tensor pow(const Tensor& x, double p) { return ops::apply(ops::PowConstant{{}, {}, p}, x); }

Tensor abs(const Tensor& x) { return ops::apply(ops::Abs{}, x); }

Tensor to(const Tensor& x, Dtype dtype) {
  if (x.dtype() == dtype && !x.is_literal()) return x;
  if (x.dtype() == i64) return ops::apply(ops::FromIndices{dtype}, x);
  if (dtype == i64) return ops::apply(ops::ToIndices{}, x);
  return ops::apply_as_is(ops::To{x.dtype(), dtype}, x);
}

Tensor detach(const Tensor& x) { return x.traced({}); }

}  // namespace autograd
