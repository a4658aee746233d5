#include "autograd/ops/exponential.h"

#include "autograd/ops/apply.h"
#include "autograd/ops/arithmetic.h"

namespace autograd::ops {
namespace {

/// y = eˣ.   dy/dx = y
struct Exp : Unary, Precise {
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

/// y = eˣ − 1.   dy/dx = eˣ
struct Expm1 : Unary, Precise {
  static constexpr std::string_view name = "expm1";
  template <class T>
  static T value(const T& x) {
    return expm1(x);
  }
  template <class T>
  static T slope(const T& x, Unused) {
    return exp(x);
  }
};

/// y = ln x.   dy/dx = 1/x
struct Log : Unary, PreciseValue {
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

/// y = ln(1 + x).   dy/dx = 1/(1 + x)
struct Log1p : Unary, Precise {
  static constexpr std::string_view name = "log1p";
  template <class T>
  static T value(const T& x) {
    return log1p(x);
  }
  template <class T>
  static T slope(const T& x, Unused) {
    if constexpr (std::is_same_v<T, double>) return precise_log1p_slope(x);
    return T(1) / (T(1) + x);
  }
};

/// y = sinh x.   dy/dx = cosh x
struct Sinh : Unary, Precise {
  static constexpr std::string_view name = "sinh";
  template <class T>
  static T value(const T& x) {
    return sinh(x);
  }
  template <class T>
  static T slope(const T& x, Unused) {
    return cosh(x);
  }
};

/// y = cosh x.   dy/dx = sinh x
struct Cosh : Unary, Precise {
  static constexpr std::string_view name = "cosh";
  template <class T>
  static T value(const T& x) {
    return cosh(x);
  }
  template <class T>
  static T slope(const T& x, Unused) {
    return sinh(x);
  }
};

/// 2/√π·exp(−x²), the slope of erf.
template <class T>
T erf_slope(const T& x) {
  if constexpr (std::is_same_v<T, double>) return precise_erf_slope(x);
  return constant<T>(1.12837916709551257389615890312154517L) * exp(-(x * x));
}

/// y = erf x = 2/√π·∫₀ˣ exp(−t²) dt.   dy/dx = 2/√π·exp(−x²)
struct Erf : Unary, Precise {
  static constexpr std::string_view name = "erf";
  template <class T>
  static T value(const T& x) {
    return erf(x);
  }
  template <class T>
  static T slope(const T& x, Unused) {
    return erf_slope(x);
  }
};

/// y = 1 − erf x, without the subtraction.   dy/dx = −2/√π·exp(−x²)
struct Erfc : Unary, Precise {
  static constexpr std::string_view name = "erfc";
  template <class T>
  static T value(const T& x) {
    return erfc(x);
  }
  template <class T>
  static T slope(const T& x, Unused) {
    return -erf_slope(x);
  }
};

}  // namespace
}  // namespace autograd::ops

namespace autograd {

Tensor exp(const Tensor& x) { return ops::apply(ops::Exp{}, x); }
Tensor expm1(const Tensor& x) { return ops::apply(ops::Expm1{}, x); }
Tensor log(const Tensor& x) { return ops::apply(ops::Log{}, x); }
Tensor log1p(const Tensor& x) { return ops::apply(ops::Log1p{}, x); }
Tensor sinh(const Tensor& x) { return ops::apply(ops::Sinh{}, x); }
Tensor cosh(const Tensor& x) { return ops::apply(ops::Cosh{}, x); }
Tensor erf(const Tensor& x) { return ops::apply(ops::Erf{}, x); }
Tensor erfc(const Tensor& x) { return ops::apply(ops::Erfc{}, x); }

}  // namespace autograd
