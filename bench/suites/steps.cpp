#include "bench/ours/ours.h"
#include "bench/suites/suites.h"

/// Training steps of multilayer perceptrons, against the batch.
namespace bench {

void register_steps() {
  for (const char* widths : {"784-50-10", "784-40-10", "784-256-128-10", "784-1024-1024-10"}) {
    for (const autograd::Dtype dtype : {autograd::f32, autograd::f64}) {
      for (const long batch : {1, 5, 32, 128, 256}) {
        const Perceptron shape = parse_perceptron(widths, "b" + std::to_string(batch));
        const std::string what = std::string(widths) + " " + std::string(autograd::name(dtype));
        benchmark::RegisterBenchmark(name_of("steps", what, batch).c_str(),
                                     [shape, dtype](benchmark::State& state) {
                                       Step step(shape, dtype);
                                       repeat(state, step);
                                       count_flops(state, flops_of_step(shape));
                                     });
      }
    }
  }
}

}  // namespace bench
