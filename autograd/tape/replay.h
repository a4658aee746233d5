#pragma once

#include <span>
#include <vector>

#include "autograd/kernels/complex.h"
#include "autograd/kernels/double_double.h"
#include "autograd/kernels/dual.h"
#include "autograd/tape/program.h"

/// A recorded program run on other scalars than it was recorded with, as independent witnesses of
/// its derivatives: dual numbers, complex numbers for complex steps, and numbers of twice the
/// digits for differences that lose none.
///
/// Values are computed by the operations' own formulas in the arithmetic of the scalar, whatever
/// dtypes were recorded: nothing is rounded to f32. Branches are taken as they were recorded.
namespace autograd {

/// The outputs at new inputs. Each input and output is an array of numbers, row-major, in the shape
/// that was recorded; an i64 one holds integers. Parameters and constants have their values,
/// converted exactly. No tape records it.
///
/// S is kernels::Dual, kernels::Complex or kernels::DoubleDouble. Throws when the number of inputs
/// or the size of one is not as recorded, and when an operation is not known on S.
template <class S>
std::vector<std::vector<S>> replay(const Program& program, std::span<const std::vector<S>> inputs);

/// Whether every operation is known on S: not those of users, nor checkpoints.
template <class S>
bool can_replay(const Program& program);

}  // namespace autograd
