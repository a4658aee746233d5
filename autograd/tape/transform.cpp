#include "autograd/tape/transform.h"

#include <algorithm>
#include <string>

#include "autograd/ops/join.h"
#include "autograd/ops/operation.h"
#include "autograd/ops/shape.h"
#include "autograd/tape/program.h"
#include "autograd/tape/tape.h"
#include "autograd/tensor/error.h"
#include "autograd/tensor/factories.h"

namespace autograd {
namespace {

void require_like(const char* what, const char* name, const Tensor& given, const Tensor& expected) {
  if (given.shape() == expected.shape() && given.dtype() == expected.dtype()) return;
  throw Error(std::string(what) + ": expected " + name + " " +
              std::string(autograd::name(expected.dtype())) + " " + to_string(expected.shape()) +
              "; got " + std::string(autograd::name(given.dtype())) + " " +
              to_string(given.shape()));
}

void require_floating(const char* what, const char* name, const Tensor& x) {
  if (is_floating(x.dtype())) return;
  throw Error(std::string(what) + ": expected " + name +
              " f32 or f64; got i64, which has no "
              "derivative");
}

// A plain number has no dtype of its own; what is differentiated by must.
Tensor definite(const Tensor& x, Dtype dtype = f64) {
  return x.is_literal() ? scalar(x.item(), dtype) : x;
}

// Whether a tape outside might want to differentiate the result, by x or by what f uses beside it.
bool is_recorded_outside() { return ops::recorder() != nullptr; }

// J·dx as the derivative by w of ⟨Jᵀw, dx⟩, which is linear in w.
ValueAndPushforward jvp_by_sweeps(const TensorFunction& f, const Tensor& x, const Tensor& dx) {
  Tape by_w;
  Tensor y, w, pulled;
  {
    Tape by_x;
    const Tensor u = by_x.watch(x);
    y = definite(f(u));
    require_floating("jvp", "f(x)", y);
    w = by_w.watch(zeros_like(y));
    pulled = by_x.gradient(y, w)[u];
  }
  return {y, by_w.gradient(pulled, dx)[w]};
}

Program program_of(const TensorFunction& f, const Tensor& x) {
  return Program::record([&](std::span<const Tensor> in) { return std::vector{f(in[0])}; }, {x});
}

// The i-th unit vector in x's shape.
Tensor unit_like(const Tensor& x, Index i) {
  return with_floating(x.dtype(), [&](auto zero) {
    using T = decltype(zero);
    return Tensor::build<T>(x.shape(), [&](std::span<T> out) {
      std::fill(out.begin(), out.end(), T(0));
      out[static_cast<std::size_t>(i)] = T(1);
    });
  });
}

Shape joined(const Shape& a, const Shape& b) {
  ShapeBuilder extents(a);
  for (const Index extent : b) extents.push_back(extent);
  return extents.shape();
}

// Column j of the Jacobian from each run on dual numbers.
Tensor jacobian_by_columns(const Program& program, const Tensor& x, const Tensor& y) {
  return with_floating(x.dtype(), [&](auto zero) {
    using T = decltype(zero);
    return Tensor::build<T>(joined(y.shape(), x.shape()), [&](std::span<T> out) {
      const auto n = static_cast<std::size_t>(x.size());
      for (std::size_t j = 0; j < n; ++j) {
        const Tensor unit = unit_like(x, static_cast<Index>(j));
        const Tensor column = program.jvp({&x, 1}, {&unit, 1}).dy[0].converted(x.dtype());
        const auto numbers = column.template values<T>();
        for (std::size_t i = 0; i < numbers.size(); ++i) out[i * n + j] = numbers[i];
      }
    });
  });
}

// Row i of the Jacobian from each backward sweep, in tensor operations that a tape outside records.
Tensor jacobian_by_rows(const TensorFunction& f, const Tensor& x) {
  Tape tape;
  const Tensor u = tape.watch(x);
  const Tensor y = definite(f(u));
  require_floating("jacobian", "f(x)", y);
  std::vector<Tensor> rows;
  for (Index i = 0; i < y.size(); ++i) rows.push_back(tape.gradient(y, unit_like(y, i))[u]);
  tape.stop();
  const Shape shape = joined(y.shape(), x.shape());
  return rows.empty() ? zeros(shape, x.dtype()) : reshape(stack(rows), shape);
}

}  // namespace

ValueAndGradient value_and_gradient(const TensorFunction& f, const Tensor& x) {
  Tape tape;
  const Tensor u = tape.watch(x);
  const Tensor y = f(u);
  return {y, tape.gradient(y)[u]};
}

Tensor gradient(const TensorFunction& f, const Tensor& x) {
  return value_and_gradient(f, x).gradient;
}

ValueAndGradients value_and_gradients(const std::function<Tensor(const std::vector<Tensor>& x)>& f,
                                      const std::vector<Tensor>& x) {
  Tape tape;
  std::vector<Tensor> u;
  u.reserve(x.size());
  for (const Tensor& one : x) u.push_back(tape.watch(one));
  const Tensor y = f(u);
  const Gradients g = tape.gradient(y);
  ValueAndGradients result{y, {}};
  for (const Tensor& one : u) result.gradients.push_back(g[one]);
  return result;
}

ValueAndPullback vjp(const TensorFunction& f, const Tensor& x, const Tensor& dy) {
  Tape tape;
  const Tensor u = tape.watch(x);
  const Tensor y = f(u);
  return {y, tape.gradient(y, dy)[u]};
}

ValueAndPushforward jvp(const TensorFunction& f, const Tensor& x, const Tensor& dx) {
  const Tensor at = definite(x), along = definite(dx, at.dtype());
  require_floating("jvp", "x", at);
  require_like("jvp", "a direction like x,", along, at);
  if (is_recorded_outside()) return jvp_by_sweeps(f, at, along);
  const Program::Pushed pushed = program_of(f, at).jvp({&at, 1}, {&along, 1});
  require_floating("jvp", "f(x)", pushed.y[0]);
  return {pushed.y[0], pushed.dy[0]};
}

Tensor jacobian(const TensorFunction& f, const Tensor& x) {
  const Tensor at = definite(x);
  require_floating("jacobian", "x", at);
  if (!is_recorded_outside()) {
    const Program program = program_of(f, at);
    const Tensor y = program({at})[0];
    require_floating("jacobian", "f(x)", y);
    if (at.size() < y.size() && program.has_jvp()) return jacobian_by_columns(program, at, y);
  }
  return jacobian_by_rows(f, at);
}

Tensor hessian(const TensorFunction& f, const Tensor& x) {
  require_floating("hessian", "x", x);
  return jacobian([&](const Tensor& u) { return gradient(f, u); }, x);
}

Tensor hessian_vector_product(const TensorFunction& f, const Tensor& x, const Tensor& v) {
  const Tensor at = definite(x), along = definite(v, at.dtype());
  require_floating("hessian_vector_product", "x", at);
  require_like("hessian_vector_product", "a vector like x,", along, at);
  return jvp([&](const Tensor& u) { return gradient(f, u); }, at, along).dy;
}

}  // namespace autograd
