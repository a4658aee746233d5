#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "autograd/check/probe.h"

// The loss of a multilayer perceptron and nothing else: no derivative is written here. In double
// precision, with plain loops.
//
//   z[l] = W[l]·a[l−1] + b[l],  a[l] = φ(z[l]),  loss = Σ over samples (or mean) of ℓ(a[L], target)

namespace by_differences {

enum class Activation { identity, tanh, relu, sigmoid };
enum class LossKind {
  cross_entropy,      ///< −Σ t·log softmax(output): the outputs are logits
  sum_squared_error,  ///< Σ (output − t)²
};
enum class Reduction { mean, sum };

/// A perceptron, its samples and its loss.
struct LossSpec {
  std::vector<std::int64_t> layers;  ///< widths d, h, …, c: at least two
  Activation hidden = Activation::tanh;
  Activation output = Activation::identity;
  LossKind loss = LossKind::cross_entropy;
  Reduction reduction = Reduction::mean;
  bool biases = true;
  std::vector<double> samples;  ///< N × d, row-major
  std::vector<double> targets;  ///< N × c, row-major: one-hot, a distribution, or values
};

class LossAt;

/// The loss as a function of all parameters in one flat vector W1, b1, W2, b2, …, each W of shape
/// (out, in), row-major.
class PlainLoss {
 public:
  /// Throws autograd::Error when the sizes do not fit.
  explicit PlainLoss(LossSpec spec);

  const LossSpec& spec() const { return *spec_; }
  std::int64_t parameters() const { return parameters_; }
  std::int64_t batch() const { return batch_; }

  /// W1, b1, W2, b2, … with their shapes and offsets; without the b's for a network without biases.
  const std::vector<autograd::check::Block>& blocks() const { return blocks_; }

  /// The loss. `point` has parameters() entries.
  double operator()(std::span<const double> point) const;

  /// The loss seen from one point, where moving a single parameter is cheap.
  LossAt at(std::span<const double> point) const;

 private:
  friend class LossAt;

  std::shared_ptr<const LossSpec> spec_;  // shared with every LossAt
  std::int64_t batch_ = 0;
  std::int64_t parameters_ = 0;
  std::vector<autograd::check::Block> blocks_;
  std::vector<std::int64_t> weight_offset_;  // by layer, from 0
  std::vector<std::int64_t> bias_offset_;    // by layer; −1 without biases
};

/// The loss at a point with every z and a kept, so that moving one parameter redoes only what
/// changes: one unit of its layer, then the layers above. The moved pre-activation is z + delta·a,
/// as exact as a full evaluation to within a unit in the last place of z.
class LossAt final : public autograd::check::Probe {
 public:
  /// f(point + delta · e_index). Uses scratch memory: one thread at a time.
  double moved(std::int64_t index, double delta) const;

  std::span<const double> point() const override { return *point_; }
  double value(std::int64_t index, double delta) override { return moved(index, delta); }
  std::unique_ptr<autograd::check::Probe> clone() const override;
  std::unique_ptr<autograd::check::Probe> moved_to(std::span<const double> point) const override;

 private:
  friend class PlainLoss;
  struct Where;   // which weight or bias a flat index is
  struct Values;  // z and a of every layer and sample, the loss of every sample

  LossAt(std::shared_ptr<const PlainLoss> loss, std::span<const double> point);
  Where find(std::int64_t index) const;
  double moved_sample(const Where& where, double delta, std::int64_t sample) const;

  std::shared_ptr<const PlainLoss> loss_;
  std::shared_ptr<const std::vector<double>> point_;
  std::shared_ptr<const Values> values_;
  mutable std::vector<double> z_, a_;  // scratch: the layer being redone and the one below
};

}  // namespace by_differences
