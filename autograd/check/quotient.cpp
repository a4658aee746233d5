#include "autograd/check/quotient.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

#include "autograd/check/text.h"
#include "autograd/tensor/error.h"

namespace autograd::check {
namespace {

constexpr double kEpsilon = std::numeric_limits<double>::epsilon();
constexpr double kRung = 4;             // from one rung of the ladder to the next coarser one
constexpr double kClearly = 4;          // times the rounding: truncation that is no accident
constexpr std::ptrdiff_t kRetreat = 2;  // rungs finer than the best, where a kink is about
constexpr double kCaution = 2;          // times that truncation: the least bar of all coarser rungs

/// The power of two next above |x|, at least 1: what steps at x are measured in.
double unit_at(double x) {
  int exponent = 0;
  std::frexp(x, &exponent);
  return std::ldexp(1.0, std::max(0, exponent));
}

/// Values of f at ±h, ±h/r, ±h/r², and the displacements that x + h and x − h really make.
struct Stencil {
  std::array<double, 3> up{}, down{}, above{}, below{};
  double largest = 0;  // of all |f|
};

constexpr std::size_t kMoves = 6;  // that make a stencil

/// The moves of one stencil, from the largest step to the smallest: up, down, up, down, …
std::array<Move, kMoves> moves_of(double x, const Setting& setting, std::int64_t index, double h) {
  std::array<Move, kMoves> moves{};
  for (std::size_t k = 0; k < kMoves; k += 2, h /= setting.ratio) {
    moves[k] = {index, (x + h) - x};
    moves[k + 1] = {index, (x - h) - x};
  }
  return moves;
}

/// The stencil of such moves and the values after them; nothing where one is not finite.
std::optional<Stencil> stencil_of(std::span<const Move> moves, std::span<const double> values,
                                  double center) {
  Stencil s;
  s.largest = std::abs(center);
  for (std::size_t k = 0; k < 3; ++k) {
    s.up[k] = moves[2 * k].delta;
    s.down[k] = -moves[2 * k + 1].delta;
    s.above[k] = values[2 * k];
    s.below[k] = values[2 * k + 1];
    if (!std::isfinite(s.above[k]) || !std::isfinite(s.below[k])) return std::nullopt;
    s.largest = std::max({s.largest, std::abs(s.above[k]), std::abs(s.below[k])});
  }
  return s;
}

bool moves(const Stencil& s, double center) {
  const auto differs = [&](double value) { return value != center; };
  return std::any_of(s.above.begin(), s.above.end(), differs) ||
         std::any_of(s.below.begin(), s.below.end(), differs);
}

/// Eliminates the error term that goes with h^order from values at h and at h/r.
double extrapolate(double coarse, double fine, double ratio_to_order) {
  return (ratio_to_order * fine - coarse) / (ratio_to_order - 1);
}

std::optional<Quotient> quotient_of(const std::optional<Stencil>& s, const Setting& setting,
                                    double h) {
  if (!s) return std::nullopt;
  const double r = setting.ratio;
  const double r2 = r * r;
  std::array<double, 3> d{}, left{}, right{};
  for (std::size_t k = 0; k < 3; ++k) {
    d[k] = (s->above[k] - s->below[k]) / (s->up[k] + s->down[k]);
    right[k] = (s->above[k] - setting.center) / s->up[k];
    left[k] = (setting.center - s->below[k]) / s->down[k];
  }
  // Where f stays the same to the last bit, its inner rounding does not show: it may be that of
  // numbers near 1 that have cancelled.
  const double least = kEpsilon * (moves(*s, setting.center) ? s->largest : s->largest + 1);
  const double noise = std::max(setting.noise, least) / h;
  const double r_1 = extrapolate(d[0], d[1], r2);
  const double r_2 = extrapolate(d[1], d[2], r2);
  const double jump_1 = extrapolate(right[0] - left[0], right[1] - left[1], r);

  Quotient q;
  q.truncation = std::abs(r_2 - r_1);
  q.rounding = 2 * r2 * noise;  // 8 noise/h at ratio 2
  Estimate& e = q.estimate;
  e.value = extrapolate(r_1, r_2, r2 * r2);
  e.step = h;
  e.right = extrapolate(right[1], right[2], r);
  e.left = extrapolate(left[1], left[2], r);
  e.jump = e.right - e.left;
  // A jump of the slope at h/r² errs by 4 r² noise/h, at h/r by 4 r noise/h.
  const double jump_rounding = 4 * (r * r2 + r) / (r - 1) * noise;
  e.jump_bar = std::abs(e.jump - jump_1) + jump_rounding;
  // A jump too small to be told from rounding may be real all the same, and then the slope at the
  // point is half of it away from the central quotient: 3 bars must cover that.
  e.bar = q.truncation + q.rounding + std::min(std::abs(e.jump), 3 * jump_rounding) / 6;
  e.kink = std::abs(e.jump) > 3 * e.jump_bar;
  if (!std::isfinite(e.value) || !std::isfinite(e.bar)) return std::nullopt;
  return q;
}

/// A climb under way.
struct Ladder {
  Climb climb;
  double low = -std::numeric_limits<double>::infinity();
  double high = -low;
  double seen = 0;  // the truncation that finer rungs have shown

  /// Takes the next rung, and tells whether to go on.
  bool step_on(const std::optional<Quotient>& q) {
    if (!q) return false;
    Estimate e = q->estimate;
    e.bar = std::max(e.bar, kCaution * seen);
    low = std::max(low, e.value - 2 * e.bar);
    high = std::min(high, e.value + 2 * e.bar);
    if (low <= high) climb.accepted.push_back(e);
    climb.kinked = e.kink;
    if (q->truncation > kClearly * q->rounding) seen = std::max(seen, q->truncation);
    return !climb.kinked;
  }
};

/// Of what a climb has accepted.
Estimate best_of(Climb& climb) {
  for (Estimate& e : climb.accepted) {
    // Where one kink was seen there may be others between the point and a step: whatever jump this
    // step leaves unexplained could be theirs.
    if (climb.kinked && !e.kink) e.bar += std::abs(e.jump) / 3;
  }
  const auto smallest =
      std::min_element(climb.accepted.begin(), climb.accepted.end(),
                       [](const Estimate& a, const Estimate& b) { return a.bar < b.bar; });
  if (!climb.kinked || smallest->kink) return *smallest;
  // Kinks on both sides may cancel in the bar, but hardly at steps 16 times finer as well.
  return *(smallest - std::min<std::ptrdiff_t>(kRetreat, smallest - climb.accepted.begin()));
}

}  // namespace

Setting make_setting(const Probe& probe, double noise, const EstimateOptions& options) {
  if (!(options.ratio > 1) || !(options.finest > 0) || !(options.coarsest >= options.finest)) {
    throw Error(
        "estimate_gradient: expected a ratio above 1 and 0 < finest <= coarsest; got ratio " +
        number(options.ratio) + ", finest " + number(options.finest) + ", coarsest " +
        number(options.coarsest));
  }
  Setting setting;
  setting.center = probe.clone()->value(0, 0);
  setting.noise = noise;
  setting.ratio = options.ratio;
  for (double h = options.finest; h <= options.coarsest; h *= kRung) setting.steps.push_back(h);
  if (!std::isfinite(setting.center)) {
    throw Error("estimate_gradient: f is " + number(setting.center) +
                " at the point itself; differences need a finite value there");
  }
  return setting;
}

std::vector<std::optional<Quotient>> quotients(Probe& probe, const Setting& setting,
                                               std::span<const Candidate> candidates) {
  std::vector<double> steps;
  std::vector<Move> moves;
  for (const Candidate& c : candidates) {
    const double x = probe.point()[static_cast<std::size_t>(c.index)];
    steps.push_back(setting.steps[c.rung] * unit_at(x));
    const auto mine = moves_of(x, setting, c.index, steps.back());
    moves.insert(moves.end(), mine.begin(), mine.end());
  }
  std::vector<double> values(moves.size());
  probe.values(moves, values);
  std::vector<std::optional<Quotient>> found;
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    const auto s = stencil_of(std::span(moves).subspan(i * kMoves, kMoves),
                              std::span(values).subspan(i * kMoves, kMoves), setting.center);
    found.push_back(quotient_of(s, setting, steps[i]));
  }
  return found;
}

std::vector<Climb> climbs(Probe& probe, const Setting& setting,
                          std::span<const std::int64_t> indices) {
  std::vector<Ladder> ladders(indices.size());
  std::vector<std::size_t> climbing(indices.size());
  std::iota(climbing.begin(), climbing.end(), std::size_t{0});
  std::vector<Candidate> candidates;
  for (std::size_t rung = 0; rung < setting.steps.size() && !climbing.empty(); ++rung) {
    candidates.clear();
    for (const std::size_t i : climbing) candidates.push_back({indices[i], rung});
    const auto found = quotients(probe, setting, candidates);
    std::vector<std::size_t> next;
    for (std::size_t k = 0; k < climbing.size(); ++k) {
      if (ladders[climbing[k]].step_on(found[k])) next.push_back(climbing[k]);
    }
    climbing.swap(next);
  }
  std::vector<Climb> done;
  done.reserve(ladders.size());
  for (Ladder& ladder : ladders) done.push_back(std::move(ladder.climb));
  return done;
}

std::vector<Estimate> best(Probe& probe, const Setting& setting,
                           std::span<const std::int64_t> indices,
                           const std::function<std::string(std::int64_t)>& name) {
  std::vector<Estimate> estimates;
  for (Climb& climb : climbs(probe, setting, indices)) {
    if (climb.accepted.empty()) {
      throw Error("estimate_gradient: f is not finite near the point: at " +
                  name(indices[estimates.size()]) + " with a step of " +
                  number(setting.steps.front()) + "; differences need values on both sides of it");
    }
    estimates.push_back(best_of(climb));
  }
  return estimates;
}

}  // namespace autograd::check
