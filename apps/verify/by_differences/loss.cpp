#include "apps/verify/by_differences/loss.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "autograd/tensor/error.h"

namespace by_differences {
namespace {

using autograd::Error;
using autograd::check::Block;

std::size_t at_index(std::int64_t i) { return static_cast<std::size_t>(i); }

double apply(Activation activation, double z) {
  switch (activation) {
    case Activation::identity:
      return z;
    case Activation::tanh:
      return std::tanh(z);
    case Activation::relu:
      return z > 0 ? z : 0;
    case Activation::sigmoid:
      return 1 / (1 + std::exp(-z));
  }
  return z;
}

double dot(const double* a, const double* b, std::size_t count) {
  double s0 = 0, s1 = 0, s2 = 0, s3 = 0;  // four sums run side by side
  std::size_t i = 0;
  for (; i + 4 <= count; i += 4) {
    s0 += a[i] * b[i];
    s1 += a[i + 1] * b[i + 1];
    s2 += a[i + 2] * b[i + 2];
    s3 += a[i + 3] * b[i + 3];
  }
  for (; i < count; ++i) s0 += a[i] * b[i];
  return (s0 + s1) + (s2 + s3);
}

/// −Σ t·log softmax(o) = Σ t·(log Σ exp(o − m) + (m − o)), m the largest output. m is never added
/// to the logarithm, so that large outputs leave its digits alone.
double cross_entropy(std::span<const double> o, const double* t) {
  const double largest = *std::max_element(o.begin(), o.end());
  double sum = 0;
  for (const double v : o) sum += std::exp(v - largest);
  const double log_sum = std::log(sum);
  double loss = 0;
  for (std::size_t k = 0; k < o.size(); ++k) {
    if (t[k] != 0) loss += t[k] * (log_sum + (largest - o[k]));
  }
  return loss;
}

double squared_error(std::span<const double> o, const double* t) {
  double loss = 0;
  for (std::size_t k = 0; k < o.size(); ++k) loss += (o[k] - t[k]) * (o[k] - t[k]);
  return loss;
}

double sample_loss(const LossSpec& spec, std::span<const double> output, std::int64_t sample) {
  const double* target = spec.targets.data() + at_index(sample) * output.size();
  return spec.loss == LossKind::cross_entropy ? cross_entropy(output, target)
                                              : squared_error(output, target);
}

double total(const LossSpec& spec, double sum, std::int64_t batch) {
  return spec.reduction == Reduction::mean ? sum / static_cast<double>(batch) : sum;
}

void check_spec(const LossSpec& spec) {
  if (spec.layers.size() < 2) {
    throw Error("PlainLoss: got " + std::to_string(spec.layers.size()) +
                " layer widths; expected at least 2, inputs and outputs");
  }
  for (const std::int64_t width : spec.layers) {
    if (width < 1) {
      throw Error("PlainLoss: a layer of width " + std::to_string(width) + "; expected at least 1");
    }
  }
  const std::size_t d = at_index(spec.layers.front());
  if (spec.samples.empty() || spec.samples.size() % d != 0) {
    throw Error("PlainLoss: got " + std::to_string(spec.samples.size()) +
                " numbers of samples; expected a positive multiple of the " + std::to_string(d) +
                " inputs");
  }
  const std::size_t expected = spec.samples.size() / d * at_index(spec.layers.back());
  if (spec.targets.size() != expected) {
    throw Error("PlainLoss: got " + std::to_string(spec.targets.size()) +
                " numbers of targets; expected samples · outputs = " + std::to_string(expected));
  }
}

}  // namespace

PlainLoss::PlainLoss(LossSpec spec) {
  check_spec(spec);
  spec_ = std::make_shared<const LossSpec>(std::move(spec));
  const std::vector<std::int64_t>& widths = spec_->layers;
  batch_ = static_cast<std::int64_t>(spec_->samples.size()) / widths.front();
  for (std::size_t l = 0; l + 1 < widths.size(); ++l) {
    const std::string number = std::to_string(l + 1);
    weight_offset_.push_back(parameters_);
    blocks_.push_back({"W" + number, {widths[l + 1], widths[l]}, parameters_});
    parameters_ += widths[l + 1] * widths[l];
    bias_offset_.push_back(spec_->biases ? parameters_ : -1);
    if (!spec_->biases) continue;
    blocks_.push_back({"b" + number, {widths[l + 1]}, parameters_});
    parameters_ += widths[l + 1];
  }
}

/// By layer l, counted from 0, row-major (sample, unit): z[l] = W·a[l − 1] + b, a[l] = φ(z[l]).
struct LossAt::Values {
  std::vector<std::vector<double>> z, a;
  std::vector<double> losses;  // of every sample, not divided by their number
};

struct LossAt::Where {
  std::size_t layer = 0;
  std::size_t row = 0;
  std::int64_t column = -1;  // −1: the bias of the row
};

double PlainLoss::operator()(std::span<const double> point) const { return at(point).moved(0, 0); }

LossAt PlainLoss::at(std::span<const double> point) const {
  return {std::make_shared<const PlainLoss>(*this), point};
}

LossAt::LossAt(std::shared_ptr<const PlainLoss> loss, std::span<const double> point)
    : loss_(std::move(loss)),
      point_(std::make_shared<const std::vector<double>>(point.begin(), point.end())) {
  const LossSpec& spec = loss_->spec();
  if (static_cast<std::int64_t>(point.size()) != loss_->parameters()) {
    throw Error("PlainLoss: got " + std::to_string(point.size()) + " parameters; expected " +
                std::to_string(loss_->parameters()));
  }
  const auto values = std::make_shared<Values>();
  const auto n = at_index(loss_->batch_);
  const std::size_t layers = spec.layers.size() - 1;
  const std::vector<double>* below = &spec.samples;
  for (std::size_t l = 0; l < layers; ++l) {
    const std::size_t in = at_index(spec.layers[l]), out = at_index(spec.layers[l + 1]);
    const double* w = point.data() + loss_->weight_offset_[l];
    const double* b = spec.biases ? point.data() + loss_->bias_offset_[l] : nullptr;
    std::vector<double> z(n * out), a(n * out);
    for (std::size_t i = 0; i < n * out; ++i) {
      const std::size_t sample = i / out, unit = i % out;
      z[i] = dot(w + unit * in, below->data() + sample * in, in) + (b ? b[unit] : 0);
      a[i] = apply(l + 1 == layers ? spec.output : spec.hidden, z[i]);
    }
    values->z.push_back(std::move(z));
    values->a.push_back(std::move(a));
    below = &values->a.back();
  }
  const std::size_t c = at_index(spec.layers.back());
  for (std::size_t sample = 0; sample < n; ++sample) {
    values->losses.push_back(sample_loss(spec, std::span(*below).subspan(sample * c, c),
                                         static_cast<std::int64_t>(sample)));
  }
  values_ = values;
}

std::unique_ptr<autograd::check::Probe> LossAt::clone() const {
  return std::make_unique<LossAt>(*this);
}

std::unique_ptr<autograd::check::Probe> LossAt::moved_to(std::span<const double> point) const {
  return std::unique_ptr<autograd::check::Probe>(new LossAt(loss_, point));
}

LossAt::Where LossAt::find(std::int64_t index) const {
  if (index < 0 || index >= loss_->parameters_) {
    throw Error("PlainLoss: there is no parameter " + std::to_string(index) + " among " +
                std::to_string(loss_->parameters_));
  }
  const auto& offsets = loss_->weight_offset_;
  const auto layer = static_cast<std::size_t>(
      std::upper_bound(offsets.begin(), offsets.end(), index) - offsets.begin() - 1);
  const std::int64_t bias = loss_->bias_offset_[layer];
  if (bias >= 0 && index >= bias) return {layer, at_index(index - bias), -1};
  const std::int64_t in = loss_->spec().layers[layer];
  const std::int64_t inside = index - offsets[layer];
  return {layer, at_index(inside / in), inside % in};
}

double LossAt::moved(std::int64_t index, double delta) const {
  const Where where = find(index);
  double sum = 0;
  for (std::int64_t sample = 0; sample < loss_->batch_; ++sample) {
    sum += moved_sample(where, delta, sample);
  }
  return total(loss_->spec(), sum, loss_->batch_);
}

double LossAt::moved_sample(const Where& where, double delta, std::int64_t sample) const {
  const LossSpec& spec = loss_->spec();
  const std::size_t n = at_index(sample);
  const std::size_t layers = spec.layers.size() - 1;
  std::size_t l = where.layer;
  double input = 1;
  if (where.column >= 0) {
    const std::vector<double>& below = l == 0 ? spec.samples : values_->a[l - 1];
    input = below[n * at_index(spec.layers[l]) + at_index(where.column)];
  }
  const std::size_t unit = n * at_index(spec.layers[l + 1]) + where.row;
  const double z = values_->z[l][unit] + delta * input;
  const double a = apply(l + 1 == layers ? spec.output : spec.hidden, z);
  const double moved_by = a - values_->a[l][unit];
  if (moved_by == 0) return values_->losses[n];

  std::size_t width = at_index(spec.layers[l + 1]);
  if (l + 1 == layers) {
    const double* kept = values_->a[l].data() + n * width;
    a_.assign(kept, kept + width);
    a_[where.row] = a;
  }
  for (++l; l < layers; ++l) {
    const std::size_t in = width;
    width = at_index(spec.layers[l + 1]);
    const double* w = point_->data() + loss_->weight_offset_[l];
    const double* b = spec.biases ? point_->data() + loss_->bias_offset_[l] : nullptr;
    z_.resize(width);
    for (std::size_t k = 0; k < width; ++k) {
      // One unit below has moved: a rank-one update. Above that, all have.
      z_[k] = l == where.layer + 1 ? values_->z[l][n * width + k] + w[k * in + where.row] * moved_by
                                   : dot(w + k * in, a_.data(), in) + (b ? b[k] : 0);
    }
    a_.resize(width);
    for (std::size_t k = 0; k < width; ++k) {
      a_[k] = apply(l + 1 == layers ? spec.output : spec.hidden, z_[k]);
    }
  }
  return sample_loss(spec, a_, sample);
}

}  // namespace by_differences
