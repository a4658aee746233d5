#pragma once

#include <cmath>
#include <string_view>
#include <tuple>
#include <type_traits>

#include "autograd/kernels/view.h"
#include "autograd/ops/ample.h"
#include "autograd/ops/precise.h"
#include "autograd/ops/precise_arc.h"
#include "autograd/ops/wide.h"
#include "autograd/tensor/shape.h"
#include "autograd/tensor/tensor.h"

/// How an operation is written.
///
/// An elementwise function is a struct with a name, its value and its slope, both generic over the
/// scalar: numbers run them, and a Tensor runs the slope when a derivative is itself recorded.
///
///     /// y = tanh(x).   dy/dx = 1 − y²
///     struct Tanh : Unary {
///       static constexpr std::string_view name = "tanh";
///       template <class T> static T value(const T& x) { return tanh(x); }
///       template <class T> static T slope(Unused, const T& y) { return T(1) - y * y; }
///     };
///
/// What a slope or a pullback does not look at it takes as Unused, and what nobody looks at is not
/// kept: the signature is the list of what the tape must save. Functions of two operands have
/// slope_a(a, b, y) and slope_b(a, b, y).
///
/// Every other operation names its shape, its value on plain numbers, and one pullback an input,
/// which is written with tensor operations and can therefore be differentiated again. A pullback
/// may take a `const Shape&` where the shape of an operand is enough. Settings are data members.
///
///     /// y = Σ x over the axes.   dx = dy, spread over them
///     struct Sum {
///       static constexpr std::string_view name = "sum";
///       AxisSet axes;
///       Shape shape(const Shape& x) const;
///       template <class T> void value(View<T> y, View<const T> x) const;
///       Tensor dx(const Tensor& dy, const Shape& x, Unused y) const;
///       static constexpr std::tuple pullbacks{&Sum::dx};
///     };
///
/// A result that shares its operand's storage, or whose dtype is not that of the operands, is made
/// by `Tensor evaluate(const Tensor& x…) const` beside the value; a member `Dtype dtype` is the
/// dtype of the result of an operation on indices alone.
///
/// Where the adjoint of an input is the product of two matrices, as that of weights is, a member
/// gives them for it to be multiplied later, or never (factors.h); nothing where it is none.
///
///     std::optional<Factors> factors(std::size_t input, const Tensor& dy, const Operands&) const;
///
/// An operation of any number of inputs of one kind is marked Variadic (apply_all.h): its value
/// gets all of them, and its one pullback is told which of them it is for and sees only their
/// shapes.
///
///     Shape shape(Shapes x) const;
///     template <class T> void value(View<T> y, std::span<const View<const T>> x) const;
///     Tensor dx(std::size_t k, const Tensor& dy, Shapes x) const;
///
/// Rules are written as if shapes were equal: the tape sums an adjoint back to the shape of an
/// input that was broadcast.
namespace autograd::ops {

using kernels::View;

/// An argument that a rule does not look at.
struct Unused {};

/// Marks of elementwise functions.
struct Unary {};
struct Binary {};

/// The mark of elementwise functions of two operands, of any dtype, whose value is a bool: the
/// result is i64, 1 or 0, and nothing is differentiated.
struct Comparison {};

/// The mark of operations that only move numbers about, and therefore take i64 as well.
struct AnyDtype {};

/// The mark of operations of any number of inputs.
struct Variadic {};

/// The pullback of an input that has no derivative: labels, indices, conditions.
struct NotDifferentiable {};
inline constexpr NotDifferentiable not_differentiable;

/// What a slope of exactly 1 returns: the adjoint passes through untouched.
struct One {};

/// Marks of elementwise functions whose formulas would lose the last digits: floats are computed
/// in double and doubles in long double, and the result is rounded once. WideSlope asks it for the
/// slopes alone, Wide for the value too. Cheap functions and those of which each step is exact to
/// the last digit stay in their own type, where they run in vectors.
struct WideSlope {};
struct Wide : WideSlope {};

/// The mark of those that run in vectors: doubles are computed in double, with the functions of
/// precise.h, of which formulas lose nothing, and floats in Ample (ample.h). PreciseValue asks it
/// for the value alone, where a slope is a single step.
struct PreciseValue {};
struct Precise : PreciseValue {};

/// The same where those functions do not reach every number: they give NaN, and the element is
/// computed once more, in long double. The vectors are not held up by what is rare.
struct PreciseWithin : Precise {};

namespace detail {
template <class T>
struct WiderOf {
  using Type = T;
};
template <>
struct WiderOf<float> {
  using Type = double;
};
template <>
struct WiderOf<double> {
  using Type = long double;
};
}  // namespace detail

/// The next wider type of numbers. Where long double is no wider than double, nothing is gained.
template <class T>
using Wider = typename detail::WiderOf<T>::Type;

// The functions of plain numbers that values are made of. A Tensor and other scalars bring their
// own.
using std::abs;
using std::atan2;
using std::ceil;
using std::cos;
using std::floor;
using std::hypot;
using std::pow;
using std::round;
using std::sin;
using std::sqrt;
using std::tan;

inline float exp(float x) { return std::exp(x); }
inline double exp(double x) { return precise_exp(x); }
inline long double exp(long double x) { return wide_exp(x); }
inline float expm1(float x) { return std::expm1(x); }
inline double expm1(double x) { return precise_expm1(x); }
inline long double expm1(long double x) { return std::expm1(x); }
inline float log1p(float x) { return std::log1p(x); }
inline double log1p(double x) { return precise_log1p(x); }
inline long double log1p(long double x) { return std::log1p(x); }
inline float tanh(float x) { return std::tanh(x); }
inline double tanh(double x) { return precise_tanh(x); }
inline long double tanh(long double x) { return wide_tanh(x); }
inline float log(float x) { return std::log(x); }
inline double log(double x) { return precise_log(x); }
inline long double log(long double x) { return std::log(x); }
inline float sinh(float x) { return std::sinh(x); }
inline double sinh(double x) { return precise_sinh(x); }
inline long double sinh(long double x) { return std::sinh(x); }
inline float cosh(float x) { return std::cosh(x); }
inline double cosh(double x) { return precise_cosh(x); }
inline long double cosh(long double x) { return std::cosh(x); }
inline float asin(float x) { return std::asin(x); }
inline double asin(double x) { return precise_asin(x); }
inline long double asin(long double x) { return std::asin(x); }
inline float acos(float x) { return std::acos(x); }
inline double acos(double x) { return precise_acos(x); }
inline long double acos(long double x) { return std::acos(x); }
inline float atan(float x) { return std::atan(x); }
inline double atan(double x) { return precise_atan(x); }
inline long double atan(long double x) { return std::atan(x); }
inline float erf(float x) { return std::erf(x); }
inline double erf(double x) { return precise_erf(x); }
inline long double erf(long double x) { return std::erf(x); }
inline float erfc(float x) { return std::erfc(x); }
inline double erfc(double x) { return precise_erfc(x); }
inline long double erfc(long double x) { return std::erfc(x); }

// The functions of PreciseWithin: of double and Ample there are others of the same names, which do
// not reach everywhere.
template <class T>
T sin_within(const T& x) {
  return sin(x);
}
template <class T>
T cos_within(const T& x) {
  return cos(x);
}
template <class T>
T tan_within(const T& x) {
  return tan(x);
}
template <class T>
T pow_within(const T& x, const T& p) {
  return pow(x, p);
}

/// A constant of mathematics in the digits of the scalar, though in no more than a long double has:
/// 64 bits, even where the scalar holds more.
template <class T>
T constant(long double c) {
  if constexpr (std::is_floating_point_v<T>) {
    return static_cast<T>(c);
  } else if constexpr (std::is_same_v<T, Tensor> || std::is_same_v<T, Ample>) {
    return T(static_cast<double>(c));
  } else {
    const auto high = static_cast<double>(c);
    return T(high) + T(static_cast<double>(c - static_cast<long double>(high)));
  }
}

/// The same for one that is given in the digits of two doubles.
template <class T>
T constant(const Split& c) {
  return constant<T>(static_cast<long double>(c.high) + static_cast<long double>(c.low));
}

/// condition ? a : b, for a scalar; a Tensor chooses element by element.
template <class T>
T select(bool condition, const T& a, const T& b) {
  return condition ? a : b;
}

/// A number rounded towards 0. Other scalars bring their own.
inline Index to_index(double x) { return static_cast<Index>(x); }
inline Index to_index(float x) { return static_cast<Index>(x); }

}  // namespace autograd::ops
