#pragma once

#include "tests/ulp/operations.h"

namespace ulp {

/// The worst errors of an operation in one dtype, in ulp of the exact result.
struct Measured {
  std::string op;
  autograd::Dtype dtype;
  double value = 0;
  double derivative = 0;
  double bound;
  bool met = true;
};

/// The distance of two numbers in units of the last place of a number of that size: 2⁻²³ or 2⁻⁵²
/// of its power of two, and below the normal numbers that of the smallest one. Infinite where got
/// is not finite though a number of that size is.
double ulps(double got, long double exact, long double size, autograd::Dtype dtype);

/// Evaluates every case through the tape. Throws BadFile for cases that the operation cannot take.
Measured measure(const Operation& operation, const Row& row, autograd::Dtype dtype);

}  // namespace ulp
