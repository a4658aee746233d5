#include "autograd/check/confirm.h"

#include <algorithm>
#include <cmath>

#include "autograd/check/random.h"
#include "autograd/tensor/error.h"

namespace autograd::check {
namespace {

/// Where differences are coarse, several kinks within the finest steps can hide in the noise. Only
/// points nearby tell them from a bug; where the claim cannot be asked for there, an entry has to
/// be wrong by this many tolerances.
constexpr double kReluctance = 8;

/// Every coordinate moved at random, by up to a thousandth of its own size or of the typical one.
std::vector<double> jittered(std::span<const double> point, Random& random) {
  double squares = 0;
  for (const double x : point) squares += x * x;
  const double rms = std::sqrt(squares / static_cast<double>(point.size()));
  std::vector<double> moved(point.begin(), point.end());
  for (double& x : moved) {
    x += 1e-3 * std::max({std::abs(x), rms, 1e-2}) * (2 * random.uniform() - 1);
  }
  return moved;
}

std::vector<std::int64_t> indices_of(std::span<Entry* const> entries) {
  std::vector<std::int64_t> indices;
  for (const Entry* e : entries) indices.push_back(e->index);
  return indices;
}

std::vector<Entry*> standing(std::span<Entry* const> entries) {
  std::vector<Entry*> stand;
  std::copy_if(entries.begin(), entries.end(), std::back_inserter(stand),
               [](const Entry* e) { return e->verdict == Verdict::disagree; });
  return stand;
}

}  // namespace

/// A point close by: f from there, and the claim there.
struct Confirmation::Nearby {
  std::unique_ptr<Probe> probe;
  std::vector<double> claimed;
  double noise = 0;
};

Confirmation::Confirmation(const Probe& probe, const Claim& claim,
                           std::span<const double> allowance, double noise,
                           const CompareOptions& options)
    : probe_(probe), claim_(claim), allowance_(allowance), noise_(noise), options_(options) {}

Confirmation::~Confirmation() = default;

void Confirmation::review(std::span<Entry> block, double largest) {
  std::vector<Entry*> suspects;
  for (Entry& e : block) {
    // A claim that is not a number needs no second look.
    if (e.verdict == Verdict::disagree && std::isfinite(e.claimed)) suspects.push_back(&e);
  }
  std::stable_sort(suspects.begin(), suspects.end(), [](const Entry* a, const Entry* b) {
    return a->difference * b->tolerance > b->difference * a->tolerance;
  });
  const auto size = static_cast<std::size_t>(std::max<std::int64_t>(1, options_.confirm));
  for (std::size_t begin = 0; begin < suspects.size(); begin += size) {
    const auto batch =
        std::span<Entry* const>(suspects).subspan(begin, std::min(size, suspects.size() - begin));
    judge_again(batch, largest);
    if (claim_.gradient) {
      visit_nearby();
      for (const auto& nearby : nearby_) judge_nearby(*nearby, standing(batch), largest);
    }
    if (2 * standing(batch).size() >= batch.size()) break;
  }
}

void Confirmation::judge_again(std::span<Entry* const> batch, double largest) const {
  EstimateOptions other = options_.estimate;
  other.progress = nullptr;
  other.ratio = options_.estimate.ratio == 3 ? 2 : 3;
  other.finest *= 1.5;
  other.coarsest *= 1.5;
  const std::vector<Estimate> second =
      estimate_entries(probe_, indices_of(batch), noise_, claim_.blocks, other);
  for (std::size_t i = 0; i < batch.size(); ++i) {
    const auto at = static_cast<std::size_t>(batch[i]->index);
    const Entry again =
        judge(batch[i]->index, batch[i]->claimed, second[i], allowance_[at], largest);
    // Of two estimates that both reject, the first has the block's usual step: it stays.
    if (again.verdict != Verdict::disagree) *batch[i] = again;
    const double tolerance = std::max(batch[i]->tolerance, again.tolerance);
    if (batch[i]->verdict == Verdict::disagree && !claim_.gradient &&
        is_coarse(*batch[i], tolerance, largest) && again.difference <= kReluctance * tolerance) {
      batch[i]->verdict = Verdict::cannot_tell;
    }
  }
}

void Confirmation::judge_nearby(const Nearby& nearby, std::span<Entry* const> batch,
                                double largest) const {
  EstimateOptions same = options_.estimate;
  same.progress = nullptr;
  const std::vector<Estimate> there =
      estimate_entries(*nearby.probe, indices_of(batch), nearby.noise, claim_.blocks, same);
  for (std::size_t i = 0; i < batch.size(); ++i) {
    const auto at = static_cast<std::size_t>(batch[i]->index);
    const Entry e = judge(batch[i]->index, nearby.claimed[at], there[i], allowance_[at], largest);
    // Wrong at the point and right beside it: nobody can tell from differences what that is.
    if (e.verdict != Verdict::disagree) batch[i]->verdict = Verdict::cannot_tell;
  }
}

void Confirmation::visit_nearby() {
  if (!nearby_.empty()) return;
  Random random(options_.estimate.seed + 1);
  for (int i = 0; i < 2; ++i) {
    const std::vector<double> point = jittered(probe_.point(), random);
    auto nearby = std::make_unique<Nearby>();
    nearby->probe = probe_.moved_to(point);
    nearby->claimed = claim_.gradient(point);
    nearby->noise = noise_of(*nearby->probe, options_.estimate.seed);
    if (nearby->claimed.size() != point.size()) {
      throw Error("compare: the claim's function gave " + std::to_string(nearby->claimed.size()) +
                  " entries; expected the " + std::to_string(point.size()) + " of the point");
    }
    nearby_.push_back(std::move(nearby));
  }
}

}  // namespace autograd::check
