#pragma once

/// Highway, as Plumb uses it: one source for vectors of 128, 256 and 512 bits, compiled once for
/// each and chosen when the program runs. A file that does so begins with
///
///     #define HWY_TARGET_INCLUDE "autograd/kernels/that_file.cpp"
///     #include "autograd/kernels/simd.h"
///     #include <hwy/foreach_target.h>
///     #include <hwy/highway.h>
///
/// The targets left out would do nothing better here: those of 128 bits before SSE4, AVX-512 with
/// more instructions that are of no use to floating-point numbers, and vectors of a length that the
/// compiler does not know.
#define HWY_DISABLED_TARGETS (HWY_SSSE3 | HWY_AVX3_DL | HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_RVV)
