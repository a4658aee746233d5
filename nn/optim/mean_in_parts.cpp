#include "nn/optim/mean_in_parts.h"

#include <algorithm>
#include <string>
#include <utility>

#include "autograd/tape/tape.h"
#include "autograd/tensor/error.h"
#include "autograd/tensor/factories.h"

namespace nn {

using autograd::Tensor;

MeanInParts::MeanInParts(Part part, Index samples, Index at_a_time)
    : part_(std::move(part)), samples_(samples), at_a_time_(at_a_time) {
  if (samples >= 1 && at_a_time >= 1) return;
  throw autograd::Error("MeanInParts: expected at least 1 sample, at least 1 at a time; got " +
                        std::to_string(samples) + " and " + std::to_string(at_a_time));
}

// visit(weight, loss of a part)
template <class Visit>
void MeanInParts::for_each_part(const Visit& visit) const {
  for (Index begin = 0, end = 0; begin < samples_; begin = end) {
    end = begin + std::min(at_a_time_, samples_ - begin);
    visit(static_cast<double>(end - begin) / static_cast<double>(samples_), [&] {
      Tensor loss = part_(begin, end);
      if (loss.size() == 1) return loss;
      throw autograd::Error("MeanInParts: the loss of a part must be a scalar; got shape " +
                            to_string(loss.shape()));
    });
  }
}

double MeanInParts::value() const {
  const autograd::Pause pause;
  double sum = 0;
  for_each_part([&](double weight, const auto& loss) { sum += weight * loss().item(); });
  return sum;
}

MeanInParts::Point MeanInParts::value_and_gradients() const {
  const autograd::Pause pause;
  Point point;
  for_each_part([&](double weight, const auto& part) {
    autograd::Tape tape;
    const Tensor loss = part();
    point.value += weight * loss.item();
    point.gradients += tape.gradient(loss, autograd::full(loss.shape(), weight, loss.dtype()));
  });
  return point;
}

}  // namespace nn
