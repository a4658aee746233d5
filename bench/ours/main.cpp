#include <cstring>
#include <iostream>

#include "bench/ours/allocations.h"
#include "bench/ours/ours.h"

/// Plumb as a contender: `worker_plumb [THREADS]`, one unless given.
int main(int argc, char** argv) {
  const int threads = argc > 1 ? std::atoi(argv[1]) : 1;
  if (argc > 2 || threads < 1) {
    std::cerr << "worker_plumb: expected at most one argument, the number of threads\n";
    return 2;
  }
  autograd::set_thread_count(threads);
  bench::Contender contender{"Plumb", bench::offer, {}};
  if (bench::counts_allocations()) contender.allocations = bench::allocations;
  return bench::serve(contender);
}
