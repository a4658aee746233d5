#include "bench/speed/measure.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "bench/speed/machine.h"

namespace bench {
namespace {

constexpr double peak_slice = 0.002;

// A contender that takes part, and how many repetitions fill its slice.
struct Part {
  Worker* worker;
  Times* times;
  long repetitions = 1;
};

bool called(const Row& row, const Worker& worker) {
  return worker.everywhere() ||
         std::find(row.also.begin(), row.also.end(), worker.name()) != row.also.end();
}

long fill(Worker& worker, double slice) {
  double once = worker.time(1);
  if (once < slice / 20) once = worker.time(10) / 10;
  return std::clamp(static_cast<long>(slice / std::max(once, 1e-9)), 1L, 1'000'000L);
}

// In a process of their own: one of them is what is asked of the heap after the first repetition,
// and works done before would have filled the pools.
void take_figures(Result& result, const Worker& ours) {
  std::vector<std::string> names = result.row.tells;
  for (const Bar& bar : result.row.bars) {
    if (bar.of == Bar::Of::figure || bar.of == Bar::Of::seconds_per_figure)
      names.push_back(bar.name);
  }
  for (const std::string& name : names) {
    const std::unique_ptr<Worker> worker = ours.afresh();
    worker->set_up(result.row.dtype, result.row.work);
    if (const auto value = worker->figure(name)) result.figures[name] = *value;
  }
}

// Whether the contender does the work, and the same as Plumb did.
bool prepare(Worker& worker, const Row& row, const Times& ours, Times& times) {
  times.contender = worker.name();
  try {
    if (!worker.set_up(row.dtype, row.work)) return false;
    times.words = worker.words();
    times.loss = worker.loss(row.runs_before_loss);
    if (&times == &ours) return true;
    const double difference = std::abs(times.loss - ours.loss) / std::abs(ours.loss);
    if (!(difference <= tolerance(row.dtype))) {
      times.error =
          "loss " + std::to_string(times.loss) + " where Plumb has " + std::to_string(ours.loss);
    }
  } catch (const std::exception& error) {
    times.error = error.what();
  }
  return true;
}

std::vector<Part> prepare(Result& result, std::vector<std::unique_ptr<Worker>>& workers,
                          const Progress& progress) {
  result.times.reserve(workers.size());  // parts point at them
  std::vector<Part> parts;
  for (const auto& worker : workers) {
    if (!called(result.row, *worker)) continue;
    progress(worker->name());
    Times& times = result.times.emplace_back();
    if (!prepare(*worker, result.row, result.times.front(), times)) {
      result.times.pop_back();
    } else if (times.error.empty()) {
      parts.push_back({worker.get(), &times});
    }
    if (result.times.empty() || !result.ours().error.empty()) {
      throw std::runtime_error(result.row.work + ": Plumb does not do it" +
                               (result.times.empty() ? "" : ": " + result.ours().error));
    }
  }
  return parts;
}

void take_round(Part& part) {
  try {
    const double seconds = part.worker->time(part.repetitions);
    part.times->seconds.push_back(seconds / static_cast<double>(part.repetitions) *
                                  part.worker->scale());
  } catch (const std::exception& error) {
    part.times->error = error.what();
  }
}

}  // namespace

const Times* Result::find(const std::string& contender) const {
  for (const Times& one : times) {
    if (one.contender == contender) return &one;
  }
  return nullptr;
}

double Result::again() const {
  const Times* second = find("Plumb again");
  if (second == nullptr || second->seconds.empty()) return 1;
  return spread_of(ratios(second->seconds, ours().seconds)).median;
}

double tolerance(const std::string& dtype) { return dtype == "f32" ? 1e-5 : 1e-12; }

Result measure(const Row& row, std::vector<std::unique_ptr<Worker>>& workers, const Plan& plan,
               const Progress& progress) {
  Result result{row, {}, {}, {}};
  std::vector<Part> parts = prepare(result, workers, progress);
  for (Part& part : parts) part.repetitions = fill(*part.worker, plan.slice);
  for (int round = 0; round < plan.rounds; ++round) {
    progress("round " + std::to_string(round + 1) + " of " + std::to_string(plan.rounds));
    if (flops_of(row) > 0) result.peak.push_back(fma_peak(row.dtype, peak_slice));
    for (Part& part : parts) {
      if (part.times->error.empty()) take_round(part);
    }
  }
  take_figures(result, *workers.front());
  return result;
}

std::vector<double> measure(const Growth& growth, Worker& worker, int rounds,
                            const Progress& progress) {
  std::vector<std::vector<double>> seconds(growth.sizes.size());
  std::vector<long> repetitions(growth.sizes.size());
  for (int round = 0; round < (growth.figure.empty() ? rounds : 1); ++round) {
    for (std::size_t i = 0; i < growth.sizes.size(); ++i) {
      const std::string size = std::to_string(growth.sizes[i]);
      progress(growth.kind + " of " + size);
      if (!worker.set_up(growth.dtype, growth.kind + " " + size)) {
        throw std::runtime_error(growth.kind + ": Plumb does not do it");
      }
      if (!growth.figure.empty()) {
        seconds[i].push_back(worker.figure(growth.figure).value_or(std::nan("")));
        continue;
      }
      if (round == 0) repetitions[i] = fill(worker, 0.02);
      seconds[i].push_back(worker.time(repetitions[i]) / static_cast<double>(repetitions[i]));
    }
  }
  std::vector<double> costs;
  costs.reserve(seconds.size());
  for (const auto& of_size : seconds) costs.push_back(spread_of(of_size).median);
  return costs;
}

}  // namespace bench
