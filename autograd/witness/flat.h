#pragma once

#include <span>
#include <vector>

#include "autograd/check/probe.h"
#include "autograd/tensor/tensor.h"

/// Between the flat vectors of a check and the tensors of a program. For the files of this room.
namespace autograd::check {

/// All numbers of some tensors, one after another, as doubles.
std::vector<double> flatten(std::span<const Tensor> tensors);

/// Whether any of them is f32.
bool holds_f32(std::span<const Tensor> tensors);

/// The tensors in f64.
std::vector<Tensor> widened(std::span<const Tensor> tensors);

/// A flat vector cut into f64 tensors with the blocks' shapes.
std::vector<Tensor> cut(std::span<const double> flat, std::span<const Block> blocks);

/// Blocks with the shapes of some tensors. Throws Error unless there is a name for each.
std::vector<Block> blocks_of(std::span<const Tensor> tensors, std::span<const std::string> names);

}  // namespace autograd::check
