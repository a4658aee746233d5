#include <algorithm>
#include <array>
#include <cmath>

#include "autograd/check/page_parts.h"
#include "autograd/check/parts.h"
#include "autograd/check/plot.h"
#include "autograd/check/text.h"

namespace autograd::check::page {
namespace {

constexpr std::size_t kPoints = 400;
constexpr std::size_t kStrata = 40;  // along the references, for each verdict
constexpr double kOtherSlope = 0.01;

bool drawable(const Entry& e) {
  constexpr double largest = 1e150;
  return std::abs(e.claimed) <= largest && std::abs(e.reference.value) <= largest;
}

using Chosen = std::vector<const Entry*>;

/// The entries with the smallest and largest reference and claim, and the one furthest off.
Chosen extremes(const Chosen& all) {
  const auto [low, high] = std::minmax_element(all.begin(), all.end(), [](auto* a, auto* b) {
    return a->reference.value < b->reference.value;
  });
  const auto [least, most] = std::minmax_element(
      all.begin(), all.end(), [](auto* a, auto* b) { return a->claimed < b->claimed; });
  const auto furthest = std::max_element(
      all.begin(), all.end(), [](auto* a, auto* b) { return excess_of(*a) < excess_of(*b); });
  return {*low, *high, *least, *most, *furthest};
}

/// At most kPoints entries: the extremes, then one after another from each stratum, so that a few
/// large or wrong entries do not drown among many small right ones.
Chosen thinned(const Chosen& all) {
  if (all.size() <= kPoints) return all;
  Chosen chosen = extremes(all);
  const double low = chosen[0]->reference.value, high = chosen[1]->reference.value;
  std::vector<Chosen> strata(4 * kStrata);
  for (const Entry* e : all) {
    const double place = high > low ? (e->reference.value - low) / (high - low) : 0;
    const auto stratum = std::min(kStrata - 1, static_cast<std::size_t>(place * kStrata));
    strata[static_cast<std::size_t>(e->verdict) * kStrata + stratum].push_back(e);
  }
  // How many each stratum gives: all have their turn until the picture is full.
  std::vector<std::size_t> given(strata.size(), 0);
  std::size_t total = chosen.size();
  for (bool any = true; any && total < kPoints;) {
    any = false;
    for (std::size_t s = 0; s < strata.size() && total < kPoints; ++s) {
      if (given[s] == strata[s].size()) continue;
      ++given[s], ++total;
      any = true;
    }
  }
  for (std::size_t s = 0; s < strata.size(); ++s) {
    for (std::size_t k = 0; k < given[s]; ++k) {
      chosen.push_back(strata[s][k * strata[s].size() / given[s]]);
    }
  }
  return chosen;
}

struct Series {
  Verdict verdict;
  Mark mark;
  const char* name;
};
constexpr std::array kSeries{Series{Verdict::agree, Mark::dot, "agree"},
                             Series{Verdict::kink, Mark::triangle, "at a kink"},
                             Series{Verdict::cannot_tell, Mark::square, "cannot tell"},
                             Series{Verdict::disagree, Mark::cross, "disagree"}};

std::string mark_key(const Series& series) {
  const std::string path = series.mark == Mark::dot        ? "M9 9h0"
                           : series.mark == Mark::cross    ? "M5 5l8 8m0-8l-8 8"
                           : series.mark == Mark::triangle ? "M9 4l5 9h-10z"
                                                           : "M5 5h8v8h-8z";
  return "<li><svg class=\"key\" viewBox=\"0 0 18 18\" aria-hidden=\"true\"><path class=\"mark " +
         style_of(series.verdict) + "\" d=\"" + path + "\"/></svg>" + series.name + "</li>\n";
}

std::string line_key(const std::string& line_style, const std::string& name) {
  return "<li><svg class=\"key\" viewBox=\"0 0 18 18\" aria-hidden=\"true\"><path class=\"" +
         line_style + "\" d=\"M0 14L18 4\"/></svg>" + name + "</li>\n";
}

bool has_other_slope(const Diagnosis* d) {
  return d != nullptr && std::isfinite(d->alpha) && std::abs(d->alpha - 1) > kOtherSlope;
}

std::string caption(const BlockReport& block, std::size_t drawn, std::size_t left_out) {
  std::string text = "Claim against reference, " + escape_html(block.block.name) +
                     ": right entries lie on the line.";
  const auto count = static_cast<std::size_t>(block.block.count());
  if (drawn + left_out < count) {
    text += " " + std::to_string(drawn) + " of " + std::to_string(count) +
            " entries, the extremes among them.";
  }
  if (left_out > 0) {
    text += " " + counted(static_cast<std::int64_t>(left_out), "entry is", "entries are") +
            " not finite or too large to draw.";
  }
  return "<figcaption>" + text + "</figcaption>\n";
}

}  // namespace

std::string scatter(const Report& report, const BlockReport& block) {
  Chosen all;
  for (const Entry& e : entries_of(report, block)) {
    if (drawable(e)) all.push_back(&e);
  }
  if (all.empty()) return "";
  const Chosen shown = thinned(all);
  std::vector<double> values;
  for (const Entry* e : shown) values.insert(values.end(), {e->claimed, e->reference.value});
  const Axis x = Axis::linear("reference", values), y = Axis::linear("claimed", values);
  Plot plot(x, y, "Claims against references of " + block_title(block.block), 420, 400);
  std::string keys = line_key("line right", "claim = reference");
  plot.line({{x.low(), x.low()}, {x.high(), x.high()}}, "line right");
  const Diagnosis* d = diagnosis_of(report, block);
  if (has_other_slope(d)) {
    plot.line({{x.low(), d->alpha * x.low()}, {x.high(), d->alpha * x.high()}}, "line fitted");
    keys += line_key("line fitted", "claim = " + readable(d->alpha) + " × reference, the best fit");
  }
  for (const Series& series : kSeries) {
    std::vector<Point> points;
    for (const Entry* e : shown) {
      if (e->verdict == series.verdict) points.emplace_back(e->reference.value, e->claimed);
    }
    plot.marks(points, series.mark, "mark " + style_of(series.verdict));
    if (!points.empty()) keys += mark_key(series);
  }
  const auto entries = static_cast<std::size_t>(block.block.count());
  return "<figure>\n" + caption(block, shown.size(), entries - all.size()) + plot.svg() +
         "<ul class=\"legend\">" + keys + "</ul>\n</figure>\n";
}

}  // namespace autograd::check::page
