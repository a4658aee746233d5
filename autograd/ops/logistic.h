#pragma once

#include "autograd/ops/elementwise.h"
#include "autograd/ops/rule.h"

/// The logistic function and its kin, for numbers; a Tensor brings its own. No exponential of a
/// positive number is taken, so that none overflows, and nothing almost equal is subtracted. For
/// the files that define operations.
namespace autograd::ops {

/// Whether T is a number whose formulas avoid branches.
template <class T>
inline constexpr bool is_number = std::is_floating_point_v<T> || std::is_same_v<T, Ample>;

/// σ(x) = 1/(1 + e⁻ˣ)
template <class T>
T sigmoid(const T& x) {
  if constexpr (std::is_same_v<T, double>) {
    return precise_sigmoid(x);
  } else if constexpr (std::is_same_v<T, Ample>) {
    const T e = exp(-abs(x));
    return (x > T(0) ? T(1) : e) / (T(1) + e);
  } else {
    if (x > T(0)) return T(1) / (T(1) + exp(-x));
    const T e = exp(x);
    return e / (T(1) + e);
  }
}

/// ln(1 + eˣ)
template <class T>
T softplus(const T& x) {
  if constexpr (is_number<T>) {
    const T tail = log1p(exp(-abs(x)));  // no branch
    return x > T(0) ? x + tail : tail;
  } else {
    return x > T(0) ? x + log1p(exp(-x)) : log1p(exp(x));
  }
}

/// σ′(x) = σ(x)·σ(−x)
template <class T>
T sigmoid_slope(const T& x) {
  if constexpr (std::is_same_v<T, double>) {
    return precise_sigmoid_slope(x);
  } else if constexpr (is_number<T>) {
    const T e = exp(-abs(x));
    return e / ((T(1) + e) * (T(1) + e));
  } else {
    return sigmoid(x) * sigmoid(-x);
  }
}

}  // namespace autograd::ops
