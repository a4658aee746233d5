#include "autograd/check/sample.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "autograd/check/random.h"

namespace autograd::check {
namespace {

std::set<std::int64_t> draw(const Block& block, std::int64_t share,
                            std::span<const double> claimed) {
  constexpr std::size_t kNotFinite = 5;
  Random random(static_cast<std::uint64_t>(block.offset) + 1);
  std::set<std::int64_t> picked;
  const std::int64_t count = block.count();
  for (std::int64_t i = block.offset; i < block.offset + count; ++i) {
    if (picked.size() == kNotFinite) break;
    if (!std::isfinite(claimed[static_cast<std::size_t>(i)])) picked.insert(i);
  }
  for (std::int64_t k = 0; k < share; ++k) {
    const std::int64_t begin = k * count / share, end = (k + 1) * count / share;
    picked.insert(block.offset + begin + random.below(end - begin));
  }
  return picked;
}

}  // namespace

std::vector<double> Sample::pick(std::span<const double> all) const {
  std::vector<double> values;
  values.reserve(chosen.size());
  for (const std::int64_t i : chosen) values.push_back(all[static_cast<std::size_t>(i)]);
  return values;
}

std::vector<double> Sample::put(std::span<const double> chosen_values,
                                std::span<const double> all) const {
  std::vector<double> values(all.begin(), all.end());
  for (std::size_t k = 0; k < chosen.size(); ++k) {
    values[static_cast<std::size_t>(chosen[k])] = chosen_values[k];
  }
  return values;
}

Sample draw_sample(std::span<const Block> blocks, std::int64_t most,
                   std::span<const double> claimed) {
  // Small blocks leave what they do not need to the larger ones.
  std::vector<std::int64_t> sizes;
  for (const Block& block : blocks) sizes.push_back(block.count());
  std::sort(sizes.begin(), sizes.end());
  std::int64_t left = std::max<std::int64_t>(most, 1), share = 1;
  for (std::size_t k = 0; k < sizes.size(); ++k) {
    share = std::max<std::int64_t>(1, left / static_cast<std::int64_t>(sizes.size() - k));
    left -= std::min(share, sizes[k]);
  }
  Sample sample;
  for (const Block& block : blocks) {
    Block mine = block;
    mine.offset = static_cast<std::int64_t>(sample.chosen.size());
    const std::int64_t count = block.count();
    const auto picked = draw(block, std::min(count, share), claimed);
    const auto size = static_cast<std::int64_t>(picked.size());
    if (size < count) {
      mine.name += " (" + std::to_string(size) + " of " + std::to_string(count) + ")";
      mine.shape = {size};
      sample.whole = false;
    }
    sample.chosen.insert(sample.chosen.end(), picked.begin(), picked.end());
    sample.blocks.push_back(std::move(mine));
  }
  return sample;
}

}  // namespace autograd::check
