#include "autograd/witness/projection.h"

#include <cmath>

#include "autograd/check/estimate.h"
#include "autograd/tensor/factories.h"
#include "autograd/tensor/random.h"
#include "autograd/witness/flat.h"
#include "autograd/witness/witnesses.h"

namespace autograd::check {
namespace {

// A Gaussian direction in one block, or in all of them for the number behind the last, and what a
// gradient says about it.
struct Direction {
  std::vector<double> v;  // flat; 0 outside of the block
  Projection projection;

  Direction(std::span<const Block> blocks, std::size_t block, std::span<const double> g,
            std::span<const double> allowance, std::uint64_t seed)
      : v(g.size(), 0.0) {
    Random random(seed, block);
    const bool all = block == blocks.size();
    const std::size_t begin = all ? 0 : static_cast<std::size_t>(blocks[block].offset);
    const std::size_t end =
        all ? g.size() : begin + static_cast<std::size_t>(blocks[block].count());
    double squares = 0, terms = 0;
    for (std::size_t i = begin; i < end; ++i) {
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

Projection project_by_double_double(const Program& f, std::span<const Tensor> parameters,
                                    std::span<const Block> blocks, std::span<const double> g,
                                    std::span<const double> allowance, std::uint64_t seed) {
  Direction d(blocks, blocks.size(), g, allowance, seed);
  const std::vector<double> x = flatten(parameters);
  // A kink between the two points would spoil the first step, and is not between closer ones.
  for (const double step : {0x1p-36, 0x1p-48}) {
    d.projection.witness = double_double_along(f, x, d.v, step);
    if (d.projection.agree()) break;
  }
  return d.projection;
}

}  // namespace autograd::check
