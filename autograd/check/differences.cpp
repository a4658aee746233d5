#include "autograd/check/differences.h"

#include <cmath>
#include <numeric>

#include "autograd/check/text.h"
#include "autograd/tensor/error.h"
#include "autograd/tensor/parallel.h"

namespace autograd::check {
namespace {

constexpr std::int64_t kGrain = 64;  // entries that share one clone of the probe

enum class Kind { forward, central };

std::vector<double> differences(const Probe& probe, double step,
                                std::span<const std::int64_t> indices, Kind kind) {
  const std::string name = kind == Kind::forward ? "forward_differences" : "central_differences";
  if (!(step > 0) || !std::isfinite(step)) {
    throw Error(name + ": the step is " + number(step) + "; expected a positive number");
  }
  const auto size = static_cast<std::int64_t>(probe.point().size());
  for (const std::int64_t index : indices) {
    if (index < 0 || index >= size) {
      throw Error(name + ": there is no entry " + std::to_string(index) + " in a point of " +
                  std::to_string(size));
    }
  }
  std::vector<double> slopes(indices.size());
  const double center = kind == Kind::forward ? probe.clone()->value(0, 0) : 0;
  parallel_for(
      static_cast<std::int64_t>(indices.size()), kGrain, [&](std::int64_t begin, std::int64_t end) {
        const auto mine = probe.clone();
        std::vector<Move> moves;
        for (auto i = static_cast<std::size_t>(begin); i < static_cast<std::size_t>(end); ++i) {
          moves.push_back({indices[i], step});
          if (kind == Kind::central) moves.push_back({indices[i], -step});
        }
        std::vector<double> f(moves.size());
        mine->values(moves, f);
        const double* next = f.data();
        for (auto i = static_cast<std::size_t>(begin); i < static_cast<std::size_t>(end); ++i) {
          const double up = *next++;
          slopes[i] = kind == Kind::forward ? (up - center) / step : (up - *next++) / (2 * step);
        }
      });
  return slopes;
}

std::vector<std::int64_t> all_of(std::span<const double> point) {
  std::vector<std::int64_t> indices(point.size());
  std::iota(indices.begin(), indices.end(), std::int64_t{0});
  return indices;
}

}  // namespace

std::vector<double> forward_differences(const Function& f, std::span<const double> point,
                                        double step) {
  return differences(BlackBox(f, point), step, all_of(point), Kind::forward);
}

std::vector<double> forward_differences(const Function& f, std::span<const double> point,
                                        double step, std::span<const std::int64_t> indices) {
  return differences(BlackBox(f, point), step, indices, Kind::forward);
}

std::vector<double> forward_differences(const Probe& probe, double step) {
  return differences(probe, step, all_of(probe.point()), Kind::forward);
}

std::vector<double> central_differences(const Function& f, std::span<const double> point,
                                        double step) {
  return differences(BlackBox(f, point), step, all_of(point), Kind::central);
}

std::vector<double> central_differences(const Function& f, std::span<const double> point,
                                        double step, std::span<const std::int64_t> indices) {
  return differences(BlackBox(f, point), step, indices, Kind::central);
}

std::vector<double> central_differences(const Probe& probe, double step) {
  return differences(probe, step, all_of(probe.point()), Kind::central);
}

}  // namespace autograd::check
