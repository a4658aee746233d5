#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "apps/verify/by_hand/flat_vector.h"
#include "autograd/check/compare.h"
#include "autograd/check/diagnosis.h"

/// A ReLU network 784–40–10 on five Fashion-MNIST images whose 31,810 parameters lie in one flat
/// vector: the gradient written by hand, judged by differences over every parameter.
namespace verify {

struct FlatVector {
  /// ‖claimed − forward difference‖₂ with step 1e-8: the number by which it was once judged.
  double score = 0;
  autograd::check::Report report;
  std::vector<autograd::check::Diagnosis> diagnoses;
};

FlatVector flat_vector(by_hand::Variant variant, std::uint64_t seed);

}  // namespace verify
