#include "autograd/ops/loss.h"

#include <string>

#include "autograd/kernels/reduce.h"
#include "autograd/ops/apply.h"
#include "autograd/ops/arithmetic.h"
#include "autograd/ops/elementwise.h"
#include "autograd/ops/index.h"
#include "autograd/ops/reduce.h"
#include "autograd/ops/shape.h"
#include "autograd/tensor/error.h"

namespace autograd::ops {
namespace {

using kernels::AroundAxis;

/// One line of x along an axis: n numbers, `step` apart.
template <class T>
struct Line {
  const T* x;
  Index n, step;

  const T& operator[](Index i) const { return x[i * step]; }
  Index argmax() const {
    Index best = 0;
    for (Index i = 1; i < n; ++i) {
      if ((*this)[i] > (*this)[best] || (*this)[i] != (*this)[i]) best = i;
    }
    return best;
  }
  /// Σ exp(x − m) over all but the maximum's place, where the term is exactly 1.
  T sum_of_exp_beside(Index top) const {
    const T m = (*this)[top];
    return kernels::pairwise_sum<T>(n,
                                    [&](Index i) { return i == top ? T(0) : exp((*this)[i] - m); });
  }
};

/// Calls body(line of x, where it begins in y of the same shape, its number) for every line.
template <class T, class Body>
void for_lines(View<const T> x, int axis, const Body& body) {
  const AroundAxis a(x.shape, axis);
  const Index grain = std::max<Index>(1, 2048 / std::max<Index>(a.n, 1));
  parallel_for(a.outer * a.inner, grain, [&](Index begin, Index end) {
    for (Index k = begin; k < end; ++k) {
      const Index at = k / a.inner * a.n * a.inner + k % a.inner;
      body(Line<T>{x.data + at, a.n, a.inner}, at, k);
    }
  });
}

/// y = log Σ exp x = m + log Σ exp(x − m).   dx = exp(x − y)·dy
struct LogSumExp {
  static constexpr std::string_view name = "logsumexp";
  int axis;
  Shape shape(const Shape& x) const { return x.without(axis); }
  template <class T>
  void value(View<T> y, View<const T> x) const {
    for_lines(x, axis, [&](const Line<T>& line, Index, Index k) {
      const Index top = line.argmax();
      y[k] = line[top] + log1p(line.sum_of_exp_beside(top));
    });
  }
  Tensor dx(const Tensor& dy, const Tensor& x, Unused) const {
    return softmax(x, axis) * unsqueeze(dy, axis);
  }
  std::string settings() const { return "axis " + std::to_string(axis); }
  static constexpr std::tuple pullbacks{&LogSumExp::dx};
};

/// y = exp(x − m)/Σ exp(x − m).   dx = y·(dy − Σ dy·y)
struct Softmax {
  static constexpr std::string_view name = "softmax";
  int axis;
  static Shape shape(const Shape& x) { return x; }
  template <class T>
  void value(View<T> y, View<const T> x) const {
    for_lines(x, axis, [&](const Line<T>& line, Index at, Index) {
      const Index top = line.argmax();
      const T total = T(1) + line.sum_of_exp_beside(top);
      for (Index i = 0; i < line.n; ++i) {
        y[at + i * line.step] = exp(line[i] - line[top]) / total;
      }
    });
  }
  Tensor dx(const Tensor& dy, Unused, const Tensor& y) const {
    return y * (dy - sum(dy * y, axis, KeepAxes::yes));
  }
  std::string settings() const { return "axis " + std::to_string(axis); }
  static constexpr std::tuple pullbacks{&Softmax::dx};
};

/// y = (x − m) − log Σ exp(x − m).   dx = dy − exp(y)·Σ dy
struct LogSoftmax {
  static constexpr std::string_view name = "log_softmax";
  int axis;
  static Shape shape(const Shape& x) { return x; }
  template <class T>
  void value(View<T> y, View<const T> x) const {
    for_lines(x, axis, [&](const Line<T>& line, Index at, Index) {
      const Index top = line.argmax();
      const T log_total = log1p(line.sum_of_exp_beside(top));
      for (Index i = 0; i < line.n; ++i) {
        y[at + i * line.step] = (line[i] - line[top]) - log_total;
      }
    });
  }
  Tensor dx(const Tensor& dy, Unused, const Tensor& y) const {
    return dy - exp(y) * sum(dy, axis, KeepAxes::yes);
  }
  std::string settings() const { return "axis " + std::to_string(axis); }
  static constexpr std::tuple pullbacks{&LogSoftmax::dx};
};

/// yₙ = log Σ exp(zₙ) − zₙ[labelₙ].   dz = (softmax(z) − onehot(label))·dy
struct CrossEntropy {
  static constexpr std::string_view name = "cross_entropy";
  static Shape shape(const Shape& z, const Shape& labels) {
    if (z.rank() != 2 || labels.rank() != 1 || z[0] != labels[0] || z[1] == 0) {
      throw Error("cross_entropy: expected logits [N, classes] and labels [N]; got " +
                  to_string(z) + " and " + to_string(labels));
    }
    return labels;
  }
  template <class T>
  static void value(View<T> y, View<const T> z, View<const Index> labels) {
    for_lines(z, 1, [&](const Line<T>& line, Index, Index n) {
      const Index label = labels[n];
      if (label < 0 || label >= line.n) {
        throw Error("cross_entropy: label " + std::to_string(label) + " of sample " +
                    std::to_string(n) + " is no class; expected 0 to " +
                    std::to_string(line.n - 1));
      }
      const Index top = line.argmax();
      // The maximum is never added to the logarithm, so that large logits leave its digits alone.
      y[n] = log1p(line.sum_of_exp_beside(top)) + (line[top] - line[label]);
    });
  }
  static Tensor dz(const Tensor& dy, const Tensor& z, const Tensor& labels, Unused) {
    return (softmax(z) - one_hot(labels, z.extent(1), z.dtype())) * unsqueeze(dy, 1);
  }
  static constexpr std::tuple pullbacks{&CrossEntropy::dz, not_differentiable};
};

int softmax_axis(std::string_view operation, const Shape& x, Index axis) {
  const int at = normalize_axis(operation, axis, x.rank());
  if (x[at] == 0) {
    throw Error(std::string(operation) + ": axis " + std::to_string(at) + " of " + to_string(x) +
                " is empty; expected at least one element");
  }
  return at;
}

}  // namespace
}  // namespace autograd::ops

namespace autograd {
namespace {

Tensor reduce(const Tensor& losses, Reduction reduction) {
  switch (reduction) {
    case Reduction::mean:
      return mean(losses);
    case Reduction::sum:
      return sum(losses);
    case Reduction::none:
      break;
  }
  return losses;
}

}  // namespace

Tensor logsumexp(const Tensor& x, Index axis) {
  return ops::apply(ops::LogSumExp{ops::softmax_axis("logsumexp", x.shape(), axis)}, x);
}

Tensor softmax(const Tensor& x, Index axis) {
  return ops::apply(ops::Softmax{ops::softmax_axis("softmax", x.shape(), axis)}, x);
}

Tensor log_softmax(const Tensor& x, Index axis) {
  return ops::apply(ops::LogSoftmax{ops::softmax_axis("log_softmax", x.shape(), axis)}, x);
}

Tensor cross_entropy(const Tensor& logits, const Tensor& labels, Reduction reduction) {
  return reduce(ops::apply(ops::CrossEntropy{}, logits, labels), reduction);
}

Tensor cross_entropy_with_probabilities(const Tensor& logits, const Tensor& targets,
                                        Reduction reduction) {
  if (logits.rank() != 2 || logits.shape() != targets.shape()) {
    throw Error("cross_entropy: expected logits and targets [N, classes]; got " +
                to_string(logits.shape()) + " and " + to_string(targets.shape()));
  }
  return reduce(-sum(targets * log_softmax(logits), 1), reduction);
}

Tensor squared_error(const Tensor& prediction, const Tensor& target, Reduction reduction) {
  return reduce(square(prediction - target), reduction);
}

}  // namespace autograd
