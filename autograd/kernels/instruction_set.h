#pragma once

#include <string>
#include <vector>

namespace autograd::kernels {

/// The instruction sets that this machine has and the kernels are compiled for, the best first,
/// such as "AVX3", which is AVX-512, "AVX2" and "SSE4".
std::vector<std::string> instruction_sets();

/// Holds the kernels of the whole process to one of them, for tests and measurements. Results of
/// different ones differ by rounding. Throws Error for a name that is not among them; an empty one
/// stands for the best.
void use_instruction_set(const std::string& name);

}  // namespace autograd::kernels
