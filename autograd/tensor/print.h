#pragma once

#include <iosfwd>
#include <string>

#include "autograd/tensor/tensor.h"

namespace autograd {

/// The numbers in brackets, an axis a level, then dtype and shape:
///
///     [[1, 2.5],
///      [3, -4]] f64 [2, 2]
///
/// Six digits a number, all of an i64; of a long axis the first and the last three entries.
std::string to_string(const Tensor& x);
std::ostream& operator<<(std::ostream& out, const Tensor& x);

}  // namespace autograd
