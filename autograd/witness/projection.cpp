#include "autograd/witness/projection.h"

#include <algorithm>
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

// How large the entries of each block are, so that a step is small for the smallest of them too.
std::vector<double> typical_sizes(std::span<const double> x, std::span<const Block> blocks) {
  double all = 0;
  for (const double v : x) all += v * v;
  const double typical = all > 0 ? std::sqrt(all / static_cast<double>(x.size())) : 1;
  std::vector<double> sizes;
  for (const Block& block : blocks) {
    double squares = 0;
    for (std::int64_t i = block.offset; i < block.offset + block.count(); ++i) {
      squares += x[static_cast<std::size_t>(i)] * x[static_cast<std::size_t>(i)];
    }
    const double own =
        std::sqrt(squares / static_cast<double>(std::max<std::int64_t>(1, block.count())));
    sizes.insert(sizes.end(), static_cast<std::size_t>(block.count()), own > 0 ? own : typical);
  }
  return sizes;
}

std::vector<double> scaled_by(std::span<const double> g, std::span<const double> sizes) {
  std::vector<double> scaled(g.begin(), g.end());
  for (std::size_t i = 0; i < scaled.size(); ++i) scaled[i] *= sizes[i];
  return scaled;
}

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
  const std::vector<double> x = flatten(parameters);
  const std::vector<double> sizes = typical_sizes(x, blocks);
  std::vector<double> scaled_g = scaled_by(g, sizes),
                      scaled_allowance = scaled_by(allowance, sizes);
  Direction d(blocks, blocks.size(), scaled_g, scaled_allowance, seed);
  for (std::size_t i = 0; i < d.v.size(); ++i) d.v[i] *= sizes[i];
  const double value = std::abs(f(parameters)[0].item()), sampled = d.projection.tolerance;
  // A kink between the points would spoil the first step, and is not between closer ones.
  for (const double step : {0x1p-36, 0x1p-48}) {
    d.projection.tolerance = sampled + 0x1p-96 * value / step;
    d.projection.witness = double_double_along(f, x, d.v, step);
    if (d.projection.agree()) break;
    const double coarse = d.projection.witness;
    d.projection.witness = double_double_along(f, x, d.v, step / 2);
    d.projection.tolerance =
        sampled + std::abs(coarse - d.projection.witness) + 0x1p-96 * value / step;
    if (d.projection.agree()) break;
  }
  return d.projection;
}

}  // namespace autograd::check
