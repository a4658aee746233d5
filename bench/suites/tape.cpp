#include "bench/ours/ours.h"
#include "bench/suites/suites.h"

/// What a tape costs: recording and differentiating an operation, running a program again, against
/// the number of operations and the width of what they work on.
namespace bench {
namespace {

using namespace autograd;

Tensor chain(Tensor y, long length) {
  for (long i = 0; i < length; ++i) y = y + y;
  return y;
}

void record(benchmark::State& state, long length) {
  for (auto _ : state) {
    Tape tape;
    benchmark::DoNotOptimize(chain(tape.watch(scalar(0)), length).data());
  }
  state.counters["s a node"] = benchmark::Counter(
      static_cast<double>(length),
      benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}

void backward(benchmark::State& state, long length) {
  Tape tape;
  const Tensor x = tape.watch(scalar(0)), y = chain(x, length);
  for (auto _ : state) benchmark::DoNotOptimize(tape.gradient(y)[x].data());
  state.counters["s a node"] = benchmark::Counter(
      static_cast<double>(length),
      benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}

void replay_program(benchmark::State& state, long length) {
  const Program program = Program::record(
      [&](std::span<const Tensor> in) { return std::vector{chain(in[0], length)}; }, {scalar(0)});
  for (auto _ : state) benchmark::DoNotOptimize(program({scalar(0)})[0].data());
}

void whole_chain(benchmark::State& state, long length) {
  Chain task(static_cast<std::size_t>(length));
  state.counters["bytes a node"] = *task.figure("bytes") / static_cast<double>(length);
  repeat(state, task);
}

void width(benchmark::State& state, long width, Dtype dtype) {
  Random random(1);
  const Tensor x0 = random.uniform({width}, 0.5, 1.5, dtype);
  for (auto _ : state) {
    Tape tape;
    const Tensor x = tape.watch(x0);
    Tensor y = x;
    for (int i = 0; i < 100; ++i) y = y * x0;
    benchmark::DoNotOptimize(tape.gradient(sum(y))[x].data());
  }
}

template <class Run>
void add(const std::string& what, long size, const Run& run) {
  benchmark::RegisterBenchmark(name_of("tape", what, size).c_str(),
                               [run, size](benchmark::State& state) { run(state, size); });
}

}  // namespace

void register_tape() {
  for (long length = 1'000; length <= 1'000'000; length *= 10) {
    add("record", length, record);
    add("backward", length, backward);
    add("replay a program", length, replay_program);
  }
  for (long length = 1'000; length <= 10'000'000; length *= 10) {
    add("record and differentiate sin", length, whole_chain);
  }
  for (long w = 32; w <= 4096; w *= 2) {
    add("a hundred products f32", w, [](benchmark::State& s, long n) { width(s, n, f32); });
    add("a hundred products f64", w, [](benchmark::State& s, long n) { width(s, n, f64); });
    add("gradient of two square layers f32", w, [](benchmark::State& state, long n) {
      Square task(static_cast<std::size_t>(n));
      repeat(state, task);
    });
  }
}

}  // namespace bench
