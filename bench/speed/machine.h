#pragma once

#include <string>

/// What one core of this machine can do at the very most.
namespace bench {

bool has_avx512();

/// The widest instructions that the processor has for fused multiply-adds: "AVX-512", "AVX2 with
/// FMA", or "plain C++" where neither is there.
std::string widest_instructions();

/// Floating-point operations a second of independent fused multiply-adds in registers, two each, in
/// about `seconds` of trying; the best of ten parts, for whatever disturbs makes it only slower.
double fma_peak(const std::string& dtype, double seconds);

/// Bytes a second that are read and written when a block larger than the caches is copied.
double copy_bandwidth();

/// The processor's name, as the system knows it.
std::string processor();

}  // namespace bench
