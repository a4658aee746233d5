#include "bench/speed/findings.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace bench {
namespace {

std::string name_of(const Row& row) { return row.work + " " + row.dtype; }

Finding made(const Result& result, std::string metric, const Spread& spread) {
  Finding finding{name_of(result.row), std::move(metric), spread.median, spread.low, spread.high};
  finding.noisy = result.noisy();
  return finding;
}

Finding missing(const Result& result, std::string metric, std::string why) {
  Finding finding{name_of(result.row), std::move(metric), {}};
  finding.noisy = result.noisy();
  finding.error = std::move(why);
  return finding;
}

std::vector<double> shares(const Result& result) {
  const double flops = flops_of(result.row);
  std::vector<double> made;
  for (std::size_t i = 0; i < std::min(result.peak.size(), result.ours().seconds.size()); ++i) {
    made.push_back(flops / result.ours().seconds[i] / result.peak[i]);
  }
  return made;
}

Finding against(const Times& peer, const Result& result, bool upside_down) {
  const auto& ours = result.ours().seconds;
  const std::string metric = upside_down ? "ours / " + peer.contender : peer.contender + " / ours";
  if (!peer.error.empty()) return missing(result, metric, peer.error);
  return made(result, metric,
              spread_of(upside_down ? ratios(ours, peer.seconds) : ratios(peer.seconds, ours)));
}

// The contender meant by a bar that makes it hardest to meet.
Finding hardest(const Bar& bar, const Result& result) {
  const bool upside_down = bar.of == Bar::Of::ours_over_peer;
  std::optional<Finding> found;
  for (const Times& peer : result.times) {
    if (peer.contender.rfind(bar.name, 0) != 0) continue;
    const Finding one = against(peer, result, upside_down);
    const bool harder =
        !found || !found->value ||
        (one.value && (bar.sense == Bar::Sense::at_least ? *one.value < *found->value
                                                         : *one.value > *found->value));
    if (harder) found = one;
  }
  if (found) return *found;
  return missing(result, upside_down ? "ours / " + bar.name : bar.name + " / ours",
                 bar.name + " is not there");
}

Finding figure(const Bar& bar, const Result& result, bool per) {
  const std::string metric = per ? "seconds / " + bar.name : bar.name;
  const auto known = result.figures.find(bar.name);
  if (known == result.figures.end()) return missing(result, metric, "Plumb does not say");
  const double value = known->second;
  if (!per) return made(result, metric, {value, value, value});
  const Spread time = spread_of(result.ours().seconds);
  return made(result, metric, {time.median / value, time.low / value, time.high / value});
}

Finding number(const Bar& bar, const Result& result) {
  switch (bar.of) {
    case Bar::Of::share_of_peak:
      return made(result, "share of the peak", spread_of(shares(result)));
    case Bar::Of::figure:
      return figure(bar, result, false);
    case Bar::Of::seconds_per_figure:
      return figure(bar, result, true);
    case Bar::Of::peer_over_ours:
    case Bar::Of::ours_over_peer:
      break;
  }
  return hardest(bar, result);
}

}  // namespace

std::string duration(double seconds) {
  constexpr std::array<std::pair<double, const char*>, 4> units{
      {{1, "s"}, {1e-3, "ms"}, {1e-6, "µs"}, {1e-9, "ns"}}};
  for (const auto& [unit, name] : units) {
    if (seconds >= unit || unit == units.back().first) {
      return fmt::format("{:.3g} {}", seconds / unit, name);
    }
  }
  return "";
}

std::string words_of(const Bar& bar) {
  const bool time = bar.of == Bar::Of::seconds_per_figure;
  return (bar.sense == Bar::Sense::at_least ? "≥ " : "≤ ") +
         (time ? duration(bar.bound) : fmt::format("{:g}", bar.bound));
}

Finding judge(const Bar& bar, const Result& result) {
  Finding finding = number(bar, result);
  finding.bar = words_of(bar);
  if (finding.value) {
    finding.met = bar.sense == Bar::Sense::at_least ? *finding.value >= bar.bound
                                                    : *finding.value <= bar.bound;
  }
  return finding;
}

std::vector<Finding> findings_of(const Result& result) {
  std::vector<Finding> all{made(result, "seconds", spread_of(result.ours().seconds))};
  if (flops_of(result.row) > 0) {
    all.push_back(made(result, "share of the peak", spread_of(shares(result))));
  }
  for (const Times& peer : result.times) {
    if (&peer != &result.ours()) all.push_back(against(peer, result, false));
  }
  for (const std::string& name : result.row.tells) {
    const auto known = result.figures.find(name);
    if (known == result.figures.end()) continue;
    all.push_back(made(result, name, {known->second, known->second, known->second}));
  }
  for (const Bar& bar : result.row.bars) {
    const Finding judged = judge(bar, result);
    const auto same = std::find_if(all.begin(), all.end(),
                                   [&](const Finding& one) { return one.metric == judged.metric; });
    same == all.end() ? all.push_back(judged) : void(*same = judged);
  }
  return all;
}

Finding finding_of(const Growth& growth, const std::vector<double>& costs) {
  std::vector<double> expected;
  for (const long size : growth.sizes) {
    expected.push_back(std::pow(static_cast<double>(size), growth.power));
  }
  const double value = deviation(costs, expected);
  Finding finding{growth.words + " " + growth.dtype, "largest deviation from proportional", value,
                  value, value};
  finding.bar = fmt::format("≤ {:g}", growth.bound);
  finding.met = value <= growth.bound;
  return finding;
}

}  // namespace bench
