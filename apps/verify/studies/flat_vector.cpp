#include "apps/verify/studies/flat_vector.h"

#include <fmt/format.h>

#include <cmath>

#include "apps/verify/report/table.h"
#include "apps/verify/studies/images.h"
#include "apps/verify/studies/judges.h"
#include "autograd/check/differences.h"
#include "autograd/tensor/factories.h"

namespace verify {
namespace {

using autograd::Index;

constexpr by_hand::Layers layers{784, 40, 10};
constexpr std::size_t batch = 5;
constexpr double step = 1e-8;

Problem draw_problem(const Options& options, autograd::Random random) {
  const auto images = images_of(options.data, "fashion-mnist", "train", batch);
  Pixels pixels = pixels_of(images, draw(images, batch, random));
  const autograd::Dtype dtype = options.dtype.value_or(autograd::f64);
  return {layers, dtype, rounded(std::move(pixels.x), dtype), std::move(pixels.labels)};
}

// W uniform in (−1, 1)/√fan_in, b = 0.01, packed.
std::vector<double> draw_parameters(autograd::Random random) {
  const auto weights = [&](std::size_t out, std::size_t in) {
    const double limit = 1 / std::sqrt(static_cast<double>(in));
    return to_vector(random.uniform({static_cast<Index>(out * in)}, -limit, limit));
  };
  const std::vector<double> W1 = weights(layers.h, layers.d);
  const std::vector<double> W2 = weights(layers.c, layers.h);
  const std::vector<double> b1(layers.h, 0.01);
  const std::vector<double> b2(layers.c, 0.01);
  return by_hand::pack<double>({W1, b1, W2, b2});
}

double distance(const std::vector<double>& a, const std::vector<double>& b) {
  double squares = 0;
  for (std::size_t i = 0; i < a.size(); ++i) squares += (a[i] - b[i]) * (a[i] - b[i]);
  return std::sqrt(squares);
}

}  // namespace

Outcome flat_vector(const Options& options, const Progress&) {
  const bool summed = options.variant == "summed-weights";
  const autograd::Random random(options.seed);
  const Problem problem = draw_problem(options, random.split(1));
  const std::vector<double> point = rounded(draw_parameters(random.split(2)), problem.dtype);
  by_differences::LossSpec spec;
  spec.hidden = by_differences::Activation::relu;
  const auto loss = plain_loss(problem, spec);
  const std::string source = source_of(options.data, "fashion-mnist");

  Outcome outcome;
  outcome.study = "flat-vector";
  outcome.header = fmt::format("{}, ReLU, all {} parameters in one vector, 5 images of {}, seed {}",
                               to_string(layers), grouped(loss.parameters()), source, options.seed);
  outcome.options = {{"variant", summed ? "summed-weights" : "correct"},
                     {"dtype", name(problem.dtype)},
                     {"seed", options.seed},
                     {"data", source}};
  const auto variant = summed ? by_hand::Variant::summed_weights : by_hand::Variant::correct;
  const auto judges = [&](const Problem& p) { return flat_vector_judges(p, variant); };
  outcome.comparisons.push_back(compare_at("every parameter", problem, loss, point, judges));

  const auto differences = autograd::check::forward_differences(loss.at(point), step);
  Json scores = Json::object();
  for (const ClaimReport& claim : outcome.comparisons[0].claims) {
    const double score = distance(claim.claim.gradient, differences);
    scores[claim.name] = json_number(score);
    outcome.words += fmt::format("score {} (‖claimed − forward difference‖, step 1e-8): {}\n",
                                 claim.name, figure(score, 6));
  }
  outcome.numbers = {
      {"step", step}, {"loss", json_number(outcome.comparisons[0].loss)}, {"scores", scores}};
  return outcome;
}

}  // namespace verify
