#include <malloc.h>

#include <cmath>
#include <stdexcept>

#include "bench/objectives/gmm.h"
#include "bench/objectives/problem.h"
#include "bench/ours/ours.h"
#include "bench/work/mixture.h"
#include "bench/work/numbers.h"

namespace bench {

using namespace autograd;

namespace {

Index index(std::size_t i) { return static_cast<Index>(i); }

Tensor positive(std::uint64_t stream, Index rows, Index columns, Dtype dtype) {
  const auto count = static_cast<std::size_t>(rows * columns);
  const Shape shape{rows, columns};
  return dtype == f32 ? tensor(uniform<float>(stream, count, 0, 1), shape)
                      : tensor(uniform<double>(stream, count, 0, 1), shape);
}

double result_of(const Tensor& value, std::span<const Tensor> gradients) {
  std::vector<std::vector<double>> numbers;
  for (const Tensor& g : gradients) numbers.push_back(to_vector(g));
  return value_and_norm(value.item(), numbers);
}

std::unique_ptr<Task> objective(const Objective::Function& f, std::vector<Tensor> inputs, By by) {
  if (by == By::tape) return std::make_unique<Objective>(f, std::move(inputs));
  return std::make_unique<ReplayedObjective>(f, std::move(inputs));
}

}  // namespace

Product::Product(Index m, Index k, Index n, Transpose transpose, Dtype dtype)
    : a_(transpose.a ? positive(1, k, m, dtype) : positive(1, m, k, dtype)),
      b_(transpose.b ? positive(2, n, k, dtype) : positive(2, k, n, dtype)),
      transpose_(transpose) {}

double Product::result() { return sum(to(y_, f64)).item(); }

double Objective::result() { return result_of(found_.value, found_.gradients); }

std::optional<double> Objective::figure(const std::string& name) {
  if (name != "nodes") return {};
  Tape tape;
  std::vector<Tensor> watched;
  for (const Tensor& x : inputs_) watched.push_back(tape.watch(x));
  f_(watched);
  return static_cast<double>(tape.size());
}

ReplayedObjective::ReplayedObjective(const Objective::Function& f, std::vector<Tensor> inputs)
    : tape_(f, inputs),
      inputs_(std::move(inputs)),
      program_(Program::record(
                   [&](std::span<const Tensor> x) {
                     return std::vector{f({x.begin(), x.end()})};
                   },
                   inputs_)
                   .with_gradient(inputs_)),
      found_(program_.outputs()) {
  tape_.run();
  run();
  const double expected = tape_.result(), got = result();
  if (std::abs(got - expected) <= 1e-12 * std::abs(expected)) return;
  throw std::runtime_error("the replay finds " + std::to_string(got) + " where the tape finds " +
                           std::to_string(expected));
}

double ReplayedObjective::result() {
  return result_of(found_.front(), std::span(found_).subspan(1));
}

std::unique_ptr<Task> mixture(std::size_t d, std::size_t k, std::size_t n, Dtype dtype, By by) {
  const MixtureData data = mixture_data(d, k, n);
  const auto made = [&](const std::vector<double>& numbers, const Shape& shape) {
    return to(tensor(numbers, shape), dtype);
  };
  const Tensor x = made(data.x, {index(n), index(d)});
  return objective(
      [x, gamma = data.gamma, m = Index{data.m}](const std::vector<Tensor>& at) {
        return gmm({at[0], at[1], at[2], x, gamma, m});
      },
      std::vector{made(data.alpha, {index(k)}), made(data.mu, {index(k), index(d)}),
                  made(data.icf, {index(k), index(d * (d + 1) / 2)})},
      by);
}

std::unique_ptr<Task> lstm_of(const std::string& name, Dtype dtype, By by) {
  Problem problem = read_problem(std::string(BENCH_DATA) + "/" + name + ".txt", dtype);
  return objective(problem.objective, problem.inputs, by);
}

double heap_in_use() {
  const struct mallinfo2 heap = mallinfo2();
  return static_cast<double>(heap.uordblks) + static_cast<double>(heap.hblkhd);
}

Tensor Chain::record(const Tensor& x) const {
  Tensor y = x;
  for (std::size_t i = 0; i < length_; ++i) y = sin(y);
  return y;
}

void Chain::run() {
  Tape tape;
  const Tensor x = tape.watch(scalar(1));
  const Tensor y = record(x);
  slope_ = tape.gradient(y)[x].item();
}

std::optional<double> Chain::figure(const std::string& name) {
  if (name != "bytes") return {};
  memory::release_pool();
  const double before = heap_in_use();
  Tape tape;
  const Tensor y = record(tape.watch(scalar(1)));
  return heap_in_use() - before;
}

}  // namespace bench
