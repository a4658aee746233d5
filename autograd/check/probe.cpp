#include "autograd/check/probe.h"

#include <utility>

#include "autograd/tensor/error.h"

namespace autograd::check {

std::int64_t Block::count() const {
  std::int64_t count = 1;
  for (const std::int64_t extent : shape) count *= extent;
  return count;
}

std::string Block::entry_name(std::int64_t index) const {
  if (shape.empty()) return name;
  std::int64_t rest = index - offset;
  std::int64_t step = 1;
  for (const std::int64_t extent : shape) step *= extent;
  std::string text = name;
  for (std::size_t axis = 0; axis < shape.size(); ++axis) {
    step /= shape[axis];
    text += axis == 0 ? "[" : ", ";
    text += std::to_string(rest / step);
    rest %= step;
  }
  text += ']';
  return text;
}

void check_blocks(std::span<const Block> blocks, std::int64_t size) {
  std::int64_t end = 0;
  for (const Block& block : blocks) {
    if (block.offset != end) {
      throw Error("check_blocks: " + block.name + " starts at " + std::to_string(block.offset) +
                  "; expected " + std::to_string(end) + ", where the block before it ends");
    }
    for (const std::int64_t extent : block.shape) {
      if (extent < 1) {
        throw Error("check_blocks: " + block.name + " has an extent of " + std::to_string(extent) +
                    "; expected at least 1");
      }
    }
    end += block.count();
  }
  if (end != size) {
    throw Error("check_blocks: the blocks hold " + std::to_string(end) + " entries; expected the " +
                std::to_string(size) + " of the point");
  }
}

void Probe::values(std::span<const Move> moves, std::span<double> out) {
  for (std::size_t i = 0; i < moves.size(); ++i) out[i] = value(moves[i].index, moves[i].delta);
}

BlackBox::BlackBox(Function f, std::span<const double> point)
    : f_(std::move(f)), point_(point.begin(), point.end()) {
  if (!f_) throw Error("BlackBox: the function is empty; expected one to evaluate");
  if (point_.empty()) throw Error("BlackBox: the point is empty; expected at least one entry");
}

double BlackBox::value(std::int64_t index, double delta) {
  double& x = point_[static_cast<std::size_t>(index)];
  const double before = x;
  x = before + delta;
  const double result = f_(point_);
  x = before;
  return result;
}

std::unique_ptr<Probe> BlackBox::clone() const { return std::make_unique<BlackBox>(f_, point_); }

std::unique_ptr<Probe> BlackBox::moved_to(std::span<const double> point) const {
  return std::make_unique<BlackBox>(f_, point);
}

}  // namespace autograd::check
