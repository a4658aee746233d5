#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdint>
#include <exception>
#include <filesystem>
#include <iostream>
#include <limits>
#include <map>
#include <string>

#include "apps/verify/report/file.h"
#include "apps/verify/studies/study.h"
#include "autograd/tensor/error.h"

namespace {

using autograd::check::Verdict;

constexpr int agrees = 0;
constexpr int disagrees = 1;
constexpr int wrong_usage = 2;
constexpr int cannot_tell = 3;

int status_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::disagree:
      return disagrees;
    case Verdict::cannot_tell:
      return cannot_tell;
    case Verdict::agree:
    case Verdict::kink:
      break;
  }
  return agrees;
}

// What the command line said about one study.
struct Request {
  std::string study;
  verify::Options options;
  std::filesystem::path json;
};

const verify::Study& find_study(const std::string& name) {
  const auto all = verify::studies();
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const auto& study) { return study.name == name; });
  if (found != all.end()) return *found;
  std::string names;
  for (const verify::Study& study : all) names += (names.empty() ? "" : ", ") + study.name;
  throw autograd::Error("there is no study " + name + "; expected one of " + names);
}

std::string join(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

// What was printed may not have arrived.
void require_printed() {
  if (!std::cout.flush())
    throw autograd::Error("standard output cannot be written; is the disk full?");
}

// Refuses what the study does not know, before anything is computed.
void require_sense(const verify::Study& study, const Request& request, const CLI::App& command) {
  for (const char* flag : {"--data", "--config", "--epochs", "--picture"}) {
    const bool known = std::find(study.flags.begin(), study.flags.end(), flag) != study.flags.end();
    if (command.count(flag) > 0 && !known) {
      throw autograd::Error(std::string(flag) + " is not for " + study.name + "; it takes " +
                            join(study.flags) + (study.flags.empty() ? "" : ", ") +
                            (study.variants.empty() ? "" : "--variant, ") +
                            "--dtype, --seed, --json");
    }
  }
  for (const char* flag : {"--data", "--config", "--picture", "--json"}) {
    if (command.count(flag) > 0 && command.get_option(flag)->as<std::string>().empty()) {
      throw autograd::Error(std::string(flag) + ": expected a name; got an empty one");
    }
  }
  const auto& variants = study.variants;
  const std::string& variant = request.options.variant;
  if (command.count("--variant") == 0) return;
  if (variants.empty()) throw autograd::Error("--variant: " + study.name + " has no variants");
  if (std::find(variants.begin(), variants.end(), variant) == variants.end()) {
    throw autograd::Error("--variant: " + study.name + " has no variant " + variant +
                          "; expected one of " + join(variants));
  }
}

// A name of a file may hold bytes that are not UTF-8; JSON gets a mark in their place.
std::string printed(const verify::Json& json) {
  return json.dump(2, ' ', false, verify::Json::error_handler_t::replace) + "\n";
}

int run_one(Request request, const CLI::App& command) {
  const verify::Study& study = find_study(request.study);
  require_sense(study, request, command);
  verify::Options& options = request.options;
  const bool draws =
      std::find(study.flags.begin(), study.flags.end(), "--picture") != study.flags.end();
  if (draws && options.picture.empty()) options.picture = study.name + ".svg";
  if (draws) verify::require_writable(options.picture);
  if (!request.json.empty()) verify::require_writable(request.json);
  if (draws && options.picture == request.json) {
    throw autograd::Error("--json and --picture name the same file, " + request.json.string());
  }

  const verify::Outcome outcome = study.run(options, verify::Progress::on_standard_error());
  if (!request.json.empty()) {
    verify::write_whole(request.json, printed(to_json(outcome)));
  }
  std::cout << describe(outcome);
  return status_of(verdict_of(outcome));
}

int run_all() {
  Verdict verdict = Verdict::agree;
  std::size_t agreeing = 0;
  const auto all = verify::studies();
  for (const verify::Study& study : all) {
    const verify::Outcome outcome = study.run({}, verify::Progress::on_standard_error());
    std::cout << describe(outcome) << '\n' << std::flush;
    const Verdict found = verdict_of(outcome);
    agreeing += found == Verdict::agree;
    verdict = std::max(verdict, found);
  }
  std::cout << "verify: " << agreeing << " of " << all.size() << " studies agree\n";
  return status_of(verdict);
}

int list_studies() {
  for (const verify::Study& study : verify::studies()) {
    std::cout << study.name << std::string(14 - study.name.size(), ' ') << study.summary;
    if (!study.variants.empty()) std::cout << "; variants " << join(study.variants);
    std::cout << '\n';
  }
  return agrees;
}

void add_run_options(CLI::App& command, Request& request) {
  verify::Options& options = request.options;
  const std::map<std::string, autograd::Dtype> dtypes{{"f32", autograd::f32},
                                                      {"f64", autograd::f64}};
  command.add_option("study", request.study, "its name, see verify list")->required();
  command.add_option("--variant", options.variant, "of the study, see verify list");
  command
      .add_option_function<std::string>(
          "--dtype",
          [&options, dtypes](const std::string& name) { options.dtype = dtypes.at(name); },
          "of the claims: f32 or f64")
      ->check(CLI::IsMember({"f32", "f64"}));
  command
      .add_option_function<std::int64_t>(
          "--seed",
          [&options](std::int64_t seed) { options.seed = static_cast<std::uint64_t>(seed); },
          "of the samples and the weights, 1 unless given")
      ->check(CLI::Range(std::int64_t{0}, std::numeric_limits<std::int64_t>::max()));
  command.add_option("--data", options.data, "folder with the four IDX files, plain or .gz");
  command.add_option("--json", request.json, "file to write the findings to");
  command.add_option("--config", options.config, "six-weights: YAML file of the network");
  command
      .add_option_function<std::int64_t>(
          "--epochs",
          [&options](std::int64_t epochs) { options.epochs = static_cast<std::size_t>(epochs); },
          "by-the-book: epochs of training, 14 unless given")
      ->check(CLI::Range(std::int64_t{1}, std::int64_t{100'000}));
  command.add_option("--picture", options.picture,
                     "line-search: SVG file to draw, line-search.svg unless given");
}

int run(int argc, char** argv) {
  CLI::App app("Judges the gradients of five real studies; without a command, of all of them.",
               "verify");
  app.require_subcommand(0, 1);
  const CLI::App* list = app.add_subcommand("list", "name the studies");
  CLI::App* command = app.add_subcommand("run", "run one study");
  Request request;
  add_run_options(*command, request);
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& asked_for_help) {
    return app.exit(asked_for_help);
  } catch (const CLI::ParseError& error) {
    std::cerr << "verify: " << error.what() << "; see verify --help\n";
    return wrong_usage;
  }
  if (list->parsed()) return list_studies();
  const int status = command->parsed() ? run_one(request, *command) : run_all();
  require_printed();
  return status;
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
