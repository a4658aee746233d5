#include "autograd/ops/matrix.h"

#include <string>

#include "autograd/ops/apply.h"
#include "autograd/ops/arithmetic.h"
#include "autograd/ops/linalg.h"
#include "autograd/ops/reduce.h"
#include "autograd/ops/shape.h"
#include "autograd/tensor/error.h"

namespace autograd::ops {
namespace {

/// Where a diagonal of an m × n matrix begins, and how long it is.
struct Line {
  Index begin;   // among the m·n elements
  Index length;  // its elements are n + 1 apart
  Line(Index m, Index n, Index offset) {
    const Index row = std::max<Index>(0, -offset), column = std::max<Index>(0, offset);
    begin = row * n + column;
    length = std::max<Index>(0, std::min(m - row, n - column));
  }
};

Index rows(const Shape& x) { return x[x.rank() - 2]; }
Index columns(const Shape& x) { return x[x.rank() - 1]; }

// [.., m, n] without its last two axes, with others in their place.
Shape replaced(const Shape& x, int taken, std::initializer_list<Index> extents) {
  ShapeBuilder shape;
  for (int axis = 0; axis < x.rank() - taken; ++axis) shape.push_back(x[axis]);
  for (const Index extent : extents) shape.push_back(extent);
  return shape.shape();
}

/// y = 0 with x on a diagonal.   dx = the diagonal of dy
struct PutDiagonal : AnyDtype {
  static constexpr std::string_view name = "put_diagonal";
  Index m, n, offset;
  PutDiagonal(Index height, Index width, Index at) : m(height), n(width), offset(at) {}

  Shape shape(const Shape& x) const { return replaced(x, 1, {m, n}); }
  template <class T>
  void value(View<T> y, View<const T> x) const {
    const Line line(m, n, offset);
    std::fill(y.data, y.data + y.size(), T(0));
    for (Index i = 0; i < x.size(); ++i) {
      y[i / line.length * m * n + line.begin + i % line.length * (n + 1)] = x[i];
    }
  }
  Tensor dx(const Tensor& dy, Unused, Unused) const { return diagonal(dy, offset); }
  std::string settings() const { return "offset " + std::to_string(offset); }
  static constexpr std::tuple pullbacks{&PutDiagonal::dx};
};

/// yᵢ = x[i, i + offset].   dx = dy on the diagonal, 0 elsewhere
struct Diagonal : AnyDtype {
  static constexpr std::string_view name = "diagonal";
  Index offset;
  explicit Diagonal(Index at) : offset(at) {}

  Shape shape(const Shape& x) const {
    return replaced(x, 2, {Line(rows(x), columns(x), offset).length});
  }
  template <class T>
  void value(View<T> y, View<const T> x) const {
    const Index m = rows(x.shape), n = columns(x.shape);
    const Line line(m, n, offset);
    for (Index i = 0; i < y.size(); ++i) {
      y[i] = x[i / line.length * m * n + line.begin + i % line.length * (n + 1)];
    }
  }
  Tensor dx(const Tensor& dy, const Shape& x, Unused) const {
    return apply(PutDiagonal(rows(x), columns(x), offset), dy);
  }
  std::string settings() const { return "offset " + std::to_string(offset); }
  static constexpr std::tuple pullbacks{&Diagonal::dx};
};

// y = x at [i, j] where kept(j − i), else 0
template <class T, class Kept>
void keep_where(View<T> y, View<const T> x, const Kept& kept) {
  if (x.size() == 0) return;
  const Index m = rows(x.shape), n = columns(x.shape);
  parallel_for(x.size() / n, std::max<Index>(1, kernels::map_grain / n),
               [&](Index begin, Index end) {
                 for (Index row = begin; row < end; ++row) {
                   const Index i = row % m;
                   for (Index j = 0; j < n; ++j) {
                     y[row * n + j] = kept(j - i) ? x[row * n + j] : T(0);
                   }
                 }
               });
}

/// y = x at [i, j] where j − i ≤ offset, else 0.   dx = dy there, else 0
struct Tril : AnyDtype {
  static constexpr std::string_view name = "tril";
  Index offset;
  explicit Tril(Index at) : offset(at) {}

  static Shape shape(const Shape& x) { return x; }
  template <class T>
  void value(View<T> y, View<const T> x) const {
    keep_where(y, x, [this](Index above) { return above <= offset; });
  }
  Tensor dx(const Tensor& dy, Unused, Unused) const { return tril(dy, offset); }
  std::string settings() const { return "offset " + std::to_string(offset); }
  static constexpr std::tuple pullbacks{&Tril::dx};
};

/// y = x at [i, j] where j − i ≥ offset, else 0.   dx = dy there, else 0
struct Triu : AnyDtype {
  static constexpr std::string_view name = "triu";
  Index offset;
  explicit Triu(Index at) : offset(at) {}

  static Shape shape(const Shape& x) { return x; }
  template <class T>
  void value(View<T> y, View<const T> x) const {
    keep_where(y, x, [this](Index above) { return above >= offset; });
  }
  Tensor dx(const Tensor& dy, Unused, Unused) const { return triu(dy, offset); }
  std::string settings() const { return "offset " + std::to_string(offset); }
  static constexpr std::tuple pullbacks{&Triu::dx};
};

void require_matrix(const char* operation, const Tensor& x) {
  if (x.rank() >= 2) return;
  throw Error(std::string(operation) + ": expected a matrix [.., m, n]; got shape " +
              to_string(x.shape()));
}

void require_vectors(const char* operation, const Tensor& a, const Tensor& b) {
  if (a.rank() == 1 && b.rank() == 1) return;
  throw Error(std::string(operation) + ": expected two vectors; got " + to_string(a.shape()) +
              " and " + to_string(b.shape()) + "; flatten makes a vector");
}

}  // namespace
}  // namespace autograd::ops

namespace autograd {

Tensor outer(const Tensor& a, const Tensor& b) {
  ops::require_vectors("outer", a, b);
  return unsqueeze(a, 1) * b;
}

Tensor dot(const Tensor& a, const Tensor& b) {
  ops::require_vectors("dot", a, b);
  if (a.size() != b.size()) {
    throw Error("dot: expected vectors of one length; got " + to_string(a.shape()) + " and " +
                to_string(b.shape()));
  }
  return matmul(a, b);
}

Tensor trace(const Tensor& x) {
  ops::require_matrix("trace", x);
  return sum(diagonal(x), -1);
}

Tensor diagonal(const Tensor& x, Index offset) {
  ops::require_matrix("diagonal", x);
  return ops::apply(ops::Diagonal(offset), x);
}

Tensor diag(const Tensor& v, Index offset) {
  if (v.rank() == 0) throw Error("diag: expected a vector [.., k]; got a scalar");
  const Index n = v.extent(-1) + (offset < 0 ? -offset : offset);
  return ops::apply(ops::PutDiagonal(n, n, offset), v);
}

Tensor tril(const Tensor& x, Index offset) {
  ops::require_matrix("tril", x);
  return ops::apply(ops::Tril(offset), x);
}

Tensor triu(const Tensor& x, Index offset) {
  ops::require_matrix("triu", x);
  return ops::apply(ops::Triu(offset), x);
}

}  // namespace autograd
