#include "autograd/autograd.h"
#include "bench/suites/suites.h"

/// Operations on tensors of growing size, f32 and f64, recorded by nobody.
namespace bench {
namespace {

using namespace autograd;

struct Operation {
  const char* name;
  Tensor (*apply)(const Tensor& x);
};

// x lies in [0.5, 1.5), where every one of them is defined. The last axis has 64 elements.
const Operation operations[] = {
    {"add", [](const Tensor& x) { return x + x; }},
    {"multiply", [](const Tensor& x) { return x * x; }},
    {"divide", [](const Tensor& x) { return x / x; }},
    {"add_row", [](const Tensor& x) { return x + x.rows(0, 1); }},
    {"relu", [](const Tensor& x) { return relu(x); }},
    {"exp", [](const Tensor& x) { return exp(x); }},
    {"log", [](const Tensor& x) { return log(x); }},
    {"tanh", [](const Tensor& x) { return tanh(x); }},
    {"sigmoid", [](const Tensor& x) { return sigmoid(x); }},
    {"erf", [](const Tensor& x) { return erf(x); }},
    {"silu", [](const Tensor& x) { return silu(x); }},
    {"gelu", [](const Tensor& x) { return gelu(x); }},
    {"sin", [](const Tensor& x) { return sin(x); }},
    {"pow", [](const Tensor& x) { return pow(x, 2.5); }},
    {"sqrt", [](const Tensor& x) { return sqrt(x); }},
    {"sum", [](const Tensor& x) { return sum(x); }},
    {"sum_rows", [](const Tensor& x) { return sum(x, 1); }},
    {"sum_columns", [](const Tensor& x) { return sum(x, 0); }},
    {"max_rows", [](const Tensor& x) { return max(x, 1); }},
    {"variance", [](const Tensor& x) { return variance(x, 1); }},
    {"softmax", [](const Tensor& x) { return softmax(x); }},
    {"log_softmax", [](const Tensor& x) { return log_softmax(x); }},
    {"logsumexp", [](const Tensor& x) { return logsumexp(x); }},
    {"transpose", [](const Tensor& x) { return transpose(x); }},
};

void run(benchmark::State& state, const Operation& operation, long size, Dtype dtype) {
  Random random(1);
  const Tensor x = random.uniform({size / 64, 64}, 0.5, 1.5, dtype);
  for (auto _ : state) benchmark::DoNotOptimize(operation.apply(x).data());
  state.SetItemsProcessed(state.iterations() * size);
}

}  // namespace

void register_operations() {
  for (const Operation& operation : operations) {
    for (const Dtype dtype : {f32, f64}) {
      for (const long size : {1L << 8, 1L << 12, 1L << 16, 1L << 20}) {
        const std::string what =
            std::string(operation.name) + " " + std::string(autograd::name(dtype));
        benchmark::RegisterBenchmark(
            name_of("operations", what, size).c_str(),
            [&operation, size, dtype](benchmark::State& s) { run(s, operation, size, dtype); });
      }
    }
  }
}

}  // namespace bench
