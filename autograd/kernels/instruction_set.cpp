#include "autograd/kernels/instruction_set.h"

#include <cstdint>

#include "autograd/kernels/simd.h"
#include "autograd/tensor/error.h"
// What is compiled follows from what simd.h leaves out.
#include <hwy/highway.h>

namespace autograd::kernels {

std::vector<std::string> instruction_sets() {
  std::vector<std::string> names;
  for (const std::int64_t target : hwy::SupportedAndGeneratedTargets()) {
    names.emplace_back(hwy::TargetName(target));
  }
  return names;
}

void use_instruction_set(const std::string& name) {
  hwy::SetSupportedTargetsForTest(0);
  if (name.empty()) {
    hwy::GetChosenTarget().Update(hwy::SupportedTargets());
    return;
  }
  std::string known;
  for (const std::int64_t target : hwy::SupportedAndGeneratedTargets()) {
    known += (known.empty() ? "" : ", ") + std::string(hwy::TargetName(target));
    if (name != hwy::TargetName(target)) continue;
    hwy::SetSupportedTargetsForTest(target);
    hwy::GetChosenTarget().Update(target);
    return;
  }
  throw Error("kernels: the instruction set " + name + " is not to be had here; expected " + known);
}

}  // namespace autograd::kernels
