#include "apps/verify/studies/six_weights.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "apps/config/config.h"
#include "apps/verify/report/table.h"
#include "apps/verify/studies/images.h"
#include "apps/verify/studies/judges.h"
#include "autograd/check/differences.h"
#include "autograd/tensor/error.h"
#include "autograd/tensor/factories.h"
#include "nn/data/preprocess.h"

namespace verify {
namespace {

using autograd::Index;
using autograd::check::Block;

constexpr double step = 1e-2;
constexpr double rule_of_thumb = step * step;
constexpr double deviation = 0.05;  // of the weights
constexpr std::int64_t most_hidden = 4096;

// The widths, from the config or its default.
by_hand::Layers layers_of(const apps::Config& config) {
  const auto& widths = config.layers;
  const bool fits = widths.size() == 3 && widths[0] == 784 && widths[2] == 10;
  if (!fits || widths[1] > most_hidden) {
    throw autograd::Error(
        fmt::format("{}: six-weights needs one hidden layer, [784, h, 10] with "
                    "h from 1 to {}; got [{}]",
                    config.place("layers"), most_hidden, autograd::list(widths)));
  }
  if (config.activation != "tanh") {
    throw autograd::Error(fmt::format("{}: six-weights is a tanh network; expected tanh; got {}",
                                      config.place("activation"), config.activation));
  }
  return {784, static_cast<std::size_t>(widths[1]), 10};
}

// One image with mean 0 and deviation 1, by its own moments or by those of the whole set.
Problem draw_problem(const Options& options, const by_hand::Layers& layers,
                     autograd::Random random) {
  const auto images = images_of(options.data, "mnist", "train", 1);
  Pixels pixels = pixels_of(images, draw(images, 1, random));
  const autograd::Tensor x = autograd::tensor(pixels.x, {1, static_cast<Index>(layers.d)});
  const autograd::Tensor scaled = options.variant == "set-wide"
                                      ? nn::standardize(x, moments_of(images))
                                      : nn::z_score(x, nn::Over::rows);
  const autograd::Dtype dtype = options.dtype.value_or(autograd::f64);
  return {layers, dtype, rounded(to_vector(scaled), dtype), std::move(pixels.labels)};
}

std::vector<double> draw_parameters(const by_hand::Layers& layers, autograd::Random random) {
  const auto normal = [&](std::size_t count) {
    return to_vector(random.normal({static_cast<Index>(count)}, 0, deviation));
  };
  const std::vector<double> W1 = normal(layers.h * layers.d), b1(layers.h, 0);
  const std::vector<double> W2 = normal(layers.c * layers.h), b2(layers.c, 0);
  return by_hand::pack<double>({W1, b1, W2, b2});
}

// A random entry of a block that tells something: its gradient is between a tenth and a half of the
// block's largest. The largest belong to the brightest pixels, on which the fixed step is coarse.
// `taken` is not drawn again.
std::int64_t draw_entry(const Block& block, const std::vector<double>& gradient, std::int64_t taken,
                        autograd::Random& random) {
  const auto at = [&](std::int64_t i) { return std::abs(gradient[static_cast<std::size_t>(i)]); };
  double largest = 0;
  for (std::int64_t i = 0; i < block.count(); ++i) {
    largest = std::max(largest, at(block.offset + i));
  }
  std::vector<std::int64_t> telling;
  for (std::int64_t i = block.offset; i < block.offset + block.count(); ++i) {
    if (i != taken && at(i) >= 0.1 * largest && at(i) <= 0.5 * largest) telling.push_back(i);
  }
  if (telling.empty()) return taken == block.offset ? taken + 1 : block.offset;
  return telling[static_cast<std::size_t>(random.below(static_cast<Index>(telling.size())))];
}

struct Six {
  std::vector<std::string> names;
  std::vector<std::int64_t> indices;
};

Six draw_six(const std::vector<Block>& blocks, const std::vector<double>& gradient,
             autograd::Random random) {
  struct Kind {
    std::string name;
    std::size_t block;
    int count;
  };
  Six six;
  for (const Kind& kind : {Kind{"output bias", 3, 1}, Kind{"hidden bias", 1, 1},
                           Kind{"hidden-output weight", 2, 2}, Kind{"input-hidden weight", 0, 2}}) {
    std::int64_t taken = -1;
    for (int i = 0; i < kind.count; ++i) {
      taken = draw_entry(blocks[kind.block], gradient, taken, random);
      six.names.push_back(kind.name + " " + blocks[kind.block].entry_name(taken));
      six.indices.push_back(taken);
    }
  }
  return six;
}

// The course's table for one claim, into words and numbers.
void add_table(Outcome& outcome, const Six& six, const ClaimReport& claim,
               const std::vector<double>& estimated) {
  Table table(
      {{"name", Table::Align::left}, {"difference"}, {"actual gradient"}, {"estimated gradient"}});
  Json rows = Json::array();
  std::size_t passed = 0;
  for (std::size_t i = 0; i < six.indices.size(); ++i) {
    const double actual = claim.claim.gradient[static_cast<std::size_t>(six.indices[i])];
    const double difference = std::abs(actual - estimated[i]);
    passed += difference < rule_of_thumb;
    table.add({six.names[i], fmt::format("{:.2e}", difference), fmt::format("{:.8f}", actual),
               fmt::format("{:.8f}", estimated[i])});
    rows.push_back({{"name", six.names[i]},
                    {"difference", json_number(difference)},
                    {"actual gradient", json_number(actual)},
                    {"estimated gradient", json_number(estimated[i])}});
  }
  outcome.words += fmt::format(
      "{}; central differences, step 1e-2\n{}rule of thumb, "
      "|difference| < 1e-4: {} of {} pass\n",
      claim.name, table.text(), passed, six.indices.size());
  outcome.numbers["six"].push_back({{"claim", claim.name}, {"passed", passed}, {"rows", rows}});
}

Json config_json(const apps::Config& config) {
  return {{"layers", config.layers},
          {"activation", config.activation},
          {"learning_rate", config.learning_rate},
          {"batch_size", config.batch_size},
          {"epochs", config.epochs},
          {"momentum", config.momentum},
          {"l2_penalty", config.l2_penalty},
          {"early_stopping", config.early_stopping},
          {"patience", config.patience}};
}

std::string config_words(const Options& options, const apps::Config& config) {
  if (options.config.empty()) return "";
  return fmt::format(
      "config {}: layers and activation are used; read but not used, because nothing is trained "
      "here: learning_rate {}, batch_size {}, epochs {}, momentum {}, l2_penalty {}, "
      "early_stopping {}, patience {}\n",
      options.config.string(), config.learning_rate, config.batch_size, config.epochs,
      config.momentum, config.l2_penalty, config.early_stopping, config.patience);
}

}  // namespace

Outcome six_weights(const Options& options, const Progress&) {
  const apps::Config config =
      options.config.empty() ? apps::Config() : apps::read_config(options.config);
  const by_hand::Layers layers = layers_of(config);
  const autograd::Random random(options.seed);
  const Problem problem = draw_problem(options, layers, random.split(1));
  const auto point = rounded(draw_parameters(layers, random.split(2)), problem.dtype);
  const auto loss = plain_loss(problem, {});
  const std::string source = source_of(options.data, "mnist");
  const std::string scaling = options.variant == "set-wide" ? "set-wide" : "per-image";

  Outcome outcome;
  outcome.study = "six-weights";
  outcome.header =
      fmt::format("{}, tanh, one image of {} with mean 0 and deviation 1 ({}), seed {}",
                  to_string(layers), source, scaling, options.seed);
  outcome.options = {{"variant", scaling},
                     {"dtype", name(problem.dtype)},
                     {"seed", options.seed},
                     {"data", source},
                     {"config", config_json(config)}};
  outcome.comparisons.push_back(
      compare_at("every parameter", problem, loss, point, six_weights_judges));
  const Comparison& all = outcome.comparisons[0];

  const Six six = draw_six(loss.blocks(), all.claims[0].claim.gradient, random.split(3));
  const autograd::check::Function f = [&](std::span<const double> p) { return loss(p); };
  const auto estimated = autograd::check::central_differences(f, point, step, six.indices);
  outcome.words = config_words(options, config) + fmt::format("loss {}\n", figure(all.loss, 8));
  outcome.numbers = {{"loss", json_number(all.loss)},
                     {"step", step},
                     {"rule_of_thumb", rule_of_thumb},
                     {"six", Json::array()}};
  for (const ClaimReport& claim : all.claims) add_table(outcome, six, claim, estimated);
  return outcome;
}

}  // namespace verify
