#include "autograd/ops/join.h"

#include <string>

#include "autograd/kernels/reduce.h"
#include "autograd/ops/apply_all.h"
#include "autograd/ops/shape.h"
#include "autograd/ops/slice.h"
#include "autograd/tensor/error.h"

namespace autograd::ops {
namespace {

/// y = the inputs one after another along an axis.   dxₖ = dy where xₖ stands
struct Concatenate : Variadic, AnyDtype {
  static constexpr std::string_view name = "concatenate";
  int axis;
  explicit Concatenate(int along) : axis(along) {}

  Shape shape(Shapes x) const {
    Index extent = 0;
    for (std::size_t k = 0; k < x.size(); ++k) {
      const bool fits = x[k].rank() == x[0].rank() && x[k].with(axis, 0) == x[0].with(axis, 0);
      if (!fits) {
        throw Error("concatenate: the shapes must agree but along axis " + std::to_string(axis) +
                    "; got " + to_string(x[0]) + " and " + to_string(x[k]) + " as number " +
                    std::to_string(k));
      }
      extent += x[k][axis];
    }
    return x[0].with(axis, extent);
  }

  template <class T>
  void value(View<T> y, std::span<const View<const T>> x) const {
    const kernels::AroundAxis whole(y.shape, axis);
    Index first = 0;
    for (const View<const T>& part : x) {
      const Index run = part.shape[axis] * whole.inner;
      for (Index o = 0; o < whole.outer; ++o) {
        std::copy(part.data + o * run, part.data + (o + 1) * run,
                  y.data + o * whole.n * whole.inner + first);
      }
      first += run;
    }
  }

  Tensor dx(std::size_t k, const Tensor& dy, Shapes x) const {
    Index begin = 0;
    for (std::size_t before = 0; before < k; ++before) begin += x[before][axis];
    return slice(dy, axis, begin, begin + x[k][axis]);
  }
  std::string settings() const { return "axis " + std::to_string(axis); }
};

// Repeats each stretch of x from an axis inwards.
Tensor repeat_at(const Tensor& x, int axis, Index count) {
  const Tensor apart = unsqueeze(x, axis);
  return broadcast_to(apart, apart.shape().with(axis, count));
}

void require_count(std::string_view operation, Index count) {
  if (count >= 0) return;
  throw Error(std::string(operation) + ": expected a count of 0 or more; got " +
              std::to_string(count));
}

}  // namespace
}  // namespace autograd::ops

namespace autograd {

Tensor concatenate(std::span<const Tensor> tensors, Index axis) {
  if (tensors.empty()) throw Error("concatenate: expected at least one tensor; got none");
  const int at = normalize_axis("concatenate", axis, tensors.front().rank());
  if (tensors.size() == 1) return tensors.front();
  return ops::apply_to_all(ops::Concatenate(at), tensors);
}

Tensor concatenate(std::initializer_list<Tensor> tensors, Index axis) {
  return concatenate(std::span(tensors.begin(), tensors.size()), axis);
}

Tensor stack(std::span<const Tensor> tensors, Index axis) {
  if (tensors.empty()) throw Error("stack: expected at least one tensor; got none");
  const int at = normalize_axis("stack", axis, tensors.front().rank() + 1);
  std::vector<Tensor> slices;
  for (const Tensor& x : tensors) {
    if (x.shape() != tensors.front().shape()) {
      throw Error("stack: expected tensors of one shape; got " +
                  to_string(tensors.front().shape()) + " and " + to_string(x.shape()) +
                  " as number " + std::to_string(slices.size()));
    }
    slices.push_back(unsqueeze(x, at));
  }
  return concatenate(slices, at);
}

Tensor stack(std::initializer_list<Tensor> tensors, Index axis) {
  return stack(std::span(tensors.begin(), tensors.size()), axis);
}

Tensor tile(const Tensor& x, std::initializer_list<Index> counts) {
  if (static_cast<int>(counts.size()) != x.rank()) {
    throw Error("tile: expected a count for each of the " + std::to_string(x.rank()) +
                " axes of shape " + to_string(x.shape()) + "; got " +
                std::to_string(counts.size()));
  }
  Tensor y = x;
  int axis = 0;
  for (const Index count : counts) {
    ops::require_count("tile", count);
    const Index extent = y.shape()[axis];
    if (count != 1)
      y = reshape(ops::repeat_at(y, axis, count), y.shape().with(axis, count * extent));
    ++axis;
  }
  return y;
}

Tensor repeat(const Tensor& x, Index count, Index axis) {
  const int at = normalize_axis("repeat", axis, x.rank());
  ops::require_count("repeat", count);
  return reshape(ops::repeat_at(x, at + 1, count), x.shape().with(at, count * x.shape()[at]));
}

}  // namespace autograd
