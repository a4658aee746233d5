#include "bench/ours/ours.h"
#include "bench/suites/suites.h"

/// The matrix product: square ones in all four cases, and those of perceptrons.
namespace bench {
namespace {

using autograd::Dtype;
using autograd::Index;
using autograd::Transpose;

void run(benchmark::State& state, std::array<Index, 3> mkn, Transpose transpose, Dtype dtype) {
  const auto [m, k, n] = mkn;
  Product product(m, k, n, transpose, dtype);
  repeat(state, product);
  count_flops(state, 2 * static_cast<double>(m) * static_cast<double>(k) * static_cast<double>(n));
}

void add(const std::string& what, std::array<Index, 3> mkn, Index size, Transpose transpose,
         Dtype dtype) {
  const std::string full = what + " " + (transpose.a ? "t" : "n") + (transpose.b ? "t" : "n") +
                           " " + std::string(autograd::name(dtype));
  benchmark::RegisterBenchmark(name_of("products", full, size).c_str(),
                               [=](benchmark::State& state) { run(state, mkn, transpose, dtype); });
}

}  // namespace

void register_products() {
  for (const Dtype dtype : {autograd::f32, autograd::f64}) {
    for (const Transpose t : {Transpose{}, {false, true}, {true, false}, {true, true}}) {
      for (Index n = 32; n <= 1024; n *= 2) add("square", {n, n, n}, n, t, dtype);
    }
    for (const Index batch : {1, 5, 32, 128, 256}) {
      add("batch·784·256", {batch, 784, 256}, batch, {false, true}, dtype);
      add("batch·1024·1024", {batch, 1024, 1024}, batch, {false, true}, dtype);
      add("256·batch·784", {256, batch, 784}, batch, {true, false}, dtype);
    }
  }
}

}  // namespace bench
