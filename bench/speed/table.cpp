#include "bench/speed/table.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

namespace bench {
namespace {

// Three digits, without an exponent where a person would write none.
std::string figure(double value) {
  if (value != 0 && (std::abs(value) < 1e-3 || std::abs(value) >= 1e5)) {
    return fmt::format("{:.2e}", value);
  }
  if (std::abs(value) >= 100) return fmt::format("{:.0f}", value);
  return fmt::format("{:.3g}", value);
}

std::string line(const std::vector<std::string>& cells) {
  return fmt::format("| {} |\n", fmt::join(cells, " | "));
}

// The contenders that did any of the works, in the order in which they come.
std::vector<std::string> columns(std::span<const Result> results) {
  std::vector<std::string> names;
  for (const Result& result : results) {
    for (const Times& one : result.times) {
      const bool ours = one.contender == "Plumb" || one.contender == "Plumb again";
      if (!ours && std::find(names.begin(), names.end(), one.contender) == names.end()) {
        names.push_back(one.contender);
      }
    }
  }
  return names;
}

std::string cell(const Result& result, const std::string& contender) {
  const Times* peer = result.find(contender);
  if (peer == nullptr) return "";
  if (!peer->error.empty()) return "error: " + peer->error;
  const Spread ratio = spread_of(ratios(peer->seconds, result.ours().seconds));
  return fmt::format("{} ({}–{})", figure(ratio.median), figure(ratio.low), figure(ratio.high)) +
         (peer->words.empty() || peer->words == result.ours().words ? "" : "; " + peer->words);
}

std::string answer(const Finding& finding) {
  if (!finding.met) return "not measured";
  return *finding.met ? "yes" : "no";
}

std::string value_words(const Finding& finding) {
  if (!finding.value) return finding.error;
  if (finding.metric.rfind("seconds", 0) == 0) return duration(*finding.value);
  return figure(*finding.value);
}

std::string memory(const Finding& finding) {
  return fmt::format("{:.3g} MB", *finding.value / 1e6);
}

// Columns that only some tables have.
struct Extra {
  bool peak, memory;
};

std::vector<std::string> row(const Result& result, const std::vector<std::string>& names,
                             const Extra& extra) {
  std::vector<std::string> cells{result.row.work, result.row.dtype,
                                 duration(spread_of(result.ours().seconds).median)};
  if (!result.ours().words.empty()) cells[0] += " (" + result.ours().words + ")";
  if (result.noisy()) cells[0] += fmt::format(" **noisy** (A/A {:.2f})", result.again());
  std::string share, bytes, bars, met;
  for (const Finding& finding : findings_of(result)) {
    if (finding.metric == "share of the peak" && finding.value) {
      share = fmt::format("{:.0f} %", 100 * *finding.value);
    }
    if (finding.metric == "peak bytes") bytes = memory(finding);
    if (finding.bar.empty()) continue;
    const std::string separator = bars.empty() ? "" : "; ";
    bars += separator + finding.metric + " " + (finding.value ? value_words(finding) + " " : "") +
            finding.bar;
    met += separator + answer(finding);
  }
  if (extra.peak) cells.push_back(share);
  if (extra.memory) cells.push_back(bytes);
  for (const std::string& name : names) cells.push_back(cell(result, name));
  cells.push_back(bars);
  cells.push_back(met);
  return cells;
}

int group_of(const Result& result) {
  const std::string& work = result.row.work;
  return work.rfind("step ", 0) == 0 ? 0 : work.rfind("matmul ", 0) == 0 ? 1 : 2;
}

std::string one_table(std::span<const Result> results) {
  const std::vector<std::string> names = columns(results);
  const Extra extra{group_of(results.front()) < 2, group_of(results.front()) == 0};
  std::vector<std::string> head{"work", "dtype", "Plumb"};
  if (extra.peak) head.push_back("share of the FMA peak");
  if (extra.memory) head.push_back("memory at the most");
  for (const std::string& name : names) head.push_back(name + " / Plumb");
  head.insert(head.end(), {"bars", "met"});
  std::string text = line(head) + line(std::vector<std::string>(head.size(), "---"));
  for (const Result& result : results) text += line(row(result, names, extra));
  return text;
}

}  // namespace

std::string table(std::span<const Result> results) {
  std::string text;
  for (int group = 0; group < 3; ++group) {
    std::vector<Result> members;
    for (const Result& result : results) {
      if (group_of(result) == group) members.push_back(result);
    }
    if (!members.empty()) text += (text.empty() ? "" : "\n") + one_table(members);
  }
  return text;
}

std::string table(std::span<const Finding> findings) {
  std::string text =
      line({"work", "metric", "value", "bar", "met"}) + line({"---", "---", "---", "---", "---"});
  for (const Finding& finding : findings) {
    text +=
        line({finding.work, finding.metric, value_words(finding), finding.bar, answer(finding)});
  }
  return text;
}

std::string words(const Circumstances& c) {
  std::string text = fmt::format(
      "{}. Fused multiply-adds of one core: {:.1f} GFLOP/s in f32, {:.1f} in f64; copying: {:.1f} "
      "GB/s read and written. Medians of {} interleaved rounds, one thread each unless said; the "
      "columns are times over Plumb's with their quartiles. Memory is what the tensors of a step "
      "take at the most, parameters among them. A row is noisy where a second process of Plumb's "
      "differs from the first by more than 5 %.\n",
      c.machine, c.peak_f32 / 1e9, c.peak_f64 / 1e9, c.bandwidth / 1e9, c.rounds);
  text += fmt::format("\nContenders: {}.\n", fmt::join(c.contenders, "; "));
  if (!c.missing.empty()) text += fmt::format("Not there: {}.\n", fmt::join(c.missing, "; "));
  return text;
}

std::string json(std::span<const Finding> findings) {
  using Json = nlohmann::ordered_json;
  Json list = Json::array();
  for (const Finding& finding : findings) {
    Json one{{"work", finding.work}, {"metric", finding.metric}};
    one["value"] = finding.value ? Json(*finding.value) : Json();
    one["spread"] = finding.value ? Json{finding.low, finding.high} : Json();
    one["bar"] = finding.bar.empty() ? Json() : Json(finding.bar);
    one["met"] = finding.met ? Json(*finding.met) : Json();
    one["noisy"] = finding.noisy;
    one["error"] = finding.error.empty() ? Json() : Json(finding.error);
    list.push_back(std::move(one));
  }
  return list.dump(1) + "\n";
}

}  // namespace bench
