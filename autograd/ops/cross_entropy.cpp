#include "autograd/ops/cross_entropy.h"

#include <string>

#include "autograd/ops/apply.h"
#include "autograd/ops/arithmetic.h"
#include "autograd/ops/computed_from.h"
#include "autograd/ops/index.h"
#include "autograd/ops/reduce.h"
#include "autograd/ops/shape.h"
#include "autograd/ops/shares.h"
#include "autograd/ops/softmax.h"
#include "autograd/tensor/error.h"

namespace autograd::ops {
namespace {

constexpr int classes = 1;  // the axis

// dzⱼ = (pⱼ·Σₖ qₖ over the others − qⱼ·(1 − pⱼ))·dy
template <class T>
void cross_entropy_pullback(View<T> dz, View<const T> dy, View<const T> z, View<const T> q) {
  using G = Guarded<T>;
  for_each_block<T>(z.shape, classes, [&](const Block<T>& block) {
    Shares<T> p(block, z.data);
    Companion<T> target(block, q.data);
    const auto d = block.one_each(dy.data);
    const auto own = [&](auto r, auto l) { return guarded<G>(target(r, l)); };
    const auto all = p.sum(own, target);
    const auto out = [&](auto r, auto l) {
      const G slope = p(r, l) * (all[l] - own(r, l)) - own(r, l) * p.others(r, l);
      return scaled_by(slope, d[l]);
    };
    p.fill(dz.data, out, target);
  });
}

/// yₙ = −Σ q·log softmax(zₙ).   dz = (softmax(z)·Σ q − q)·dy,  dq = −log softmax(z)·dy
struct CrossEntropyWithProbabilities {
  static constexpr std::string_view name = "cross_entropy_with_probabilities";
  static Shape shape(const Shape& z, const Shape& q) {
    if (z.rank() != 2 || z != q || z[1] == 0) {
      throw Error("cross_entropy: expected logits and targets [N, classes]; got " + to_string(z) +
                  " and " + to_string(q));
    }
    return z.without(1);
  }
  template <class T>
  static void value(View<T> y, View<const T> z, View<const T> q) {
    for_each_block<T>(z.shape, classes, [&](const Block<T>& block) {
      Shares<T> p(block, z.data);
      Companion<T> target(block, q.data);
      const auto log_total = p.log_totals();
      const auto term = [&](auto r, auto l) {
        const auto own = guarded<Guarded<T>>(target(r, l)), zero = guarded<Guarded<T>>(0.0);
        // A class that is not meant counts for nothing, however improbable.
        return either(target(r, l) == 0, zero, own * p.surprise(p.x(r, l), log_total, l));
      };
      block.store_one_each(p.sum(term, target), y.data);
    });
  }
  static Tensor dz(const Tensor& dy, const Tensor& z, const Tensor& q, Unused) {
    if (recorder() != nullptr) {
      return (softmax(z) * sum(q, 1, KeepAxes::yes) - q) * unsqueeze(dy, 1);
    }
    return computed_from(z, [&]<class T>(View<T> out, View<const T> logits) {
      cross_entropy_pullback(out, detail::view<T>(dy), logits, detail::view<T>(q));
    });
  }
  static Tensor dq(const Tensor& dy, const Tensor& z, Unused, Unused) {
    return -log_softmax(z) * unsqueeze(dy, 1);
  }
  static constexpr std::tuple pullbacks{&CrossEntropyWithProbabilities::dz,
                                        &CrossEntropyWithProbabilities::dq};
};

// dzⱼ = pⱼ·dy, at the label −(1 − p)·dy: the sum of the others, not the difference
template <class T>
void cross_entropy_pullback(View<T> dz, View<const T> dy, View<const T> z,
                            View<const Index> labels) {
  for_each_block<T>(z.shape, classes, [&](const Block<T>& block) {
    Shares<T> p(block, z.data);
    const auto d = block.one_each(dy.data);
    std::array<double, Block<T>::width> label;
    for (std::size_t l = 0; l < label.size(); ++l) {
      label[l] = static_cast<double>(block.row_of(labels[block.line(l)], l));
    }
    p.fill(dz.data, [&](auto r, auto l) {
      return scaled_by(either(p.row(r) == label[l], -p.others(r, l), p(r, l)), d[l]);
    });
  });
}

void require_classes(View<const Index> labels, Index count) {
  for (Index n = 0; n < labels.size(); ++n) {
    if (labels[n] >= 0 && labels[n] < count) continue;
    throw Error("cross_entropy: label " + std::to_string(labels[n]) + " of sample " +
                std::to_string(n) + " is no class; expected 0 to " + std::to_string(count - 1));
  }
}

/// yₙ = log Σ exp(zₙ) − zₙ[labelₙ].   dz = (softmax(z) − onehot(label))·dy
struct CrossEntropy {
  static constexpr std::string_view name = "cross_entropy";
  static Shape shape(const Shape& z, const Shape& labels) {
    require_logits_and_labels(z, labels);
    return labels;
  }
  template <class T>
  static void value(View<T> y, View<const T> z, View<const Index> labels) {
    require_classes(labels, z.shape[1]);
    for_each_block<T>(z.shape, classes, [&](const Block<T>& block) {
      const Shares<T> p(block, z.data);
      const auto log_total = p.log_totals();
      auto out = log_total;
      for (std::size_t l = 0; l < Block<T>::width; ++l) {
        const Index at = block.place(labels[block.line(l)], l);
        out.set(l, p.surprise(widened(z[at]), log_total, l));
      }
      block.store_one_each(out, y.data);
    });
  }
  static Tensor dz(const Tensor& dy, const Tensor& z, const Tensor& labels, Unused) {
    if (recorder() != nullptr) {
      return (softmax(z) - one_hot(labels, z.extent(1), z.dtype())) * unsqueeze(dy, 1);
    }
    return computed_from(z, [&]<class T>(View<T> out, View<const T> logits) {
      cross_entropy_pullback(out, detail::view<T>(dy), logits, detail::view<Index>(labels));
    });
  }
  static constexpr std::tuple pullbacks{&CrossEntropy::dz, not_differentiable};
};

}  // namespace

void require_logits_and_labels(const Shape& logits, const Shape& labels) {
  if (logits.rank() == 2 && labels.rank() == 1 && logits[0] == labels[0] && logits[1] != 0) return;
  throw Error("cross_entropy: expected logits [N, classes] and labels [N]; got " +
              to_string(logits) + " and " + to_string(labels));
}

Tensor cross_entropies(const Tensor& logits, const Tensor& labels) {
  return apply(CrossEntropy{}, logits, labels);
}

Tensor cross_entropies_with_probabilities(const Tensor& logits, const Tensor& targets) {
  return apply(CrossEntropyWithProbabilities{}, logits, targets);
}

}  // namespace autograd::ops
