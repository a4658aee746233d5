#include <numeric>

#include "apps/verify/by_differences/loss.h"
#include "bench/ours/ours.h"

namespace bench {
namespace {

using by_differences::PlainLoss;

PlainLoss loss_of(const Perceptron& shape, const PerceptronData<double>& data) {
  by_differences::LossSpec spec;
  spec.layers.assign(shape.widths.begin(), shape.widths.end());
  spec.hidden = by_differences::Activation::relu;
  spec.samples = data.x;
  spec.targets.assign(shape.batch * shape.widths.back(), 0);
  for (std::size_t i = 0; i < shape.batch; ++i) {
    spec.targets[i * shape.widths.back() + static_cast<std::size_t>(data.labels[i])] = 1;
  }
  return PlainLoss(spec);
}

std::vector<double> point_of(const PerceptronData<double>& data) {
  std::vector<double> point;
  for (std::size_t l = 0; l < data.w.size(); ++l) {
    point.insert(point.end(), data.w[l].begin(), data.w[l].end());
    point.insert(point.end(), data.b[l].begin(), data.b[l].end());
  }
  return point;
}

class Differences final : public Task {
 public:
  Differences(const Perceptron& shape, const PerceptronData<double>& data, Quotients quotients)
      : loss_(loss_of(shape, data)), point_(point_of(data)), quotients_(quotients) {}

  void run() override {
    const by_differences::LossAt probe = loss_.at(point_);
    if (quotients_ == Quotients::central) {
      gradient_ = autograd::check::central_differences(probe, 1e-5);
    } else {
      estimates_ = autograd::check::estimate_gradient(probe, loss_.blocks());
    }
  }
  double result() override { return loss_(point_); }

 private:
  PlainLoss loss_;
  std::vector<double> point_;
  Quotients quotients_;
  std::vector<double> gradient_;
  std::vector<autograd::check::Estimate> estimates_;
};

}  // namespace

std::unique_ptr<Task> differences(const Perceptron& shape, Quotients quotients) {
  return std::make_unique<Differences>(shape, data_of<double>(shape), quotients);
}

}  // namespace bench
