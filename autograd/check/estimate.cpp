#include "autograd/check/estimate.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <mutex>
#include <numeric>

#include "autograd/check/quotient.h"
#include "autograd/check/random.h"
#include "autograd/check/text.h"
#include "autograd/tensor/error.h"
#include "autograd/tensor/parallel.h"

namespace autograd::check {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr std::int64_t kGrain = 64;  // entries that share one clone of the probe

/// The rung that suits a block, and the bar that is usual there.
struct Choice {
  std::size_t rung = 0;
  double bar = kInfinity;
};

/// Entries to find the step with: those that move f, as far as a few tries find any. Entries that
/// do not (a pixel that is always black) would vote for the coarsest step whatever f does.
std::vector<std::int64_t> choose_pilots(Probe& probe, const Setting& setting, const Block& block,
                                        const EstimateOptions& options) {
  Random random(options.seed ^ (static_cast<std::uint64_t>(block.offset) << 20U));
  std::vector<std::int64_t> order(static_cast<std::size_t>(block.count()));
  std::iota(order.begin(), order.end(), block.offset);
  const auto wanted = static_cast<std::size_t>(std::max<std::int64_t>(1, options.pilots));
  const std::size_t tries = std::min(order.size(), 16 * wanted);
  std::vector<std::int64_t> pilots;
  for (std::size_t i = 0; i < tries && pilots.size() < wanted; ++i) {
    const auto left = static_cast<std::int64_t>(order.size() - i);
    std::swap(order[i], order[i + static_cast<std::size_t>(random.below(left))]);
    const double h = setting.steps[setting.steps.size() / 2];
    if (probe.value(order[i], h) != setting.center || probe.value(order[i], -h) != setting.center) {
      pilots.push_back(order[i]);
    }
  }
  if (pilots.empty()) pilots.push_back(order.front());
  return pilots;
}

double upper_median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

/// The rung at which the pilots' bars, each in units of its own best, are smallest in the median.
Choice choose_rung(Probe& probe, const Setting& setting, const Block& block,
                   const EstimateOptions& options) {
  const std::vector<std::int64_t> pilots = choose_pilots(probe, setting, block, options);
  std::vector<std::vector<double>> bars;
  for (const Climb& climb : climbs(probe, setting, pilots)) {
    std::vector<double> mine(setting.steps.size(), kInfinity);
    std::transform(climb.accepted.begin(), climb.accepted.end(), mine.begin(),
                   [](const Estimate& e) { return e.bar; });
    bars.push_back(std::move(mine));
  }
  Choice choice;
  double smallest = kInfinity;
  for (std::size_t rung = 0; rung < setting.steps.size(); ++rung) {
    std::vector<double> here, relative;
    for (const std::vector<double>& mine : bars) {
      const double own = *std::min_element(mine.begin(), mine.end());
      here.push_back(mine[rung]);
      relative.push_back(mine[rung] == own ? 1 : mine[rung] / own);
    }
    const double score = upper_median(relative);
    if (score < smallest) {
      smallest = score;
      choice = {rung, upper_median(here)};
    }
  }
  return choice;
}

std::size_t block_of(std::span<const Block> blocks, std::int64_t index) {
  const auto next =
      std::upper_bound(blocks.begin(), blocks.end(), index,
                       [](std::int64_t i, const Block& block) { return i < block.offset; });
  return static_cast<std::size_t>(next - blocks.begin()) - 1;
}

std::function<std::string(std::int64_t)> namer(std::span<const Block> blocks) {
  return [blocks](std::int64_t index) {
    return blocks.empty() ? "entry " + std::to_string(index)
                          : blocks[block_of(blocks, index)].entry_name(index);
  };
}

/// `body(probe, begin, end)` for ranges of [0, count), each with a clone of the probe, and reports
/// progress.
void for_entries(const Probe& probe, std::int64_t count, const EstimateOptions& options,
                 const std::function<void(Probe&, std::int64_t, std::int64_t)>& body) {
  std::mutex mutex;
  std::int64_t done = 0;
  const auto range = [&](std::int64_t begin, std::int64_t end) {
    const auto mine = probe.clone();
    body(*mine, begin, end);
    if (!options.progress) return;
    const std::lock_guard lock(mutex);
    done += end - begin;
    options.progress(done, count);
  };
  if (options.parallel) {
    parallel_for(count, kGrain, range);
  } else {
    for (std::int64_t i = 0; i < count; i += kGrain) range(i, std::min(count, i + kGrain));
  }
}

/// A random direction: in every coordinate 4 units in the last place, up or down.
std::vector<double> small_step(std::span<const double> x, Random& random) {
  double squares = 0;
  for (const double v : x) squares += v * v;
  const double rms = std::sqrt(squares / static_cast<double>(x.size()));
  std::vector<double> step(x.size());
  for (std::size_t i = 0; i < x.size(); ++i) {
    int exponent = 0;
    std::frexp(std::max(std::abs(x[i]), rms > 0 ? rms : 1), &exponent);
    step[i] = std::ldexp(random.uniform() < 0.5 ? 4.0 : -4.0, exponent - 53);
  }
  return step;
}

double value_at(const Probe& probe, std::span<const double> step, double times) {
  std::vector<double> moved(probe.point().begin(), probe.point().end());
  for (std::size_t i = 0; i < moved.size(); ++i) moved[i] += times * step[i];
  return probe.moved_to(moved)->value(0, 0);
}

/// The root mean square of third differences along eight points in a row.
double scatter(const Probe& probe, std::span<const double> step) {
  std::array<double, 8> v{};
  for (std::size_t k = 0; k < v.size(); ++k) {
    v[k] = value_at(probe, step, static_cast<double>(k));
  }
  for (std::size_t order = 1; order <= 3; ++order) {
    for (std::size_t i = 0; i + order < v.size(); ++i) v[i] = v[i + 1] - v[i];
  }
  double squares = 0;
  for (std::size_t i = 0; i < 5; ++i) squares += v[i] * v[i];
  // Third differences of independent errors of variance s² have variance (1 + 9 + 9 + 1)s².
  return std::sqrt(squares / (5 * 20));
}

/// The first change of f along steps that double: f may move in jumps much larger than its own last
/// place, where large numbers cancel inside it, and then small steps show no scatter at all.
double first_change(const Probe& probe, std::span<const double> step, double center) {
  for (double times = 16; times < 0x1p28; times *= 2) {
    const double change = std::abs(value_at(probe, step, times) - center);
    if (change > 0) return change;
  }
  return 0;
}

}  // namespace

double noise_of(const Probe& probe, std::uint64_t seed) {
  Random random(seed);
  const double center = probe.clone()->value(0, 0);
  double noise = 0;
  double smallest_change = kInfinity;
  for (int direction = 0; direction < 3; ++direction) {
    const std::vector<double> step = small_step(probe.point(), random);
    const double here = scatter(probe, step);
    if (std::isfinite(here)) noise = std::max(noise, here);
    if (noise == 0) {
      smallest_change = std::min(smallest_change, first_change(probe, step, center));
    }
  }
  if (noise == 0 && std::isfinite(smallest_change)) noise = smallest_change;
  return std::max(noise, std::nextafter(std::abs(center), kInfinity) - std::abs(center));
}

std::vector<Estimate> estimate_gradient(const Probe& probe, std::span<const Block> blocks,
                                        const EstimateOptions& options) {
  const auto size = static_cast<std::int64_t>(probe.point().size());
  check_blocks(blocks, size);
  const Setting setting = make_setting(probe, noise_of(probe, options.seed), options);
  std::vector<Choice> choices;
  const auto pilot_probe = probe.clone();
  for (const Block& block : blocks) {
    choices.push_back(choose_rung(*pilot_probe, setting, block, options));
  }
  const auto name = namer(blocks);
  std::vector<Estimate> estimates(probe.point().size());
  // The block's step where it fits, the whole ladder where it does not.
  for_entries(probe, size, options, [&](Probe& mine, std::int64_t begin, std::int64_t end) {
    std::vector<Candidate> candidates;
    for (std::int64_t i = begin; i < end; ++i) {
      candidates.push_back({i, choices[block_of(blocks, i)].rung});
    }
    const auto found = quotients(mine, setting, candidates);
    std::vector<std::int64_t> hard;
    for (std::int64_t i = begin; i < end; ++i) {
      const std::optional<Quotient>& q = found[static_cast<std::size_t>(i - begin)];
      const double most = options.hard * choices[block_of(blocks, i)].bar;
      if (q && !q->estimate.kink && q->estimate.bar <= most) {
        estimates[static_cast<std::size_t>(i)] = q->estimate;
      } else {
        hard.push_back(i);
      }
    }
    const std::vector<Estimate> climbed = best(mine, setting, hard, name);
    for (std::size_t k = 0; k < hard.size(); ++k) {
      estimates[static_cast<std::size_t>(hard[k])] = climbed[k];
    }
  });
  return estimates;
}

std::vector<Estimate> estimate_gradient(const Function& f, std::span<const double> point,
                                        std::span<const Block> blocks,
                                        const EstimateOptions& options) {
  return estimate_gradient(BlackBox(f, point), blocks, options);
}

std::vector<Estimate> estimate_entries(const Probe& probe, std::span<const std::int64_t> indices,
                                       double noise, std::span<const Block> blocks,
                                       const EstimateOptions& options) {
  const Setting setting = make_setting(probe, noise, options);
  const auto name = namer(blocks);
  std::vector<Estimate> estimates(indices.size());
  for_entries(probe, static_cast<std::int64_t>(indices.size()), options,
              [&](Probe& mine, std::int64_t begin, std::int64_t end) {
                const auto mine_of = indices.subspan(static_cast<std::size_t>(begin),
                                                     static_cast<std::size_t>(end - begin));
                const std::vector<Estimate> climbed = best(mine, setting, mine_of, name);
                std::copy(climbed.begin(), climbed.end(), estimates.begin() + begin);
              });
  return estimates;
}

}  // namespace autograd::check
