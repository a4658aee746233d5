#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <string>
#include <vector>

#include "bench/objectives/problem.h"

/// Prints, for each problem and dtype, how far value and gradient are from the reference and how
/// long they take, as a table in Markdown.
namespace {

using namespace autograd;

/// The median time of a call in seconds, of at least five runs that take a fifth of a second
/// together; the first one, which fills caches and pools, does not count.
template <class Call>
double seconds(const Call& call) {
  using Clock = std::chrono::steady_clock;
  call();
  std::vector<double> times;
  for (double total = 0; times.size() < 5 || (total < 0.2 && times.size() < 1001);) {
    const auto begin = Clock::now();
    call();
    times.push_back(std::chrono::duration<double>(Clock::now() - begin).count());
    total += times.back();
  }
  const auto middle = times.begin() + static_cast<std::ptrdiff_t>(times.size() / 2);
  std::nth_element(times.begin(), middle, times.end());
  return *middle;
}

/// How many nodes a tape holds of the objective.
std::size_t nodes_of(const bench::Problem& problem) {
  Tape tape;
  std::vector<Tensor> inputs;
  for (const Tensor& x : problem.inputs) inputs.push_back(tape.watch(x));
  problem.objective(inputs);
  return tape.size();
}

void print_row(const std::filesystem::path& data, const std::string& name, Dtype dtype) {
  const bench::Problem problem = bench::read_problem(data / (name + ".txt"), dtype);
  const bench::Reference reference = bench::read_reference(data / (name + ".ref"), problem);
  const ValueAndGradients found = value_and_gradients(problem.objective, problem.inputs);
  const bench::Errors errors = bench::errors(found, reference);
  const std::size_t nodes = nodes_of(problem);
  const double value = seconds([&] { problem.objective(problem.inputs); });
  const double both = seconds([&] { value_and_gradients(problem.objective, problem.inputs); });
  fmt::print("| {} | {} | {:.10g} | {:.1e} | {:.1e} | {:.3f} | {:.3f} | {:.1f} | {} | {:.2f} |\n",
             name, autograd::name(dtype), found.value.item(), errors.value, errors.gradient,
             value * 1e3, both * 1e3, both / value, nodes, both * 1e6 / static_cast<double>(nodes));
  std::fflush(stdout);
}

int run(const std::filesystem::path& data) {
  fmt::print(
      "| problem | dtype | objective | error | error of the gradient | value, ms | value and "
      "gradient, ms | ratio | nodes | µs a node |\n"
      "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |\n");
  for (const std::string& name : bench::problem_names) {
    for (const Dtype dtype : {f32, f64}) print_row(data, name, dtype);
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    if (argc > 2 || (argc == 2 && argv[1][0] == '-')) {
      throw Error("expected at most one argument, the folder of the data");
    }
    return run(argc == 2 ? argv[1] : BENCH_DATA);
  } catch (const std::exception& error) {
    fmt::print(stderr, "objectives: {}\n", error.what());
    return 2;
  }
}
