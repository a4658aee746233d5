#include "autograd/ops/linalg.h"

#include <string>

#include "autograd/kernels/matmul.h"
#include "autograd/ops/apply.h"
#include "autograd/ops/reduce.h"
#include "autograd/ops/shape.h"
#include "autograd/tensor/error.h"

namespace autograd::ops {
namespace {

std::string shapes(const Shape& a, const Shape& b, Transpose t) {
  return to_string(a) + (t.a ? "ᵀ · " : " · ") + to_string(b) + (t.b ? "ᵀ" : "");
}

Index rows_of(const Shape& x, bool transposed) { return x[x.rank() - (transposed ? 1 : 2)]; }
Index columns_of(const Shape& x, bool transposed) { return x[x.rank() - (transposed ? 2 : 1)]; }

Shape batch_of(const Shape& x) {
  return Shape(x.extents().first(static_cast<std::size_t>(x.rank() - 2)));
}

// What could be meant when the inner dimensions differ.
std::string advice(const Shape& a, const Shape& b, Transpose t) {
  if (columns_of(a, t.a) == rows_of(b, !t.b)) return "; did you mean b transposed, {.b = true}?";
  if (columns_of(a, !t.a) == rows_of(b, t.b)) return "; did you mean a transposed, {.a = true}?";
  return "";
}

/// y = a·b, either of them transposed as told.   da = dy·bᵀ,  db = aᵀ·dy
struct MatMul {
  static constexpr std::string_view name = "matmul";
  Transpose t;

  Shape shape(const Shape& a, const Shape& b) const {
    if (columns_of(a, t.a) != rows_of(b, t.b)) {
      throw Error("matmul: inner dimensions must agree; got " + shapes(a, b, t) + advice(a, b, t));
    }
    ShapeBuilder extents(broadcast(name, batch_of(a), batch_of(b)));
    extents.push_back(rows_of(a, t.a));
    extents.push_back(columns_of(b, t.b));
    return extents.shape();
  }

  template <class T>
  void value(View<T> y, View<const T> a, View<const T> b) const {
    const Index m = rows_of(a.shape, t.a), k = columns_of(a.shape, t.a),
                n = columns_of(b.shape, t.b);
    const auto multiply = [&](const T* left, Index rows, const T* right, T* out) {
      kernels::matmul<T>({left, rows, k, t.a}, {right, k, n, t.b}, out);
    };
    if (b.shape.rank() == 2 && (a.shape.rank() == 2 || !t.a)) {
      // A stack of matrices against one is one tall matrix.
      multiply(a.data, m == 0 ? 0 : y.size() / std::max<Index>(n, 1), b.data, y.data);
      return;
    }
    const Shape batch = batch_of(y.shape), batch_a = batch_of(a.shape), batch_b = batch_of(b.shape);
    const kernels::BroadcastPlan<2> plan(batch, {&batch_a, &batch_b});
    for (Index row = 0, i = 0; i < batch.size(); ++row) {
      const auto at = plan.offsets(row);
      for (Index j = 0; j < plan.row(); ++j, ++i) {
        multiply(a.data + (at[0] + j * plan.within_row(0)) * m * k, m,
                 b.data + (at[1] + j * plan.within_row(1)) * k * n, y.data + i * m * n);
      }
    }
  }

  Tensor da(const Tensor& dy, Unused, const Tensor& b, Unused) const {
    return t.a ? matmul(b, dy, {.a = t.b, .b = true}) : matmul(dy, b, {.b = !t.b});
  }
  Tensor db(const Tensor& dy, const Tensor& a, Unused, Unused) const {
    return t.b ? matmul(dy, a, {.a = true, .b = t.a}) : matmul(a, dy, {.a = !t.a});
  }
  std::string settings() const { return t.a ? (t.b ? "aᵀ·bᵀ" : "aᵀ·b") : (t.b ? "a·bᵀ" : ""); }
  static constexpr std::tuple pullbacks{&MatMul::da, &MatMul::db};
};

Tensor as_matrix(const Tensor& x) {
  return reshape(x, Shape{x.shape().without(x.rank() - 1).size(), x.extent(-1)});
}

/// y = x·wᵀ + b, row by row.   dx = dy·w,  dw = dyᵀ·x,  db = Σ dy over the rows
struct Linear {
  static constexpr std::string_view name = "linear";

  static Shape shape(const Shape& x, const Shape& w, const Shape& b) {
    if (x.rank() < 1 || w.rank() != 2 || x[x.rank() - 1] != w[1]) {
      throw Error("linear: expected x [.., in] and w [out, in]; got " + to_string(x) + " and " +
                  to_string(w));
    }
    if (b.rank() != 1 || b[0] != w[0]) {
      throw Error("linear: expected b [" + std::to_string(w[0]) + "], one for each row of w " +
                  to_string(w) + "; got " + to_string(b));
    }
    return x.with(x.rank() - 1, w[0]);
  }
  template <class T>
  static void value(View<T> y, View<const T> x, View<const T> w, View<const T> b) {
    const Index out = w.shape[0], in = w.shape[1];
    const Index rows = out == 0 ? 0 : y.size() / out;
    kernels::matmul<T>({x.data, rows, in, false}, {w.data, in, out, true}, y.data);
    parallel_for(rows, std::max<Index>(1, kernels::map_grain / std::max<Index>(out, 1)),
                 [&](Index begin, Index end) {
                   for (Index row = begin; row < end; ++row) {
                     for (Index j = 0; j < out; ++j) y[row * out + j] += b[j];
                   }
                 });
  }
  static Tensor dx(const Tensor& dy, Unused, const Tensor& w, Unused, Unused) {
    return matmul(dy, w);
  }
  static Tensor dw(const Tensor& dy, const Tensor& x, Unused, Unused, Unused) {
    return matmul(as_matrix(dy), as_matrix(x), {.a = true});
  }
  static Tensor db(const Tensor& dy, Unused, Unused, Unused, Unused) {
    return sum(as_matrix(dy), 0);
  }
  static constexpr std::tuple pullbacks{&Linear::dx, &Linear::dw, &Linear::db};
};

}  // namespace
}  // namespace autograd::ops

namespace autograd {

Tensor matmul(const Tensor& a, const Tensor& b, Transpose transpose) {
  if (a.rank() == 0 || b.rank() == 0) {
    throw Error("matmul: expected vectors or matrices; got " +
                ops::shapes(a.shape(), b.shape(), transpose) + "; multiply by a scalar with *");
  }
  if (a.rank() == 1) {  // a row, which cannot stand upright
    const Tensor y = matmul(unsqueeze(a, 0), b, {.b = transpose.b});
    return squeeze(y, b.rank() == 1 ? -1 : -2);
  }
  if (b.rank() == 1) return squeeze(matmul(a, unsqueeze(b, 1), {.a = transpose.a}), -1);
  return ops::apply(ops::MatMul{transpose}, a, b);
}

Tensor linear(const Tensor& x, const Tensor& w, const Tensor& b) {
  return ops::apply(ops::Linear{}, x, w, b);
}

Tensor linear(const Tensor& x, const Tensor& w) {
  if (x.rank() < 1 || w.rank() != 2 || x.extent(-1) != w.extent(1)) {
    throw Error("linear: expected x [.., in] and w [out, in]; got " + to_string(x.shape()) +
                " and " + to_string(w.shape()));
  }
  return matmul(x, w, {.b = true});
}

}  // namespace autograd
