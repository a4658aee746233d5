#include "autograd/autograd.h"
#include "bench/suites/suites.h"

/// Google Benchmark's suites of Plumb, one thread: `suites --help` says what they take.
int main(int argc, char** argv) {
  autograd::set_thread_count(1);
  bench::register_operations();
  bench::register_products();
  bench::register_tape();
  bench::register_steps();
  bench::register_checks();
  bench::register_objectives();
  bench::register_studies();
  benchmark::Initialize(&argc, argv);
  if (argc > 1) {
    std::fprintf(stderr, "suites: unknown argument \"%s\"; --help names those there are\n",
                 argv[1]);
    return 2;
  }
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}
