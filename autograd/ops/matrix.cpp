#include "autograd/ops/matrix.h"

#include <algorithm>
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

/// The elements on and beyond a diagonal of an m × n matrix, on one side of it.
struct Triangle {
  Index m, n, offset;
  bool upper;
  Triangle(Index height, Index width, Index at, bool above)
      : m(height), n(width), offset(std::clamp(at, -height, width)), upper(above) {}

  Index begin(Index row) const { return upper ? std::clamp<Index>(row + offset, 0, n) : 0; }
  Index end(Index row) const { return upper ? n : std::clamp<Index>(row + offset + 1, 0, n); }
  Index size() const {
    Index count = 0;
    for (Index row = 0; row < m; ++row) count += end(row) - begin(row);
    return count;
  }
};

std::string in_words(bool upper, Index offset) {
  return (upper ? "upper, offset " : "lower, offset ") + std::to_string(offset);
}

/// y = 0 with the elements of x on and beyond a diagonal, row by row.   dx = dy there, as a vector
struct UnpackTriangle : AnyDtype {
  static constexpr std::string_view name = "unpack_triangle";
  Index m, n, offset;
  bool upper;
  UnpackTriangle(Index height, Index width, Index at, bool above)
      : m(height), n(width), offset(at), upper(above) {}

  Shape shape(const Shape& x) const { return replaced(x, 1, {m, n}); }
  template <class T>
  void value(View<T> y, View<const T> x) const {
    const Triangle triangle(m, n, offset, upper);
    std::fill(y.data, y.data + y.size(), T(0));
    const T* next = x.data;
    for (Index row = 0; next != x.data + x.size(); ++row) {
      const Index i = row % m;
      for (Index j = triangle.begin(i); j < triangle.end(i); ++j) y[row * n + j] = *next++;
    }
  }
  Tensor dx(const Tensor& dy, Unused, Unused) const {
    return upper ? pack_triu(dy, offset) : pack_tril(dy, offset);
  }
  std::string settings() const { return in_words(upper, offset); }
  static constexpr std::tuple pullbacks{&UnpackTriangle::dx};
};

/// y = the elements of x on and beyond a diagonal, row by row.   dx = dy there, 0 elsewhere
struct PackTriangle : AnyDtype {
  static constexpr std::string_view name = "pack_triangle";
  Index offset;
  bool upper;
  PackTriangle(Index at, bool above) : offset(at), upper(above) {}

  Shape shape(const Shape& x) const {
    return replaced(x, 2, {Triangle(rows(x), columns(x), offset, upper).size()});
  }
  template <class T>
  void value(View<T> y, View<const T> x) const {
    const Index m = rows(x.shape), n = columns(x.shape);
    const Triangle triangle(m, n, offset, upper);
    T* next = y.data;
    for (Index row = 0; next != y.data + y.size(); ++row) {
      const Index i = row % m;
      for (Index j = triangle.begin(i); j < triangle.end(i); ++j) *next++ = x[row * n + j];
    }
  }
  Tensor dx(const Tensor& dy, const Shape& x, Unused) const {
    return apply(UnpackTriangle(rows(x), columns(x), offset, upper), dy);
  }
  std::string settings() const { return in_words(upper, offset); }
  static constexpr std::tuple pullbacks{&PackTriangle::dx};
};

// A square matrix made of as many numbers as its triangle has; `beyond` diagonals stay 0.
Tensor unpack(const char* operation, const Tensor& v, Index beyond, bool upper) {
  if (beyond < 0) {
    throw Error(std::string(operation) + ": expected an offset " + (upper ? "≥" : "≤") +
                " 0; got " + std::to_string(upper ? beyond : -beyond));
  }
  Index side = 0;  // of the triangle
  const Index count = v.rank() == 0 ? -1 : v.extent(-1);
  while (side * (side + 1) / 2 < count) ++side;
  if (side * (side + 1) / 2 != count) {
    throw Error(std::string(operation) + ": expected the s(s + 1)/2 numbers of a triangle, " +
                "[.., 0], [.., 1], [.., 3], [.., 6], …; got shape " + to_string(v.shape()));
  }
  const Index n = side + beyond;
  return apply(UnpackTriangle(n, n, upper ? beyond : -beyond, upper), v);
}

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

Tensor pack_tril(const Tensor& x, Index offset) {
  ops::require_matrix("pack_tril", x);
  return ops::apply(ops::PackTriangle(offset, false), x);
}

Tensor pack_triu(const Tensor& x, Index offset) {
  ops::require_matrix("pack_triu", x);
  return ops::apply(ops::PackTriangle(offset, true), x);
}

Tensor unpack_tril(const Tensor& v, Index offset) {
  return ops::unpack("unpack_tril", v, -offset, false);
}

Tensor unpack_triu(const Tensor& v, Index offset) {
  return ops::unpack("unpack_triu", v, offset, true);
}

}  // namespace autograd
