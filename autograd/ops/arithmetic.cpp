#include "autograd/ops/arithmetic.h"

#include "autograd/ops/apply.h"

namespace autograd::ops {

namespace {

/// y = a + b.   da = dy,  db = dy
struct Add : Binary {
  static constexpr std::string_view name = "add";
  template <class T>
  static T value(const T& a, const T& b) {
    return a + b;
  }
  template <class T>
  static One slope_a(Unused, Unused, Unused) {
    return {};
  }
  template <class T>
  static One slope_b(Unused, Unused, Unused) {
    return {};
  }
};

/// y = a − b.   da = dy,  db = −dy
struct Subtract : Binary {
  static constexpr std::string_view name = "subtract";
  template <class T>
  static T value(const T& a, const T& b) {
    return a - b;
  }
  template <class T>
  static One slope_a(Unused, Unused, Unused) {
    return {};
  }
  template <class T>
  static T slope_b(Unused, Unused, Unused) {
    return T(-1);
  }
};

/// y = a·b.   da = dy·b,  db = dy·a
struct Multiply : Binary {
  static constexpr std::string_view name = "multiply";
  template <class T>
  static T value(const T& a, const T& b) {
    return a * b;
  }
  template <class T>
  static T slope_a(Unused, const T& b, Unused) {
    return b;
  }
  template <class T>
  static T slope_b(const T& a, Unused, Unused) {
    return a;
  }
};

/// y = a/b.   da = dy/b,  db = −dy·y/b
struct Divide : Binary {
  static constexpr std::string_view name = "divide";
  template <class T>
  static T value(const T& a, const T& b) {
    return a / b;
  }
  template <class T>
  static T slope_a(Unused, const T& b, Unused) {
    return T(1) / b;
  }
  template <class T>
  static T slope_b(Unused, const T& b, const T& y) {
    return -y / b;
  }
};

/// y = −x.   dx = −dy
struct Negate : Unary {
  static constexpr std::string_view name = "negate";
  template <class T>
  static T value(const T& x) {
    return -x;
  }
  template <class T>
  static T slope(Unused, Unused) {
    return T(-1);
  }
};

/// y = max(a, b).   da = dy where a > b, ½ dy where a = b,  db likewise
struct Maximum : Binary {
  static constexpr std::string_view name = "maximum";
  template <class T>
  static T value(const T& a, const T& b) {
    return b > a ? b : a;
  }
  template <class T>
  static T slope_a(const T& a, const T& b, Unused) {
    return select(a > b, T(1), select(b > a, T(0), T(0.5)));
  }
  template <class T>
  static T slope_b(const T& a, const T& b, Unused) {
    return select(b > a, T(1), select(a > b, T(0), T(0.5)));
  }
};

/// y = min(a, b).   da = dy where a < b, ½ dy where a = b,  db likewise
struct Minimum : Binary {
  static constexpr std::string_view name = "minimum";
  template <class T>
  static T value(const T& a, const T& b) {
    return a > b ? b : a;
  }
  template <class T>
  static T slope_a(const T& a, const T& b, Unused) {
    return select(b > a, T(1), select(a > b, T(0), T(0.5)));
  }
  template <class T>
  static T slope_b(const T& a, const T& b, Unused) {
    return select(a > b, T(1), select(b > a, T(0), T(0.5)));
  }
};

/// y = 1 if a = b, else 0
struct Equal : Comparison {
  static constexpr std::string_view name = "equal";
  template <class T>
  static bool value(const T& a, const T& b) {
    return a == b;
  }
};

/// y = 1 if a ≠ b, else 0
struct NotEqual : Comparison {
  static constexpr std::string_view name = "not_equal";
  template <class T>
  static bool value(const T& a, const T& b) {
    return a != b;
  }
};

/// y = 1 if a < b, else 0
struct Less : Comparison {
  static constexpr std::string_view name = "less";
  template <class T>
  static bool value(const T& a, const T& b) {
    return a < b;
  }
};

/// y = 1 if a ≤ b, else 0
struct LessEqual : Comparison {
  static constexpr std::string_view name = "less_equal";
  template <class T>
  static bool value(const T& a, const T& b) {
    return a <= b;
  }
};

/// y = 1 if a > b, else 0
struct Greater : Comparison {
  static constexpr std::string_view name = "greater";
  template <class T>
  static bool value(const T& a, const T& b) {
    return a > b;
  }
};

/// y = 1 if a ≥ b, else 0
struct GreaterEqual : Comparison {
  static constexpr std::string_view name = "greater_equal";
  template <class T>
  static bool value(const T& a, const T& b) {
    return a >= b;
  }
};

/// y = 1 if a ≠ 0 and b ≠ 0, else 0
struct LogicalAnd : Comparison {
  static constexpr std::string_view name = "logical_and";
  template <class T>
  static bool value(const T& a, const T& b) {
    return a != T(0) && b != T(0);
  }
};

/// y = 1 if a ≠ 0 or b ≠ 0, else 0
struct LogicalOr : Comparison {
  static constexpr std::string_view name = "logical_or";
  template <class T>
  static bool value(const T& a, const T& b) {
    return a != T(0) || b != T(0);
  }
};

/// y = 1 if just one of a and b is not 0, else 0
struct LogicalXor : Comparison {
  static constexpr std::string_view name = "logical_xor";
  template <class T>
  static bool value(const T& a, const T& b) {
    return (a != T(0)) != (b != T(0));
  }
};

/// y = a where c ≠ 0, else b.   da = dy where c ≠ 0, else 0,  db = dy where c = 0, else 0
struct Where {
  static constexpr std::string_view name = "where";
  static Shape shape(const Shape& c, const Shape& a, const Shape& b) {
    return broadcast(name, c, broadcast(name, a, b));
  }
  template <class T>
  static T element(const Index& c, const T& a, const T& b) {
    return c != 0 ? a : b;
  }
  template <class T>
  static void value(View<T> y, View<const Index> c, View<const T> a, View<const T> b) {
    kernels::map([](Index yes, const T& v, const T& w) { return element<T>(yes, v, w); }, y, c, a,
                 b);
  }
  static Tensor da(const Tensor& dy, const Tensor& c, Unused, Unused, Unused) {
    return where(c, dy, 0);
  }
  static Tensor db(const Tensor& dy, const Tensor& c, Unused, Unused, Unused) {
    return where(c, 0, dy);
  }
  static constexpr std::tuple pullbacks{not_differentiable, &Where::da, &Where::db};
};

}  // namespace

Tensor select(const Tensor& condition, const Tensor& a, const Tensor& b) {
  return where(condition, a, b);
}

}  // namespace autograd::ops

namespace autograd {

Tensor add(const Tensor& a, const Tensor& b) { return ops::apply(ops::Add{}, a, b); }
Tensor subtract(const Tensor& a, const Tensor& b) { return ops::apply(ops::Subtract{}, a, b); }
Tensor multiply(const Tensor& a, const Tensor& b) { return ops::apply(ops::Multiply{}, a, b); }
Tensor divide(const Tensor& a, const Tensor& b) { return ops::apply(ops::Divide{}, a, b); }
Tensor negate(const Tensor& x) { return ops::apply(ops::Negate{}, x); }
Tensor maximum(const Tensor& a, const Tensor& b) { return ops::apply(ops::Maximum{}, a, b); }
Tensor minimum(const Tensor& a, const Tensor& b) { return ops::apply(ops::Minimum{}, a, b); }
Tensor equal(const Tensor& a, const Tensor& b) { return ops::apply(ops::Equal{}, a, b); }
Tensor not_equal(const Tensor& a, const Tensor& b) { return ops::apply(ops::NotEqual{}, a, b); }
Tensor less(const Tensor& a, const Tensor& b) { return ops::apply(ops::Less{}, a, b); }
Tensor less_equal(const Tensor& a, const Tensor& b) { return ops::apply(ops::LessEqual{}, a, b); }
Tensor greater(const Tensor& a, const Tensor& b) { return ops::apply(ops::Greater{}, a, b); }
Tensor greater_equal(const Tensor& a, const Tensor& b) {
  return ops::apply(ops::GreaterEqual{}, a, b);
}
Tensor logical_and(const Tensor& a, const Tensor& b) { return ops::apply(ops::LogicalAnd{}, a, b); }
Tensor logical_or(const Tensor& a, const Tensor& b) { return ops::apply(ops::LogicalOr{}, a, b); }
Tensor logical_xor(const Tensor& a, const Tensor& b) { return ops::apply(ops::LogicalXor{}, a, b); }
Tensor logical_not(const Tensor& x) { return equal(x, 0); }
Tensor where(const Tensor& condition, const Tensor& a, const Tensor& b) {
  return ops::apply(ops::Where{}, condition, a, b);
}

}  // namespace autograd
