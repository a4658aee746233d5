#include "apps/verify/studies/three_ways.h"

#include <fmt/format.h>

#include <cmath>
#include <numeric>

#include "apps/verify/by_hand/three_ways.h"
#include "apps/verify/report/table.h"
#include "apps/verify/studies/arrays.h"
#include "apps/verify/studies/breast_cancer.h"
#include "apps/verify/studies/fixed_threshold.h"
#include "apps/verify/studies/judges.h"
#include "autograd/check/differences.h"
#include "autograd/tensor/factories.h"
#include "autograd/tensor/random.h"
#include "nn/data/preprocess.h"

namespace verify {
namespace {

namespace check = autograd::check;
using autograd::Dtype;
using autograd::Index;
using check::Verdict;

// A network of the study: its samples and where its gradient is taken.
struct Subject {
  std::string name;  // of the variant
  std::string what;
  Problem problem;
  std::vector<double> point;
};

std::vector<double> draw_weights(const by_hand::Layers& layers, double scale,
                                 autograd::Random random) {
  const auto [d, h, c] = layers;
  return to_vector(random.normal({static_cast<Index>(h * d + c * h)}, 0, scale));
}

// x = 0 … 9 as the only sample, of class 2.
Subject small_network(const std::string& name, double scale, autograd::Random random) {
  Subject network{name, "", {{10, 20, 3}, autograd::f64, std::vector<double>(10), {2}}, {}};
  std::iota(network.problem.x.begin(), network.problem.x.end(), 0.0);
  network.point = draw_weights(network.problem.layers, scale, random);
  network.what =
      fmt::format("10-20-3, sigmoid, no biases, x = 0…9, weights normal times {}", scale);
  return network;
}

Subject cancer_network(autograd::Random random) {
  const LabelledSamples samples = breast_cancer();
  const auto n = std::ssize(samples.labels);
  const auto x = autograd::tensor(samples.x, {n, static_cast<Index>(samples.features)});
  Subject network{"breast-cancer",
                  fmt::format("{}-20-2, sigmoid, no biases, breast cancer, {} samples z-scored by "
                              "feature",
                              samples.features, n),
                  {{samples.features, 20, 2}, autograd::f64, {}, samples.labels},
                  {}};
  network.problem.x = to_vector(nn::z_score(x, nn::Over::columns));
  network.point = draw_weights(network.problem.layers, 1, random);
  return network;
}

std::vector<Subject> draw_networks(const Options& options) {
  const autograd::Random random(options.seed);
  std::vector<Subject> networks;
  const auto wanted = [&](const std::string& name) {
    return options.variant.empty() || options.variant == "all" || options.variant == name;
  };
  if (wanted("nominal")) networks.push_back(small_network("nominal", 1, random.split(1)));
  if (wanted("small-weights")) {
    networks.push_back(small_network("small-weights", 0.01, random.split(1)));
  }
  if (wanted("breast-cancer")) networks.push_back(cancer_network(random.split(2)));
  return networks;
}

Subject in_precision(Subject network, Dtype dtype) {
  network.problem.dtype = dtype;
  network.problem.x = rounded(std::move(network.problem.x), dtype);
  network.point = rounded(std::move(network.point), dtype);
  return network;
}

by_differences::PlainLoss loss_of(const Problem& problem) {
  by_differences::LossSpec spec;
  spec.hidden = by_differences::Activation::sigmoid;
  spec.biases = false;
  return plain_loss(problem, spec);
}

// --- the warm-ups ---

void add_sum_of_squares(Outcome& outcome, Dtype dtype) {
  std::vector<double> x(10);
  std::iota(x.begin(), x.end(), 0.0);
  const check::BlackBox f(
      [](std::span<const double> p) {
        double y = 0;
        for (const double v : p) y += v * v + 2 * v;
        return y;
      },
      x);
  const Question question{"warm-up 1: y = Σ(x² + 2x), x = 0…9", dtype, {{"x", {10}, 0}}, {}, {}};
  outcome.comparisons.push_back(compare_claims(question, f, sum_of_squares_judges(dtype)));
  Json exact = Json::object();
  std::string words;
  for (const ClaimReport& claim : outcome.comparisons.back().claims) {
    bool all = true;
    for (std::size_t i = 0; i < x.size(); ++i) all = all && claim.claim.gradient[i] == 2 * x[i] + 2;
    words += fmt::format("{}, {}: the gradient is {}exactly 2x + 2\n", claim.name, precision(dtype),
                         all ? "" : "not ");
    exact[claim.name] = all;
  }
  outcome.comparisons.back().words = words;
  outcome.numbers["warm_ups"][std::string(name(dtype))]["exact"] = exact;
}

void add_linear_softmax(Outcome& outcome, Dtype dtype, autograd::Random random) {
  const std::vector<double> W = rounded(to_vector(random.normal({200})), dtype);
  const std::vector<double> h = to_vector(random.split(4).integers({20}, 0, 3));
  constexpr std::size_t label = 5;
  const check::BlackBox f(
      [&](std::span<const double> p) {
        double sum = 0, largest = -HUGE_VAL;
        std::vector<double> y(10, 0);
        for (std::size_t i = 0; i < p.size(); ++i) y[i / 20] += p[i] * h[i % 20];
        for (const double v : y) largest = std::max(largest, v);
        for (const double v : y) sum += std::exp(v - largest);
        return std::log(sum) + (largest - y[label]);
      },
      W);
  const Question question{"warm-up 2: −log softmax(W h)[5], W 10 × 20, h of integers 0…2",
                          dtype,
                          {{"W", {10, 20}, 0}},
                          {},
                          {}};
  outcome.comparisons.push_back(
      compare_claims(question, f, linear_softmax_judges(dtype, h, label)));
}

// --- the trap ---

struct Trap {
  std::string claim, loss;
  double step;
  FixedCheck fixed;
  std::string verdict;  // of the same claim with error bars
};

// The loss of the derivation by hand in float32, which is what a float32 program would difference.
std::vector<double> float32_differences(const Subject& network, double step) {
  const auto judge = three_ways_judges(network.problem).front();
  const check::Function f = [&](std::span<const double> p) { return judge.at(p).loss; };
  return check::central_differences(f, network.point, step);
}

std::string in_words(const check::Report& report) {
  std::int64_t wrong = 0, dark = 0;
  for (const auto& block : report.blocks) {
    wrong += block.count(Verdict::disagree);
    dark += block.count(Verdict::cannot_tell);
  }
  std::string words = to_string(report.verdict);
  if (wrong > 0) words += fmt::format(", {} wrong", wrong);
  if (dark > 0) words += fmt::format(", cannot tell at this precision for {}", dark);
  return words;
}

void add_traps(std::vector<Trap>& traps, const Subject& network, const Comparison& comparison) {
  const auto loss = loss_of(network.problem);
  const bool single = network.problem.dtype == autograd::f32;
  const auto add = [&](const std::string& of, double step, const std::vector<double>& differences) {
    for (const ClaimReport& claim : comparison.claims) {
      traps.push_back({claim.name + ", " + precision(network.problem.dtype), of, step,
                       check_fixed(loss.blocks(), claim.claim.gradient, differences),
                       in_words(claim.report)});
    }
  };
  for (const double step : {fixed_step, 1e-10, 1.0}) {
    if (single && step != fixed_step) continue;
    add("float64", step, check::central_differences(loss.at(network.point), step));
  }
  if (single) add("float32", fixed_step, float32_differences(network, fixed_step));
}

void add_trap_table(Outcome& outcome, const Subject& network, const std::vector<Trap>& traps) {
  Table table({{"claim", Table::Align::left},
               {"loss in", Table::Align::left},
               {"step"},
               {"fail", Table::Align::right},
               {"worst", Table::Align::left},
               {"relative"},
               {"with error bars", Table::Align::left}});
  Json rows = Json::array();
  for (const Trap& trap : traps) {
    table.add({trap.claim, trap.loss, figure(trap.step),
               fmt::format("{} of {}", trap.fixed.failed, trap.fixed.entries), trap.fixed.worst,
               figure(trap.fixed.largest), trap.verdict});
    rows.push_back({{"claim", trap.claim},
                    {"loss", trap.loss},
                    {"step", trap.step},
                    {"failed", trap.fixed.failed},
                    {"entries", trap.fixed.entries},
                    {"worst", trap.fixed.worst},
                    {"largest_relative_difference", json_number(trap.fixed.largest)},
                    {"with_error_bars", trap.verdict}});
  }
  outcome.comparisons.back().words = fmt::format(
      "the fixed threshold of a course, |a − b|/(|a| + |b|) < 1e-4, on the same claims\n{}"
      "step 1e-3, {}: {}\n",
      table.text(), traps.front().claim, describe(traps.front().fixed));
  outcome.numbers["fixed_threshold"][network.name] = rows;
}

}  // namespace

Outcome three_ways(const Options& options, const Progress&) {
  std::vector<Dtype> dtypes{autograd::f64, autograd::f32};
  if (options.dtype) dtypes = {*options.dtype};
  Outcome outcome;
  outcome.study = "three-ways";
  outcome.header = fmt::format(
      "two warm-ups, a sigmoid network without biases, and the trap of a fixed "
      "threshold, seed {}",
      options.seed);
  outcome.options = {{"variant", options.variant.empty() ? "all" : options.variant},
                     {"dtype", options.dtype ? std::string(name(*options.dtype)) : "f64 and f32"},
                     {"seed", options.seed}};
  outcome.numbers = Json::object();
  for (const Dtype dtype : dtypes) add_sum_of_squares(outcome, dtype);
  for (const Dtype dtype : dtypes) {
    add_linear_softmax(outcome, dtype, autograd::Random(options.seed).split(3));
  }
  for (const Subject& drawn : draw_networks(options)) {
    std::vector<Trap> traps;
    for (const Dtype dtype : dtypes) {
      const Subject network = in_precision(drawn, dtype);
      outcome.comparisons.push_back(compare_at(network.name + ": " + network.what, network.problem,
                                               loss_of(network.problem), network.point,
                                               three_ways_judges));
      add_traps(traps, network, outcome.comparisons.back());
    }
    add_trap_table(outcome, drawn, traps);
  }
  return outcome;
}

}  // namespace verify
