#pragma once

#include <functional>
#include <initializer_list>
#include <span>

#include "autograd/tensor/tensor.h"

namespace autograd {

/// f(inputs), of which the tape keeps only the inputs: whatever f computes on the way is given up,
/// and computed once more when the gradient asks for it. That trades time, one more evaluation of
/// f, for memory.
///
///     Tensor y = checkpoint([&](std::span<const Tensor> x) { return block(x[0]); }, {x});
///
/// Parameters that f uses get their derivatives as ever. f must compute the same each time: a
/// dropout in it needs a seed of its own. Derivatives of any order; but under a further tape, which
/// has to differentiate the second evaluation, that one is kept.
///
/// Throws when f uses a recorded tensor that is not among its inputs, for more than 30 inputs, and
/// at the gradient when a parameter has been given another value since.
Tensor checkpoint(const std::function<Tensor(std::span<const Tensor>)>& f,
                  std::span<const Tensor> inputs);
Tensor checkpoint(const std::function<Tensor(std::span<const Tensor>)>& f,
                  std::initializer_list<Tensor> inputs);

}  // namespace autograd
