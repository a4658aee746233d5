#include "autograd/ops/trigonometric.h"

#include "autograd/ops/apply.h"
#include "autograd/ops/arithmetic.h"
#include "autograd/ops/elementwise.h"

namespace autograd::ops {
namespace {

/// y = sin x.   dy/dx = cos x
struct Sin : Unary, PreciseWithin {
  static constexpr std::string_view name = "sin";
  template <class T>
  static T value(const T& x) {
    return sin_within(x);
  }
  template <class T>
  static T slope(const T& x, Unused) {
    return cos_within(x);
  }
};

/// y = cos x.   dy/dx = −sin x
struct Cos : Unary, PreciseWithin {
  static constexpr std::string_view name = "cos";
  template <class T>
  static T value(const T& x) {
    return cos_within(x);
  }
  template <class T>
  static T slope(const T& x, Unused) {
    return -sin_within(x);
  }
};

/// y = tan x.   dy/dx = 1/cos² x
struct Tan : Unary, PreciseWithin {
  static constexpr std::string_view name = "tan";
  template <class T>
  static T value(const T& x) {
    return tan_within(x);
  }
  template <class T>
  static T slope(const T& x, Unused) {
    if constexpr (std::is_same_v<T, double>) return tan_slope_within(x);
    const T c = cos_within(x);
    return T(1) / (c * c);
  }
};

/// y = arcsin x.   dy/dx = 1/√((1 − x)(1 + x))
struct Asin : Unary, Precise {
  static constexpr std::string_view name = "asin";
  template <class T>
  static T value(const T& x) {
    return asin(x);
  }
  template <class T>
  static T slope(const T& x, Unused) {
    if constexpr (std::is_same_v<T, double>) return precise_asin_slope(x);
    return T(1) / sqrt((T(1) - x) * (T(1) + x));
  }
};

/// y = arccos x.   dy/dx = −1/√((1 − x)(1 + x))
struct Acos : Unary, Precise {
  static constexpr std::string_view name = "acos";
  template <class T>
  static T value(const T& x) {
    return acos(x);
  }
  template <class T>
  static T slope(const T& x, Unused) {
    if constexpr (std::is_same_v<T, double>) return -precise_asin_slope(x);
    return T(-1) / sqrt((T(1) - x) * (T(1) + x));
  }
};

/// y = arctan x.   dy/dx = 1/(1 + x²)
struct Atan : Unary, Precise {
  static constexpr std::string_view name = "atan";
  template <class T>
  static T value(const T& x) {
    return atan(x);
  }
  template <class T>
  static T slope(const T& x, Unused) {
    if constexpr (std::is_same_v<T, double>) return precise_atan_slope(x);
    return T(1) / (T(1) + x * x);
  }
};

/// r, and 1 where r is 0: a divisor for what is 0 itself there.
template <class T>
T or_one(const T& r) {
  return select(r > T(0), r, T(1));
}

/// y = the angle of the point (b, a).   da = dy·b/r²,  db = −dy·a/r²,  r² = a² + b²; at the origin
/// 0
struct Atan2 : Binary, Wide {
  static constexpr std::string_view name = "atan2";
  template <class T>
  static T value(const T& a, const T& b) {
    return atan2(a, b);
  }
  template <class T>
  static T slope_a(const T& a, const T& b, Unused) {
    const T r = or_one(hypot(a, b));  // squared piece by piece: r² could overflow
    return b / r / r;
  }
  template <class T>
  static T slope_b(const T& a, const T& b, Unused) {
    const T r = or_one(hypot(a, b));
    return -a / r / r;
  }
};

/// y = √(a² + b²).   da = dy·a/y,  db = dy·b/y; at the origin 0
struct Hypot : Binary, Wide {
  static constexpr std::string_view name = "hypot";
  template <class T>
  static T value(const T& a, const T& b) {
    return hypot(a, b);
  }
  template <class T>
  static T slope_a(const T& a, const T& b, Unused) {
    return a / or_one(hypot(a, b));
  }
  template <class T>
  static T slope_b(const T& a, const T& b, Unused) {
    return b / or_one(hypot(a, b));
  }
};

}  // namespace
}  // namespace autograd::ops

namespace autograd {

Tensor sin(const Tensor& x) { return ops::apply(ops::Sin{}, x); }
Tensor cos(const Tensor& x) { return ops::apply(ops::Cos{}, x); }
Tensor tan(const Tensor& x) { return ops::apply(ops::Tan{}, x); }
Tensor asin(const Tensor& x) { return ops::apply(ops::Asin{}, x); }
Tensor acos(const Tensor& x) { return ops::apply(ops::Acos{}, x); }
Tensor atan(const Tensor& x) { return ops::apply(ops::Atan{}, x); }
Tensor atan2(const Tensor& a, const Tensor& b) { return ops::apply(ops::Atan2{}, a, b); }
Tensor hypot(const Tensor& a, const Tensor& b) { return ops::apply(ops::Hypot{}, a, b); }

}  // namespace autograd
