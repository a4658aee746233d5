#include "autograd/witness/projection.h"

#include <cmath>

#include "autograd/check/estimate.h"
#include "autograd/tensor/factories.h"
#include "autograd/tensor/random.h"
#include "autograd/witness/flat.h"

namespace autograd::check {
namespace {

// A Gaussian direction in one block, and what a gradient says about it.
struct Direction {
  std::vector<double> v;  // flat, of all blocks: 0 outside of the one
  Projection projection;

  Direction(std::span<const Block> blocks, std::size_t block, std::span<const double> g,
            std::span<const double> allowance, std::uint64_t seed)
      : v(g.size(), 0.0) {
    Random random(seed, block);
    const auto begin = static_cast<std::size_t>(blocks[block].offset);
    double squares = 0, terms = 0;
    for (std::size_t i = begin; i < begin + static_cast<std::size_t>(blocks[block].count()); ++i) {
      v[i] = random.normal();
      projection.gradient += g[i] * v[i];
      squares += (allowance[i] * v[i]) * (allowance[i] * v[i]);
      terms += std::abs(g[i] * v[i]);
    }
    projection.tolerance = 8 * std::sqrt(squares) + 0x1p-46 * terms;
  }
};

}  // namespace

bool Projection::agree() const { return std::abs(gradient - witness) <= tolerance; }

Projection project(const Program& f, std::span<const Tensor> parameters,
                   std::span<const Block> blocks, std::size_t block, std::span<const double> g,
                   std::span<const double> allowance, std::uint64_t seed) {
  Direction d(blocks, block, g, allowance, seed);
  d.projection.witness = f.jvp(parameters, cut(d.v, blocks)).dy[0].item();
  return d.projection;
}

Projection project_by_differences(const Program& f, std::span<const Tensor> parameters,
                                  std::span<const Block> blocks, std::size_t block,
                                  std::span<const double> g, std::span<const double> allowance,
                                  std::uint64_t seed) {
  Direction d(blocks, block, g, allowance, seed);
  const std::vector<double> point = flatten(parameters);
  const Function along = [&](std::span<const double> s) {
    std::vector<double> moved = point;
    for (std::size_t i = 0; i < moved.size(); ++i) moved[i] += s[0] * d.v[i];
    return f(cut(moved, blocks))[0].item();
  };
  const std::vector<double> here{0.0};
  const std::vector<Block> one{{"s", {1}, 0}};
  const Estimate slope = estimate_gradient(along, here, one).front();
  d.projection.witness = slope.value;
  d.projection.tolerance += 3 * slope.bar;
  return d.projection;
}

}  // namespace autograd::check
