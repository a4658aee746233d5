#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <numeric>
#include <string>
#include <vector>

#include "autograd/tape/program.h"
#include "autograd/tape/program_parts.h"
#include "autograd/tape/sweep.h"
#include "autograd/tape/tape.h"
#include "autograd/tape/text.h"
#include "autograd/tensor/error.h"
#include "autograd/tensor/factories.h"

namespace autograd {

using detail::ProgramParts;
using detail::Step;

namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

double median(std::vector<double>& times) {
  const auto middle = times.begin() + static_cast<std::ptrdiff_t>(times.size() / 2);
  std::nth_element(times.begin(), middle, times.end());
  return *middle;
}

// A program with the values of one run, as the sweep sees it.
struct RunGraph {
  const ProgramParts& parts;
  const std::vector<Tensor>& values;

  detail::SweepNode node(std::uint32_t i) const {
    return {parts.steps[i].operation, parts.steps[i].settings};
  }
  std::span<const std::uint32_t> inputs(std::uint32_t i) const {
    return parts.operands_of(parts.steps[i]);
  }
  ops::Operand operand(std::uint32_t i) const { return {&values[i], &parts.steps[i].shape}; }
  bool reaches(std::uint32_t i) const { return parts.steps[i].varies; }
  void fetch(std::uint32_t) const {}
  void done(std::uint32_t) const {}
};

// The times of all steps, run by run.
struct Times {
  std::vector<std::vector<double>> forward, backward;
};

void run_forward(const ProgramParts& parts, std::span<const Tensor> inputs,
                 std::vector<Tensor>& values, Times& times) {
  std::vector<Tensor> operands;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const Step& step = parts.steps[i];
    const Clock::time_point start = Clock::now();
    if (step.input >= 0) {
      values[i] = inputs[static_cast<std::size_t>(step.input)];
    } else if (step.parameter) {
      values[i] = step.parameter->value();
    } else if (step.operation == nullptr) {
      values[i] = step.constant;
    } else {
      operands.clear();
      for (const std::uint32_t j : parts.operands_of(step)) operands.push_back(values[j]);
      values[i] = step.operation->value(step.settings, operands);
    }
    times.forward[i].push_back(seconds_since(start));
  }
}

// A step's time is that from the visit to it until the visit to the next one.
void run_backward(const ProgramParts& parts, const std::vector<Tensor>& values, Times& times) {
  const std::uint32_t last = parts.outputs.front();
  std::vector<Tensor> adjoints(last + 1);
  adjoints[last] = ones_like(values[last]);
  std::vector<double> spent(values.size());
  std::uint32_t current = last;
  Clock::time_point start = Clock::now();
  detail::sweep(RunGraph{parts, values}, last, 0, adjoints, [&](std::uint32_t i, const Tensor&) {
    spent[current] = seconds_since(start);
    current = i;
    start = Clock::now();
    return true;
  });
  spent[current] = seconds_since(start);
  for (std::size_t i = 0; i < spent.size(); ++i) times.backward[i].push_back(spent[i]);
}

// So many digits that steps do not overlap, however late they come.
std::string to_nanosecond(double microseconds) {
  std::array<char, 40> text{};
  std::snprintf(text.data(), text.size(), "%.3f", microseconds);
  return text.data();
}

std::string microseconds(double seconds) { return detail::short_number(seconds * 1e6); }

}  // namespace

Profile Program::profile(std::span<const Tensor> inputs, int runs) const {
  check_inputs("profile", inputs);
  if (runs < 1) throw Error("profile: expected at least one run; got " + std::to_string(runs));
  if (outputs() == 0 || !is_floating(parts_->steps[parts_->outputs.front()].dtype)) {
    throw Error("profile: expected a program whose first output is f32 or f64");
  }
  const Pause pause;
  Times times{std::vector<std::vector<double>>(size()), std::vector<std::vector<double>>(size())};
  std::vector<Tensor> values(size());
  for (int run = 0; run < runs; ++run) {
    run_forward(*parts_, inputs, values, times);
    run_backward(*parts_, values, times);
  }
  Profile profile;
  for (std::size_t i = 0; i < size(); ++i) {
    const Step& step = parts_->steps[i];
    const std::size_t bytes = static_cast<std::size_t>(step.shape.size()) * size_of(step.dtype);
    profile.steps.push_back({i, parts_->name_of(step), median(times.forward[i]),
                             median(times.backward[i]), bytes, step.kept ? bytes : 0});
    profile.forward_seconds += profile.steps.back().forward_seconds;
    profile.backward_seconds += profile.steps.back().backward_seconds;
  }
  return profile;
}

std::string Profile::table() const {
  std::vector<const StepProfile*> order;
  for (const StepProfile& step : steps) order.push_back(&step);
  std::stable_sort(order.begin(), order.end(), [](const StepProfile* a, const StepProfile* b) {
    return a->forward_seconds + a->backward_seconds > b->forward_seconds + b->backward_seconds;
  });
  std::vector<std::vector<std::string>> rows{
      {"step", "operation", "forward µs", "backward µs", "bytes", "kept bytes"}};
  std::size_t bytes = 0, kept = 0;
  for (const StepProfile* step : order) {
    rows.push_back({std::to_string(step->step), step->operation,
                    microseconds(step->forward_seconds), microseconds(step->backward_seconds),
                    std::to_string(step->bytes), std::to_string(step->kept_bytes)});
    bytes += step->bytes;
    kept += step->kept_bytes;
  }
  rows.push_back({"", "all", microseconds(forward_seconds), microseconds(backward_seconds),
                  std::to_string(bytes), std::to_string(kept)});
  return detail::aligned(rows);
}

std::string Profile::chrome_trace() const {
  std::string text = "{\"displayTimeUnit\": \"ns\", \"traceEvents\": [";
  double at = 0;  // microseconds
  bool first = true;
  const auto event = [&](const StepProfile& step, const char* pass, double seconds) {
    text += first ? "\n" : ",\n";
    first = false;
    text += "  {\"name\": " + detail::json_string(step.operation) + ", \"cat\": \"" + pass +
            "\", \"ph\": \"X\", \"ts\": " + to_nanosecond(at) +
            ", \"dur\": " + to_nanosecond(seconds * 1e6) +
            ", \"pid\": 1, \"tid\": 1, \"args\": {\"step\": " + std::to_string(step.step) +
            ", \"bytes\": " + std::to_string(step.bytes) + "}}";
    at += seconds * 1e6;
  };
  for (const StepProfile& step : steps) event(step, "forward", step.forward_seconds);
  for (auto step = steps.rbegin(); step != steps.rend(); ++step) {
    event(*step, "backward", step->backward_seconds);
  }
  return text + "\n]}\n";
}

}  // namespace autograd
