#include <CLI/CLI.hpp>
#include <cstdint>
#include <exception>
#include <iostream>
#include <limits>
#include <map>
#include <string>

#include "apps/verify/studies/flat_vector.h"

namespace {

constexpr int agrees = 0;
constexpr int disagrees = 1;
constexpr int wrong_usage = 2;
constexpr int cannot_tell = 3;

int run_flat_vector(by_hand::Variant variant, std::uint64_t seed) {
  using autograd::check::Verdict;
  const verify::FlatVector study = verify::flat_vector(variant, seed);
  std::cout << "flat-vector: 784-40-10, ReLU, 5 images of Fashion-MNIST, seed " << seed << "\n\n"
            << describe(study.report) << '\n'
            << describe(study.diagnoses)
            << "\nscore (forward differences, step 1e-8): " << study.score << '\n';
  switch (study.report.verdict) {
    case Verdict::agree:
    case Verdict::kink:
      std::cout << "flat-vector: the gradient written by hand agrees with the differences\n";
      return agrees;
    case Verdict::disagree:
      std::cout << "flat-vector: the gradient written by hand is wrong\n";
      return disagrees;
    case Verdict::cannot_tell:
      break;
  }
  std::cout << "flat-vector: cannot tell at this point\n";
  return cannot_tell;
}

int run(int argc, char** argv) {
  CLI::App app("Judges the gradient of a real study.", "verify");
  app.require_subcommand(0, 1);
  const CLI::App* list = app.add_subcommand("list", "name the studies");
  CLI::App* study = app.add_subcommand("run", "run one study");
  std::string name = "flat-vector";
  by_hand::Variant variant = by_hand::Variant::correct;
  std::int64_t seed = 1;
  const std::map<std::string, by_hand::Variant> variants{
      {"correct", by_hand::Variant::correct}, {"summed-weights", by_hand::Variant::summed_weights}};
  study->add_option("study", name, "its name")->required()->check(CLI::IsMember({"flat-vector"}));
  study->add_option("--variant", variant, "correct or summed-weights, a bug that happened")
      ->transform(CLI::CheckedTransformer(variants));
  study->add_option("--seed", seed, "of the images and the weights")
      ->check(CLI::Range(std::int64_t{0}, std::numeric_limits<std::int64_t>::max()));
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& asked_for_help) {
    return app.exit(asked_for_help);
  } catch (const CLI::ParseError& error) {
    std::cerr << "verify: " << error.what() << "; see verify --help\n";
    return wrong_usage;
  }
  if (list->parsed()) {
    std::cout << "flat-vector  a ReLU network packed into one vector; variants correct, "
                 "summed-weights\n";
    return agrees;
  }
  return run_flat_vector(variant, static_cast<std::uint64_t>(seed));
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run(argc, argv);
  } catch (const std::exception& error) {
    std::cerr << "verify: " << error.what() << '\n';
    return wrong_usage;
  }
}
