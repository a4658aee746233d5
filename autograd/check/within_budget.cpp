#include "autograd/check/within_budget.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <string>
#include <utility>

#include "autograd/check/confirm.h"
#include "autograd/check/sample.h"
#include "autograd/check/text.h"
#include "autograd/tensor/parallel.h"

namespace autograd::check {
namespace {

// Values of f that differences take: for an entry, with a hard one among them now and then, and for
// the pilots that find a block's step.
constexpr double values_an_entry = 7, values_a_block = 1200;
constexpr double least_a_block = 16;  // entries that are checked whatever it takes

Sample sample_within(const Meter& meter, double one_value, const Claim& claim) {
  const auto blocks = static_cast<double>(claim.blocks.size());
  const auto entries = static_cast<double>(claim.values.size());
  const double values = std::max(meter.left(), 0.0) / std::max(one_value, 1e-9);
  const double most = std::min((values - blocks * values_a_block) / values_an_entry, entries);
  return draw_sample(claim.blocks,
                     static_cast<std::int64_t>(std::max(most, least_a_block * blocks)),
                     claim.values);
}

std::string plan_of(const Sample& sample, std::size_t all) {
  const std::size_t chosen = sample.chosen.size();
  std::string text = "the differences of " + std::to_string(chosen);
  if (!sample.whole) text += " of " + std::to_string(all);
  text += chosen == 1 ? " entry" : " entries";
  return sample.whole ? text : text + ", a sample: a larger budget buys more";
}

// Where the wrong entries of a sample lie in the whole.
void locate(Report& report, const Sample& sample, std::span<const Block> whole) {
  for (std::size_t b = 0; b < report.blocks.size(); ++b) {
    const Block& mine = report.blocks[b].block;
    if (mine.name == whole[b].name) continue;
    for (const Entry& e : report.blocks[b].worst) {
      if (e.verdict != Verdict::disagree) continue;
      const auto place = sample.chosen[static_cast<std::size_t>(e.index)];
      report.findings.push_back(mine.entry_name(e.index) + " is " + whole[b].entry_name(place));
    }
  }
}

/// A probe of which only the entries of a sample can be moved.
class PartProbe final : public Probe {
 public:
  PartProbe(std::unique_ptr<Probe> whole, const Sample& sample)
      : whole_(std::move(whole)), sample_(sample), point_(sample.pick(whole_->point())) {}

  std::span<const double> point() const override { return point_; }
  double value(std::int64_t index, double delta) override {
    return whole_->value(sample_.chosen[static_cast<std::size_t>(index)], delta);
  }
  void values(std::span<const Move> moves, std::span<double> out) override {
    std::vector<Move> there(moves.begin(), moves.end());
    for (Move& move : there) move.index = sample_.chosen[static_cast<std::size_t>(move.index)];
    whole_->values(there, out);
  }
  std::unique_ptr<Probe> clone() const override {
    return std::make_unique<PartProbe>(whole_->clone(), sample_);
  }
  std::unique_ptr<Probe> moved_to(std::span<const double> point) const override {
    return std::make_unique<PartProbe>(whole_->moved_to(sample_.put(point, whole_->point())),
                                       sample_);
  }

 private:
  std::unique_ptr<Probe> whole_;
  const Sample& sample_;  // of the check, which outlives its probes
  std::vector<double> point_;
};

// Seconds that one value takes: of as many as a millisecond holds, of entries from all over, for a
// probe may be faster at many than at one.
double seconds_a_value(const Meter& meter, const Probe& probe) {
  constexpr std::size_t most = 64;
  constexpr double long_enough = 1e-3;
  const auto mine = probe.clone();
  const auto size = probe.point().size();
  for (std::size_t count = 1;; count *= 4) {
    std::vector<Move> moves;
    for (std::size_t k = 0; k < count; ++k) {
      const std::size_t index = (2 * k + 1) * size / (2 * count);
      moves.push_back({static_cast<std::int64_t>(index), 0x1p-20});
    }
    std::vector<double> values(count);
    const double before = meter.spent();
    mine->values(moves, values);
    const double seconds = meter.spent() - before;
    if (seconds > long_enough || count >= most) return seconds / static_cast<double>(count);
  }
}

// The comparison, once it is known how long one value takes on one thread.
Report compare_as_afforded(Meter& meter, const Probe& whole, double seconds, const Claim& claim,
                           double epsilon, CompareOptions options) {
  const std::span<const double> point = whole.point();
  const double one_value = seconds / (options.estimate.parallel ? thread_count() : 1);
  const Sample sample = sample_within(meter, one_value, claim);
  meter.predict(one_value * (static_cast<double>(claim.blocks.size()) * values_a_block +
                             static_cast<double>(sample.chosen.size()) * values_an_entry),
                plan_of(sample, point.size()));

  Claim mine = claim;
  mine.blocks = sample.blocks;
  mine.values = sample.pick(claim.values);
  if (!claim.allowance.empty()) mine.allowance = sample.pick(claim.allowance);
  if (claim.gradient) {
    mine.gradient = [&](std::span<const double> chosen) {
      return sample.pick(claim.gradient(sample.put(chosen, point)));
    };
  }
  if (!options.estimate.progress) {
    options.estimate.progress = [&](std::int64_t done, std::int64_t total) {
      meter.show(done, total, "entries");
    };
  }
  const PartProbe probe(whole.clone(), sample);
  const auto reference = estimate_gradient(probe, mine.blocks, options.estimate);
  if (mine.allowance.empty()) {
    mine.allowance = rounding_allowance(reference, mine.blocks, epsilon);
  }
  Report report = compare(probe, mine, reference, options);
  if (sample.whole) return report;
  report.left_out.push_back(std::to_string(point.size() - sample.chosen.size()) + " of " +
                            std::to_string(point.size()) + " entries, outside the sample");
  locate(report, sample, claim.blocks);
  return report;
}

}  // namespace

Report compare_within(Meter& meter, const Probe& probe, const Claim& claim, double epsilon,
                      CompareOptions options) {
  check_claim(claim, probe.point().size());
  return compare_as_afforded(meter, probe, seconds_a_value(meter, probe), claim, epsilon,
                             std::move(options));
}

Report compare_within(Meter& meter, const Function& f, std::span<const double> point,
                      const Claim& claim, double epsilon, CompareOptions options) {
  check_claim(claim, point.size());
  const double before = meter.spent();
  static_cast<void>(f(point));
  return compare_as_afforded(meter, BlackBox(f, point), meter.spent() - before, claim, epsilon,
                             std::move(options));
}

}  // namespace autograd::check
