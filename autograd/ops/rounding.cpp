#include "autograd/ops/rounding.h"

#include "autograd/ops/apply.h"
#include "autograd/ops/arithmetic.h"
#include "autograd/ops/setting.h"
#include "autograd/tensor/error.h"

namespace autograd::ops {
namespace {

std::string between(double low, double high) { return in_words(low) + " to " + in_words(high); }

/// y = −1, 0 or 1 as x is below, at or above 0.   dy/dx = 0
struct Sign : Unary {
  static constexpr std::string_view name = "sign";
  template <class T>
  static T value(const T& x) {
    return x > T(0) ? T(1) : x < T(0) ? T(-1) : x;  // 0 and NaN stay
  }
  template <class T>
  static T slope(Unused, Unused) {
    return T(0);
  }
};

/// y = the largest integer ≤ x.   dy/dx = 0
struct Floor : Unary {
  static constexpr std::string_view name = "floor";
  template <class T>
  static T value(const T& x) {
    return floor(x);
  }
  template <class T>
  static T slope(Unused, Unused) {
    return T(0);
  }
};

/// y = the smallest integer ≥ x.   dy/dx = 0
struct Ceil : Unary {
  static constexpr std::string_view name = "ceil";
  template <class T>
  static T value(const T& x) {
    return ceil(x);
  }
  template <class T>
  static T slope(Unused, Unused) {
    return T(0);
  }
};

/// y = the nearest integer, of two the even one.   dy/dx = 0
struct Round : Unary {
  static constexpr std::string_view name = "round";
  template <class T>
  static T value(const T& x) {
    const T below = floor(x);
    const T rest = x - below;
    const bool up = rest > T(0.5) || (rest == T(0.5) && floor(below / T(2)) * T(2) != below);
    return up ? below + T(1) : below;
  }
  template <class T>
  static T slope(Unused, Unused) {
    return T(0);
  }
};

/// y = min(max(x, low), high).   dy/dx = 1 for low ≤ x ≤ high, else 0
struct Clamp : Unary {
  static constexpr std::string_view name = "clamp";
  double low, high;
  template <class T>
  T value(const T& x) const {
    const T l = T(low), h = T(high);
    return x < l ? l : x > h ? h : x;
  }
  template <class T>
  T slope(const T& x, Unused) const {
    return select(x < T(low), T(0), select(x > T(high), T(0), T(1)));
  }
  std::string settings() const { return between(low, high); }
};

/// y = min(max(x, low), high).   dy/dx = 1 for low < x < high, else 0
struct Hardtanh : Unary {
  static constexpr std::string_view name = "hardtanh";
  double low, high;
  template <class T>
  T value(const T& x) const {
    const T l = T(low), h = T(high);
    return x < l ? l : x > h ? h : x;
  }
  template <class T>
  T slope(const T& x, Unused) const {
    return select(x > T(low), select(x < T(high), T(1), T(0)), T(0));
  }
  std::string settings() const { return between(low, high); }
};

}  // namespace
}  // namespace autograd::ops

namespace autograd {

namespace {

void require_order(const char* operation, double low, double high) {
  if (low <= high) return;
  throw Error(std::string(operation) + ": the lower bound " + ops::in_words(low) +
              " is not below the upper bound " + ops::in_words(high));
}

}  // namespace

Tensor sign(const Tensor& x) { return ops::apply(ops::Sign{}, x); }
Tensor floor(const Tensor& x) { return ops::apply(ops::Floor{}, x); }
Tensor ceil(const Tensor& x) { return ops::apply(ops::Ceil{}, x); }
Tensor round(const Tensor& x) { return ops::apply(ops::Round{}, x); }

Tensor clamp(const Tensor& x, double low, double high) {
  require_order("clamp", low, high);
  return ops::apply(ops::Clamp{{}, low, high}, x);
}

Tensor hardtanh(const Tensor& x, double low, double high) {
  require_order("hardtanh", low, high);
  return ops::apply(ops::Hardtanh{{}, low, high}, x);
}

}  // namespace autograd
