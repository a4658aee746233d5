#include "autograd/ops/loss.h"

#include <string>

#include "autograd/ops/apply.h"
#include "autograd/ops/arithmetic.h"
#include "autograd/ops/cross_entropy.h"
#include "autograd/ops/elementwise.h"
#include "autograd/ops/index.h"
#include "autograd/ops/logistic.h"
#include "autograd/ops/reduce.h"
#include "autograd/ops/setting.h"
#include "autograd/ops/shape.h"
#include "autograd/tensor/error.h"

namespace autograd::ops {
namespace {

/// y = −t·ln σ(x) − (1 − t)·ln σ(−x), the operands being x and t.
/// dx = dy·((1 − t)·σ(x) − t·σ(−x)), which is σ(x) − t without its cancellation,  dt = −dy·x
struct BceWithLogits : Binary, Wide {
  static constexpr std::string_view name = "bce_with_logits";
  template <class T>
  static T value(const T& x, const T& t) {
    return (T(1) - t) * softplus(x) + t * softplus(-x);
  }
  template <class T>
  static T slope_a(const T& x, const T& t, Unused) {
    return (T(1) - t) * sigmoid(x) - t * sigmoid(-x);
  }
  template <class T>
  static T slope_b(const T& x, Unused, Unused) {
    return -x;
  }
};

/// y = ½d² for |d| ≤ δ, else δ·(|d| − ½δ), d = a − b.   da = dy·d, at most δ in size,  db = −da
struct Huber : Binary, Wide {
  static constexpr std::string_view name = "huber";
  double delta;
  template <class T>
  T value(const T& a, const T& b) const {
    const T d = abs(a - b);
    return d > T(delta) ? T(delta) * (d - T(0.5) * T(delta)) : T(0.5) * d * d;
  }
  template <class T>
  T slope_a(const T& a, const T& b, Unused) const {
    return limited(a - b);
  }
  template <class T>
  T slope_b(const T& a, const T& b, Unused) const {
    return limited(b - a);
  }
  std::string settings() const { return "delta " + in_words(delta); }

 private:
  template <class T>
  T limited(const T& d) const {
    return select(d > T(delta), T(delta), select(d < T(-delta), T(-delta), d));
  }
};

/// y = max(1 − t·s, 0), the operands being s and t.   ds = −dy·t where t·s < 1, else 0,
/// dt = −dy·s there
struct Hinge : Binary, Wide {
  static constexpr std::string_view name = "hinge";
  template <class T>
  static T value(const T& s, const T& t) {
    const T y = T(1) - t * s;
    return y < T(0) ? T(0) : y;
  }
  template <class T>
  static T slope_a(const T& s, const T& t, Unused) {
    return select(t * s < T(1), -t, T(0));
  }
  template <class T>
  static T slope_b(const T& s, const T& t, Unused) {
    return select(t * s < T(1), -s, T(0));
  }
};

/// y = p·(ln p − l), 0 for p = 0, the operands being l and p.   dl = −dy·p,  dp = dy·(ln p + 1 −
/// l), 0 for p = 0
struct RelativeEntropy : Binary, Wide {
  static constexpr std::string_view name = "relative_entropy";
  template <class T>
  static T value(const T& l, const T& p) {
    return p > T(0) ? p * (log(p) - l) : p;
  }
  template <class T>
  static T slope_a(Unused, const T& p, Unused) {
    return -p;
  }
  template <class T>
  static T slope_b(const T& l, const T& p, Unused) {
    const auto some = p > T(0);
    return select(some, log(select(some, p, T(1))) + (T(1) - l), T(0));
  }
};

void require_same_shape(const char* operation, const Tensor& a, const Tensor& b) {
  if (a.shape() == b.shape()) return;
  throw Error(std::string(operation) + ": shapes must agree; got " + to_string(a.shape()) +
              " and " + to_string(b.shape()));
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

// The weights of the classes that the labels name; the mean divides by their sum.
Tensor weighted(const Tensor& losses, const Tensor& used, Reduction reduction) {
  return reduction == Reduction::mean ? sum(losses) / sum(used) : reduce(losses, reduction);
}

void require_weights(const char* operation, const Tensor& weights, const Tensor& x) {
  if (weights.rank() == 1 && x.rank() == 2 && weights.extent(0) == x.extent(1)) return;
  throw Error(std::string(operation) + ": expected one weight a class; got weights " +
              to_string(weights.shape()) + " for " + to_string(x.shape()));
}

}  // namespace

Tensor cross_entropy(const Tensor& logits, const Tensor& labels, Reduction reduction) {
  return reduce(ops::cross_entropies(logits, labels), reduction);
}

Tensor cross_entropy(const Tensor& logits, const Tensor& labels, const CrossEntropySettings& with,
                     Reduction reduction) {
  const double smoothing = with.label_smoothing;
  if (!(smoothing >= 0 && smoothing <= 1)) {
    throw Error("cross_entropy: expected a label smoothing from 0 to 1; got " +
                ops::in_words(smoothing));
  }
  const bool has_weights = with.class_weights.defined();
  if (has_weights) require_weights("cross_entropy", with.class_weights, logits);
  if (smoothing == 0 && !has_weights) return cross_entropy(logits, labels, reduction);
  if (logits.rank() != 2 || labels.rank() != 1) {
    ops::require_logits_and_labels(logits.shape(), labels.shape());
  }
  const Index classes = logits.extent(1);
  const Tensor chosen = one_hot(labels, classes, logits.dtype());
  Tensor targets = chosen * (1 - smoothing) + smoothing / static_cast<double>(classes);
  if (has_weights) targets = targets * with.class_weights;
  const Tensor losses = cross_entropy_with_probabilities(logits, targets, Reduction::none);
  if (!has_weights) return reduce(losses, reduction);
  return weighted(losses, index_rows(with.class_weights, labels), reduction);
}

Tensor cross_entropy_with_probabilities(const Tensor& logits, const Tensor& targets,
                                        Reduction reduction) {
  return reduce(ops::cross_entropies_with_probabilities(logits, targets), reduction);
}

Tensor nll(const Tensor& log_probabilities, const Tensor& labels, Reduction reduction) {
  return reduce(-pick(log_probabilities, labels), reduction);
}

Tensor nll(const Tensor& log_probabilities, const Tensor& labels, const Tensor& class_weights,
           Reduction reduction) {
  require_weights("nll", class_weights, log_probabilities);
  const Tensor used = index_rows(class_weights, labels);
  return weighted(-pick(log_probabilities, labels) * used, used, reduction);
}

Tensor bce_with_logits(const Tensor& logits, const Tensor& targets, Reduction reduction) {
  return reduce(ops::apply(ops::BceWithLogits{}, logits, targets), reduction);
}

Tensor squared_error(const Tensor& prediction, const Tensor& target, Reduction reduction) {
  return reduce(square(prediction - target), reduction);
}

Tensor absolute_error(const Tensor& prediction, const Tensor& target, Reduction reduction) {
  return reduce(abs(prediction - target), reduction);
}

Tensor huber(const Tensor& prediction, const Tensor& target, double delta, Reduction reduction) {
  if (!(delta > 0)) {
    throw Error("huber: expected a delta above 0; got " + ops::in_words(delta));
  }
  return reduce(ops::apply(ops::Huber{{}, {}, delta}, prediction, target), reduction);
}

Tensor hinge(const Tensor& scores, const Tensor& targets, Reduction reduction) {
  return reduce(ops::apply(ops::Hinge{}, scores, targets), reduction);
}

Tensor kl_divergence(const Tensor& log_probabilities, const Tensor& targets, Reduction reduction) {
  ops::require_same_shape("kl_divergence", log_probabilities, targets);
  const Tensor terms = ops::apply(ops::RelativeEntropy{}, log_probabilities, targets);
  return reduce(sum(terms, -1), reduction);
}

Tensor cosine_similarity(const Tensor& a, const Tensor& b, Index axis) {
  ops::require_same_shape("cosine_similarity", a, b);
  // Each divided by its own length first, so that no product of lengths overflows.
  const auto direction = [axis](const Tensor& x) {
    const Tensor length = norm2(x, axis, KeepAxes::yes);
    return x / where(length > 0, length, 1);
  };
  return sum(direction(a) * direction(b), axis);
}

}  // namespace autograd
