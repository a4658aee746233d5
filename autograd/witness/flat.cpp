#include "autograd/witness/flat.h"

#include <algorithm>
#include <string>

#include "autograd/ops/elementwise.h"
#include "autograd/tensor/error.h"
#include "autograd/tensor/factories.h"

namespace autograd::check {

std::vector<double> flatten(std::span<const Tensor> tensors) {
  std::vector<double> flat;
  for (const Tensor& t : tensors) {
    const std::vector<double> numbers = to_vector(t);
    flat.insert(flat.end(), numbers.begin(), numbers.end());
  }
  return flat;
}

bool holds_f32(std::span<const Tensor> tensors) {
  return std::any_of(tensors.begin(), tensors.end(),
                     [](const Tensor& x) { return x.dtype() == f32; });
}

std::vector<Tensor> widened(std::span<const Tensor> tensors) {
  std::vector<Tensor> wide;
  wide.reserve(tensors.size());
  for (const Tensor& x : tensors) wide.push_back(to(x, f64));
  return wide;
}

std::vector<Tensor> cut(std::span<const double> flat, std::span<const Block> blocks) {
  std::vector<Tensor> tensors;
  for (const Block& block : blocks) {
    const std::span<const Index> extents(block.shape);
    tensors.push_back(Tensor::of(flat.subspan(static_cast<std::size_t>(block.offset),
                                              static_cast<std::size_t>(block.count())),
                                 Shape(extents)));
  }
  return tensors;
}

std::vector<Block> blocks_of(std::span<const Tensor> tensors, std::span<const std::string> names) {
  if (tensors.size() != names.size()) {
    throw Error("check: got " + std::to_string(names.size()) + " names; expected one for each of " +
                std::to_string(tensors.size()) + " parameters");
  }
  std::vector<Block> blocks;
  std::int64_t offset = 0;
  for (std::size_t k = 0; k < tensors.size(); ++k) {
    const Shape& shape = tensors[k].shape();
    Block block{names[k], {}, offset};
    for (int axis = 0; axis < shape.rank(); ++axis) block.shape.push_back(shape[axis]);
    offset += block.count();
    blocks.push_back(std::move(block));
  }
  return blocks;
}

}  // namespace autograd::check
