#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "autograd/tape/walk.h"

/// Which steps of a program work row by row along axis 0, so that rows of several runs can be
/// stacked and computed at once. For the files of this room.
namespace autograd::check {

/// Some rows of a tensor along axis 0, in the order given and as often as given.
Tensor gather_rows(const Tensor& x, std::span<const Index> rows);

/// For each operand of a step whether it comes in rows along axis 0, as the step's value does; the
/// others are the same for all rows. Nothing where the step does not work row by row.
///
/// It is not believed but tried: the operation on a stack of rows taken from the operands here and
/// from others slightly moved, in another order and number, must give each row what the operation
/// on the whole operands gives it, to within rounding.
std::optional<std::vector<bool>> row_operands(const Walk& walk, std::size_t step);

}  // namespace autograd::check
