#pragma once

#include <benchmark/benchmark.h>

#include <string>

#include "bench/work/worker.h"

/// What the suites have in common. A benchmark's name is suite/what/size, from which the pictures
/// are drawn.
namespace bench {

inline std::string name_of(const std::string& suite, const std::string& what, long size) {
  return suite + "/" + what + "/" + std::to_string(size);
}

/// Runs the task again and again, after a first time that fills pools and caches.
inline void repeat(benchmark::State& state, Task& task) {
  task.run();
  for (auto _ : state) task.run();
}

/// Operations a second as a counter, from those of one iteration.
inline void count_flops(benchmark::State& state, double flops) {
  state.counters["FLOP/s"] =
      benchmark::Counter(flops, benchmark::Counter::kIsIterationInvariantRate);
}

void register_operations();
void register_products();
void register_tape();
void register_steps();
void register_checks();
void register_objectives();
void register_studies();

}  // namespace bench
