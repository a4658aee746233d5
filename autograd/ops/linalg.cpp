#include "autograd/ops/linalg.h"

#include <string>

#include "autograd/kernels/matmul.h"
#include "autograd/kernels/scratch.h"
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

std::string in_words(Transpose t) { return t.a ? (t.b ? "aᵀ·bᵀ" : "aᵀ·b") : (t.b ? "a·bᵀ" : ""); }

// Where each operand stands in its batch at matrix i of the result's.
template <std::size_t N>
std::array<Index, N> place(const kernels::BroadcastPlan<N>& plan, Index i) {
  std::array<Index, N> at = plan.beginning(i / plan.row()).offsets;
  for (std::size_t k = 0; k < N; ++k) at[k] += i % plan.row() * plan.within_row(k);
  return at;
}

Tensor product_to(const Shape& to, const Tensor& a, const Tensor& b, Transpose t);
Tensor as_matrix(const Tensor& x);

// A vector has no axis to transpose, and its one is the inner dimension.
void require_inner(const Tensor& a, const Tensor& b, Transpose t) {
  if (a.rank() > 1 && b.rank() > 1) return;
  const Index left = a.rank() == 1 ? a.extent(0) : columns_of(a.shape(), t.a);
  const Index right = b.rank() == 1 ? b.extent(0) : rows_of(b.shape(), t.b);
  if (left == right) return;
  throw Error("matmul: inner dimensions must agree; got " +
              shapes(a.shape(), b.shape(), {t.a && a.rank() > 1, t.b && b.rank() > 1}));
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
    // Small products are shared out whole; large ones share out their own rows.
    const Index work = std::max<Index>(1, m * n * k);
    parallel_for(batch.size(), work > 1 << 20 ? batch.size() : std::max<Index>(1, 65536 / work),
                 [&](Index begin, Index end) {
                   for (Index i = begin; i < end; ++i) {
                     const auto at = place(plan, i);
                     multiply(a.data + at[0] * m * k, m, b.data + at[1] * k * n,
                              y.data + i * m * n);
                   }
                 });
  }

  // Stacks of matrices, whose products are computed one by one.
  static bool by_slices(const Shape& a, const Shape& b) {
    return a.rank() > 2 && a.rank() == b.rank();
  }

  Tensor da(const Tensor& dy, const Shape& a, const Tensor& b, Unused) const {
    return t.a ? product_to(a, b, dy, {t.b, true}) : product_to(a, dy, b, {false, !t.b});
  }
  Tensor db(const Tensor& dy, const Tensor& a, const Shape& b, Unused) const {
    return t.b ? product_to(b, dy, a, {true, t.a}) : product_to(b, a, dy, {!t.a, false});
  }
  // That of one matrix on the right: the rows of a stack are those of one tall matrix.
  std::optional<Factors> factors(std::size_t input, const Tensor& dy,
                                 const Operands& operands) const {
    if (input != 1 || t.a || operands.inputs[1].shape->rank() != 2) return {};
    const Tensor rows = as_matrix(*operands.inputs[0].value), adjoints = as_matrix(dy);
    return t.b ? Factors{adjoints, rows} : Factors{rows, adjoints};
  }
  std::string settings() const { return in_words(t); }
  static constexpr std::tuple pullbacks{&MatMul::da, &MatMul::db};
};

/// y = Σ a·b over those axes of the batch that the given one does not have, or has as 1.
/// da = dy·bᵀ,  db = aᵀ·dy
struct SummedMatMul {
  static constexpr std::string_view name = "summed_matmul";
  Transpose t;
  Shape batch;

  Shape shape(const Shape& a, const Shape& b) const {
    ShapeBuilder extents(batch);
    extents.push_back(rows_of(a, t.a));
    extents.push_back(columns_of(b, t.b));
    return extents.shape();
  }

  template <class T>
  void value(View<T> y, View<const T> a, View<const T> b) const {
    const Index m = rows_of(a.shape, t.a), k = columns_of(a.shape, t.a),
                n = columns_of(b.shape, t.b);
    const Shape batch_a = batch_of(a.shape), batch_b = batch_of(b.shape);
    const Shape all = broadcast(name, batch_a, batch_b);
    const kernels::BroadcastPlan<3> plan(all, {&batch_a, &batch_b, &batch});
    const kernels::Scratch<T> product(static_cast<std::size_t>(m * n));
    std::fill(y.data, y.data + y.size(), T(0));
    for (Index i = 0; i < all.size(); ++i) {
      const auto at = place(plan, i);
      kernels::matmul<T>({a.data + at[0] * m * k, m, k, t.a}, {b.data + at[1] * k * n, k, n, t.b},
                         product.data());
      T* sum = y.data + at[2] * m * n;
      for (Index j = 0; j < m * n; ++j) sum[j] += product.data()[j];
    }
  }

  Tensor da(const Tensor& dy, const Shape& a, const Tensor& b, Unused) const {
    return t.a ? product_to(a, b, dy, {t.b, true}) : product_to(a, dy, b, {false, !t.b});
  }
  Tensor db(const Tensor& dy, const Tensor& a, const Shape& b, Unused) const {
    return t.b ? product_to(b, dy, a, {true, t.a}) : product_to(b, a, dy, {!t.a, false});
  }
  std::string settings() const { return in_words(t); }
  static constexpr std::tuple pullbacks{&SummedMatMul::da, &SummedMatMul::db};
};

Tensor as_matrix(const Tensor& x) {
  if (x.rank() == 2) return x;
  return reshape(x, Shape{x.shape().without(x.rank() - 1).size(), x.extent(-1)});
}

// The batch of a product, with 1 along each axis that the batch of `to` does not have or has as 1.
Shape batch_within(const Shape& all, const Shape& to) {
  ShapeBuilder extents;
  for (int axis = 0; axis < all.rank(); ++axis) {
    const int own = axis - all.rank() + to.rank();
    if (own >= 0) extents.push_back(to[own] == 1 ? 1 : all[axis]);
  }
  return extents.shape();
}

// x [.., m, n] with another batch of the same size.
Tensor reshape_batch(const Tensor& x, const Shape& batch) {
  ShapeBuilder extents(batch);
  extents.push_back(x.extent(-2));
  extents.push_back(x.extent(-1));
  return reshape(x, extents.shape());
}

// a·b summed, or repeated, to a shape: without ever holding the product of a batch that is summed.
Tensor product_to(const Shape& to, const Tensor& a, const Tensor& b, Transpose t) {
  const Shape batch_a = batch_of(a.shape()), batch_b = batch_of(b.shape());
  const Shape all = broadcast("matmul", batch_a, batch_b);
  const Shape batch = batch_within(all, batch_of(to));
  if (batch.size() == all.size()) return broadcast_to(reshape_batch(matmul(a, b, t), batch), to);
  if (batch.size() == 1 && batch_a == batch_b && t.a && !t.b) {
    // The sum of the products of two stacks is the product of two tall matrices.
    return broadcast_to(matmul(as_matrix(a), as_matrix(b), t), to);
  }
  return broadcast_to(apply(SummedMatMul{t, batch}, a, b), to);
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
    kernels::matmul<T>({x.data, rows, in, false}, {w.data, in, out, true}, y.data, b.data);
  }
  static Tensor dx(const Tensor& dy, Unused, const Tensor& w, Unused, Unused) {
    return matmul(dy, w);
  }
  static Tensor dw(const Tensor& dy, const Tensor& x, Unused, Unused, Unused) {
    return Factors{as_matrix(dy), as_matrix(x)}.product();
  }
  static Tensor db(const Tensor& dy, Unused, Unused, Unused, Unused) {
    return sum(as_matrix(dy), 0);
  }
  static std::optional<Factors> factors(std::size_t input, const Tensor& dy,
                                        const Operands& operands) {
    if (input != 1) return {};
    return Factors{as_matrix(dy), as_matrix(*operands.inputs[0].value)};
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
  ops::require_inner(a, b, transpose);
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
