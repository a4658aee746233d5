#include "autograd/ops/activation.h"

#include <array>

#include "autograd/ops/apply.h"
#include "autograd/ops/arithmetic.h"
#include "autograd/ops/elementwise.h"
#include "autograd/ops/logistic.h"
#include "autograd/ops/precise_gates.h"
#include "autograd/ops/setting.h"

namespace autograd::ops {
namespace {

/// x, or for one beyond all that matters the last that does.
template <class T>
T bounded(const T& x) {
  if constexpr (std::is_same_v<T, Ample>) {
    return T(detail::within(detail::number(x), detail::end_of_float_exp));
  }
  return x;
}

/// x·g for a g that goes to 0 on the left, and so does the product there, at −∞ too.
template <class T>
T gated(const T& x, const T& g) {
  if constexpr (std::is_same_v<T, Ample>) return select(x > T(0), x, bounded(x)) * g;
  return x * g;
}

/// The slope y at x, whose root is known: beside it y is a difference of two numbers that are
/// almost equal, and numbers have a better form.
template <class T>
T beside_root(const detail::Root& root, const T& x, const T& y) {
  if constexpr (std::is_same_v<T, Ample>) {
    const double v = detail::number(x);
    return select(root.is_near(v), T(root.plain_slope(v)), y);
  }
  return y;
}

/// y = tanh x.   dy/dx = 4σ′(2x), which is 1 − y² without its cancellation
struct Tanh : Unary, Precise {
  static constexpr std::string_view name = "tanh";
  template <class T>
  static T value(const T& x) {
    return tanh(x);
  }
  template <class T>
  static T slope(const T& x, Unused) {
    return T(4) * sigmoid_slope(T(2) * x);
  }
};

/// y = σ(x) = 1/(1 + e⁻ˣ).   dy/dx = σ(x)·σ(−x)
struct Sigmoid : Unary, Precise {
  static constexpr std::string_view name = "sigmoid";
  template <class T>
  static T value(const T& x) {
    return sigmoid(x);
  }
  template <class T>
  static T slope(const T& x, Unused) {
    return sigmoid_slope(x);
  }
};

/// y = ln σ(x) = −ln(1 + e⁻ˣ).   dy/dx = σ(−x)
struct LogSigmoid : Unary, Precise {
  static constexpr std::string_view name = "log_sigmoid";
  template <class T>
  static T value(const T& x) {
    return -softplus(-x);
  }
  template <class T>
  static T slope(const T& x, Unused) {
    return sigmoid(-x);
  }
};

/// y = ln(1 + eˣ).   dy/dx = σ(x)
struct Softplus : Unary, Precise {
  static constexpr std::string_view name = "softplus";
  template <class T>
  static T value(const T& x) {
    return softplus(x);
  }
  template <class T>
  static T slope(const T& x, Unused) {
    return sigmoid(x);
  }
};

/// y = max(x, 0).   dy/dx = 1 for x > 0, else 0
struct Relu : Unary {
  static constexpr std::string_view name = "relu";
  template <class T>
  static T value(const T& x) {
    return x < T(0) ? T(0) : x;  // NaN stays NaN
  }
  template <class T>
  static T slope(const T& x, Unused) {
    return select(x > T(0), T(1), T(0));
  }
};

/// y = x for x > 0, else below·x.   dy/dx = 1 for x > 0, else below
struct LeakyRelu : Unary {
  static constexpr std::string_view name = "leaky_relu";
  double below;
  template <class T>
  T value(const T& x) const {
    return x > T(0) ? x : T(below) * x;
  }
  template <class T>
  T slope(const T& x, Unused) const {
    return select(x > T(0), T(1), T(below));
  }
  std::string settings() const { return "slope " + in_words(below); }
};

/// x where it is below 0, else 0: the exponential of this never overflows.
template <class T>
T negative_part(const T& x) {
  return select(x > T(0), T(0), x);
}

/// a·eˣ
template <class T>
T times_exp(const Split& a, const T& x) {
  if constexpr (std::is_same_v<T, double>) return scaled_exp(a, x);
  return constant<T>(a) * exp(x);
}

/// a·(eˣ − 1), x ≤ 0
template <class T>
T times_expm1(const Split& a, const T& x) {
  if constexpr (std::is_same_v<T, double>) return scaled_expm1(a, x);
  return constant<T>(a) * expm1(x);
}

/// y = x for x > 0, else α(eˣ − 1).   dy/dx = 1 for x > 0, else αeˣ
struct Elu : Unary, Precise {
  static constexpr std::string_view name = "elu";
  double alpha;
  template <class T>
  T value(const T& x) const {
    return select(x > T(0), x, times_expm1({alpha, 0}, negative_part(x)));
  }
  template <class T>
  T slope(const T& x, Unused) const {
    return select(x > T(0), T(1), times_exp({alpha, 0}, negative_part(x)));
  }
  std::string settings() const { return "alpha " + in_words(alpha); }
};

/// y = λx for x > 0, else λα(eˣ − 1).   dy/dx = λ for x > 0, else λαeˣ
/// (Klambauer et al., Self-Normalizing Neural Networks, 2017)
struct Selu : Unary, Precise {
  static constexpr std::string_view name = "selu";
  // 1.05070098735548049341933498529461 and 1.75809934084737685994021752081231
  static constexpr Split lambda{0x1.0cfabd6a91132p+0, 0x1.6fc7d272f2697p-55};
  static constexpr Split lambda_alpha{0x1.c212cc640f031p+0, 0x1.05161b045a1fbp-56};
  template <class T>
  static T value(const T& x) {
    const T below = times_expm1(lambda_alpha, negative_part(x));
    if constexpr (std::is_same_v<T, double>) {
      return x > 0 ? std::fma(lambda.high, x, lambda.low * x) : below;
    }
    return select(x > T(0), constant<T>(lambda) * x, below);
  }
  template <class T>
  static T slope(const T& x, Unused) {
    return select(x > T(0), constant<T>(lambda), times_exp(lambda_alpha, negative_part(x)));
  }
};

/// y = x·σ(x).   dy/dx = σ(x)·(1 + x·σ(−x))
struct Silu : Unary, Precise {
  static constexpr std::string_view name = "silu";
  template <class T>
  static T value(const T& x) {
    if constexpr (std::is_same_v<T, double>) return precise_silu(x);
    return gated(x, sigmoid(x));
  }
  template <class T>
  static T slope(const T& x, Unused) {
    if constexpr (std::is_same_v<T, double>) return precise_silu_slope(x);
    const T inside = bounded(x);
    return beside_root(root_of_silu_slope, x, sigmoid(x) * (T(1) + inside * sigmoid(-x)));
  }
};

/// Φ(x) = ½·erfc(−x/√2), the normal distribution, and its density φ(x) = exp(−x²/2)/√(2π)
template <class T>
T normal(const T& x) {
  return T(0.5) * erfc(constant<T>(-0.707106781186547524400844362104849039L) * x);
}
template <class T>
T normal_density(const T& x) {
  return constant<T>(0.398942280401432677939946059934381868L) * exp(T(-0.5) * (x * x));
}

/// y = x·Φ(x).   dy/dx = Φ(x) + x·φ(x)
struct Gelu : Unary, Precise {
  static constexpr std::string_view name = "gelu";
  template <class T>
  static T value(const T& x) {
    if constexpr (std::is_same_v<T, double>) return precise_gelu(x);
    return gated(x, normal(x));
  }
  template <class T>
  static T slope(const T& x, Unused) {
    if constexpr (std::is_same_v<T, double>) return precise_gelu_slope(x);
    return beside_root(root_of_gelu_slope, x, normal(x) + bounded(x) * normal_density(x));
  }
};

/// y = x·σ(2u), that is ½x(1 + tanh u), u = √(2/π)(x + 0.044715x³).
/// dy/dx = σ(2u)·(1 + x·σ(−2u)·(2u)′)
struct GeluTanh : Unary, Precise {
  static constexpr std::string_view name = "gelu_tanh";
  static constexpr long double c = 1.59576912160573071175978423973752747L;  // 2√(2/π)
  template <class T>
  static T twice_u(const T& x) {
    return constant<T>(c) * x * (T(1) + constant<T>(0.044715L) * (x * x));
  }
  template <class T>
  static T value(const T& x) {
    if constexpr (std::is_same_v<T, double>) return precise_gelu_tanh(x);
    return gated(x, sigmoid(twice_u(x)));
  }
  template <class T>
  static T slope(const T& x, Unused) {
    if constexpr (std::is_same_v<T, double>) return precise_gelu_tanh_slope(x);
    const T inside = bounded(x);
    const T u2 = twice_u(inside);
    const T du2 = constant<T>(c) * (T(1) + constant<T>(0.134145L) * (inside * inside));
    return beside_root(root_of_gelu_tanh_slope, x,
                       sigmoid(u2) * (T(1) + inside * sigmoid(-u2) * du2));
  }
};

/// tanh s and its slope σ(x)/cosh² s, s = ln(1 + eˣ)
template <class T>
T tanh_softplus(const T& x) {
  return tanh(softplus(x));
}
template <class T>
T tanh_softplus_slope(const T& x) {
  return sigmoid(x) * (T(4) * sigmoid_slope(T(2) * softplus(x)));
}

/// y = x·tanh s, s = ln(1 + eˣ).   dy/dx = tanh s + x·σ(x)/cosh² s
struct Mish : Unary, Precise {
  static constexpr std::string_view name = "mish";
  template <class T>
  static T value(const T& x) {
    if constexpr (std::is_same_v<T, double>) return precise_mish(x);
    return gated(x, tanh_softplus(x));
  }
  template <class T>
  static T slope(const T& x, Unused) {
    if constexpr (std::is_same_v<T, double>) return precise_mish_slope(x);
    const T y = tanh_softplus(x) + bounded(x) * tanh_softplus_slope(x);
    return beside_root(root_of_mish_slope, x, y);
  }
};

}  // namespace
}  // namespace autograd::ops

namespace autograd {

Tensor tanh(const Tensor& x) { return ops::apply(ops::Tanh{}, x); }
Tensor sigmoid(const Tensor& x) { return ops::apply(ops::Sigmoid{}, x); }
Tensor log_sigmoid(const Tensor& x) { return ops::apply(ops::LogSigmoid{}, x); }
Tensor softplus(const Tensor& x) { return ops::apply(ops::Softplus{}, x); }
Tensor relu(const Tensor& x) { return ops::apply(ops::Relu{}, x); }

Tensor leaky_relu(const Tensor& x, double below) {
  return ops::apply(ops::LeakyRelu{{}, below}, x);
}

Tensor elu(const Tensor& x, double alpha) { return ops::apply(ops::Elu{{}, {}, alpha}, x); }

Tensor selu(const Tensor& x) { return ops::apply(ops::Selu{}, x); }
Tensor silu(const Tensor& x) { return ops::apply(ops::Silu{}, x); }
Tensor gelu(const Tensor& x) { return ops::apply(ops::Gelu{}, x); }
Tensor gelu_tanh(const Tensor& x) { return ops::apply(ops::GeluTanh{}, x); }
Tensor mish(const Tensor& x) { return ops::apply(ops::Mish{}, x); }

}  // namespace autograd
