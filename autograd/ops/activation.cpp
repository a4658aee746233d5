#include "autograd/ops/activation.h"

#include <array>

#include "autograd/ops/apply.h"
#include "autograd/ops/arithmetic.h"
#include "autograd/ops/elementwise.h"
#include "autograd/ops/logistic.h"
#include "autograd/ops/setting.h"

namespace autograd::ops {
namespace {

/// A simple root of a slope, and the slope's Taylor coefficients there. Beside its root a slope is
/// a difference of two numbers that are almost equal; the series has no such difference.
struct Root {
  double high;      // the root in double
  long double low;  // and what is missing
  std::array<long double, 8> c;

  template <class T>
  bool is_near(const T& x) const {
    return abs(x - T(high)) < T(0x1p-7);
  }
  template <class T>
  T slope(const T& x) const {
    const T d = (x - T(high)) - static_cast<T>(low);
    T sum(0);
    for (std::size_t k = c.size(); k-- > 0;) sum = sum * d + static_cast<T>(c[k]);
    return sum * d;
  }
};

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

/// y = x for x > 0, else α(eˣ − 1).   dy/dx = 1 for x > 0, else αeˣ
struct Elu : Unary, Wide {
  static constexpr std::string_view name = "elu";
  double alpha;
  template <class T>
  T value(const T& x) const {
    return x > T(0) ? x : T(alpha) * expm1(x);
  }
  template <class T>
  T slope(const T& x, Unused) const {
    return select(x > T(0), T(1), T(alpha) * exp(negative_part(x)));
  }
  std::string settings() const { return "alpha " + in_words(alpha); }
};

/// y = λx for x > 0, else λα(eˣ − 1).   dy/dx = λ for x > 0, else λαeˣ
/// (Klambauer et al., Self-Normalizing Neural Networks, 2017)
struct Selu : Unary, Wide {
  static constexpr std::string_view name = "selu";
  static constexpr long double lambda = 1.05070098735548049341933498529461L;
  static constexpr long double lambda_alpha = 1.75809934084737685994021752081231L;
  template <class T>
  static T value(const T& x) {
    return x > T(0) ? constant<T>(lambda) * x : constant<T>(lambda_alpha) * expm1(x);
  }
  template <class T>
  static T slope(const T& x, Unused) {
    return select(x > T(0), constant<T>(lambda), constant<T>(lambda_alpha) * exp(negative_part(x)));
  }
};

/// y = x·σ(x).   dy/dx = σ(x)·(1 + x·σ(−x))
struct Silu : Unary, Wide {
  static constexpr std::string_view name = "silu";
  static constexpr Root root{
      -0x1.474973c84120bp+0,
      -1.09469941830934374305e-16L,
      {0.21781170571980009878L, 0.146648796996946900179L, 0.0188748142237823134072L,
       -0.0152226552231880316888L, -0.0066065891383566964363L, 0.000126627410081121997272L,
       0.000798521881839799776122L, 0.000185707243611864956527L}};
  template <class T>
  static T value(const T& x) {
    return x * sigmoid(x);
  }
  template <class T>
  static T slope(const T& x, Unused) {
    if constexpr (std::is_floating_point_v<T>) {
      if (root.is_near(x)) return root.slope(x);
    }
    return sigmoid(x) * (T(1) + x * sigmoid(-x));
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
struct Gelu : Unary, Wide {
  static constexpr std::string_view name = "gelu";
  static constexpr Root root{
      -0x1.80ead197f00b4p-1,
      1.49567591770098832732e-17L,
      {0.431493992314046919787L, 0.388284982990551997858L, -0.0181996763986710871006L,
       -0.114008233297221708552L, -0.0147715221482443377178L, 0.019421679838189065889L,
       0.00453922837912541557363L, -0.00223953806807349715128L}};
  template <class T>
  static T value(const T& x) {
    return x * normal(x);
  }
  template <class T>
  static T slope(const T& x, Unused) {
    if constexpr (std::is_floating_point_v<T>) {
      if (root.is_near(x)) return root.slope(x);
    }
    return normal(x) + x * normal_density(x);
  }
};

/// y = x·σ(2u), that is ½x(1 + tanh u), u = √(2/π)(x + 0.044715x³).
/// dy/dx = σ(2u)·(1 + x·σ(−2u)·(2u)′)
struct GeluTanh : Unary, Wide {
  static constexpr std::string_view name = "gelu_tanh";
  static constexpr long double c = 1.59576912160573071175978423973752747L;  // 2√(2/π)
  static constexpr Root root{
      -0x1.81429f9e97e4dp-1,
      3.63556050920768684502e-17L,
      {0.43040009102485850908L, 0.387518446135788926421L, -0.0157828535218480283419L,
       -0.113944483080958987111L, -0.0166193283430525626923L, 0.019682309459833117487L,
       0.00526105925492191187938L, -0.00242273184587509729924L}};
  template <class T>
  static T twice_u(const T& x) {
    return constant<T>(c) * x * (T(1) + constant<T>(0.044715L) * (x * x));
  }
  template <class T>
  static T value(const T& x) {
    return x * sigmoid(twice_u(x));
  }
  template <class T>
  static T slope(const T& x, Unused) {
    if constexpr (std::is_floating_point_v<T>) {
      if (root.is_near(x)) return root.slope(x);
    }
    const T u2 = twice_u(x);
    const T du2 = constant<T>(c) * (T(1) + constant<T>(0.134145L) * (x * x));
    return sigmoid(u2) * (T(1) + x * sigmoid(-u2) * du2);
  }
};

/// y = x·tanh s, s = ln(1 + eˣ).   dy/dx = tanh s + x·σ(x)/cosh² s
struct Mish : Unary, Wide {
  static constexpr std::string_view name = "mish";
  static constexpr Root root{
      -0x1.31432c0d12d84p+0,
      -4.84848298480310455494e-17L,
      {0.266947914049534511317L, 0.204731264080105866348L, 0.0419078210436098730809L,
       -0.0202718227166842461281L, -0.0158211265617333809821L, -0.0033606849270232686683L,
       0.00109240554094458549305L, 0.000989818102128919669608L}};
  template <class T>
  static T value(const T& x) {
    return x * tanh(softplus(x));
  }
  template <class T>
  static T slope(const T& x, Unused) {
    if constexpr (std::is_floating_point_v<T>) {
      if (root.is_near(x)) return root.slope(x);
    }
    const T s = softplus(x);
    return tanh(s) + x * (sigmoid(x) * (T(4) * sigmoid_slope(T(2) * s)));
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
