#pragma once

#include <functional>

#include "autograd/tape/gradients.h"
#include "autograd/tensor/tensor.h"

namespace nn {

/// The mean of a loss over many samples, computed some samples at a time.
///
/// What a network computes of some hundred samples, and those samples themselves, stay in the
/// cache: the pullbacks find there what the values have just brought in. A pass over all samples at
/// once brings everything through memory twice, once for the values and once for the gradient. Nor
/// does a tape ever hold more than one part.
///
///     nn::MeanInParts loss([&](Index begin, Index end) {
///       return cross_entropy(model(slice(x, 0, begin, end)), slice(labels, 0, begin, end));
///     }, x.extent(0));
///     auto [value, gradients] = loss.value_and_gradients();
///
/// The parts are added up in their order, so the result does not depend on the number of threads.
class MeanInParts {
 public:
  using Index = autograd::Index;
  /// The mean over samples begin … end − 1, a scalar.
  using Part = std::function<autograd::Tensor(Index begin, Index end)>;

  /// Over `samples` samples, `at_a_time` of them in every part but the last. Throws unless both are
  /// at least 1.
  MeanInParts(Part part, Index samples, Index at_a_time = 128);

  /// The mean alone. Nothing is recorded.
  double value() const;

  struct Point {
    double value = 0;
    autograd::Gradients gradients;
  };
  /// The mean and its derivatives by all parameters that the parts use, the same ones in each. No
  /// tape that is open outside differentiates them again.
  Point value_and_gradients() const;

 private:
  template <class Visit>
  void for_each_part(const Visit& visit) const;

  Part part_;
  Index samples_;
  Index at_a_time_;
};

}  // namespace nn
