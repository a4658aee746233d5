#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <iostream>
#include <limits>
#include <map>
#include <memory>
#include <string>

#include "apps/verify/commands/command.h"
#include "apps/verify/commands/reports.h"
#include "apps/verify/commands/status.h"
#include "apps/verify/report/file.h"
#include "apps/verify/studies/inject.h"
#include "apps/verify/studies/study.h"
#include "autograd/tensor/error.h"

namespace verify {
namespace {

using autograd::check::Verdict;

// What the command line said about one study.
struct Request {
  std::string study;
  Options options;
  std::filesystem::path json, report;
  std::string bug;
};

const Study& find_study(const std::string& name) {
  const auto all = studies();
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const auto& study) { return study.name == name; });
  if (found != all.end()) return *found;
  std::string names;
  for (const Study& study : all) names += (names.empty() ? "" : ", ") + study.name;
  throw autograd::Error("there is no study " + name + "; expected one of " + names);
}

std::string join(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

// Refuses what the study does not know, before anything is computed.
void require_sense(const Study& study, const Request& request, const CLI::App& command) {
  for (const char* flag : {"--data", "--config", "--epochs", "--picture"}) {
    const bool known = std::find(study.flags.begin(), study.flags.end(), flag) != study.flags.end();
    if (command.count(flag) > 0 && !known) {
      throw autograd::Error(std::string(flag) + " is not for " + study.name + "; it takes " +
                            join(study.flags) + (study.flags.empty() ? "" : ", ") +
                            (study.variants.empty() ? "" : "--variant, ") +
                            "--dtype, --seed, --json, --report, --inject");
    }
  }
  for (const char* flag : {"--data", "--config", "--picture", "--json", "--report", "--inject"}) {
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
std::string printed(const Json& json) {
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

// The first question about a network that the study asks.
const NetworkClaim& subject_of(const Outcome& outcome) {
  for (const Comparison& comparison : outcome.comparisons) {
    if (comparison.subject) return *comparison.subject;
  }
  throw autograd::Error(outcome.study + " came to no network to plant a bug in");
}

int run_with_bug(const Request& request, const Study& study) {
  const by_hand::Bug& bug = require_bug(request.bug);
  Options options = request.options;
  options.picture.clear();
  const Outcome outcome = study.run(options, Progress::on_standard_error());
  const Injected injected = inject(subject_of(outcome), bug);
  const autograd::check::Report report = check_network(injected.claim, !request.report.empty());
  write_reports(report, study.name + " with " + bug.name, request.json, request.report);
  std::cout << outcome.study << ": " << outcome.header << "\nplanted: " << bug.name << ", "
            << bug.explanation << '\n';
  for (const std::string& change : injected.changes) std::cout << "for it, " << change << '\n';
  std::cout << '\n' << describe(report);
  return status_of(report.verdict);
}

// The page of the claim that is in the worst case, or of the first.
void write_page(const Outcome& outcome, const std::filesystem::path& file) {
  const Comparison* asked = nullptr;
  const ClaimReport* shown = nullptr;
  for (const Comparison& comparison : outcome.comparisons) {
    for (const ClaimReport& claim : comparison.claims) {
      if (!claim.exact) continue;
      if (shown != nullptr && claim.exact->verdict <= shown->exact->verdict) continue;
      asked = &comparison;
      shown = &claim;
    }
  }
  if (shown == nullptr) throw autograd::Error("--report: " + outcome.study + " came to no check");
  NetworkClaim claim = *asked->subject;
  claim.name = shown->name;
  claim.gradient = shown->claim.gradient;
  claim.loss = shown->claim.loss;
  write_reports(check_network(claim, true), outcome.study, {}, file);
}

int run_one(Request request, const CLI::App& command) {
  const Study& study = find_study(request.study);
  require_sense(study, request, command);
  if (!request.report.empty()) require_writable(request.report);
  if (!request.json.empty()) require_writable(request.json);
  if (!request.report.empty() && request.report == request.json) {
    throw autograd::Error("--json and --report name the same file, " + request.json.string());
  }
  if (!request.bug.empty()) return run_with_bug(request, study);
  Options& options = request.options;
  const bool draws =
      std::find(study.flags.begin(), study.flags.end(), "--picture") != study.flags.end();
  if (draws && options.picture.empty()) options.picture = study.name + ".svg";
  if (draws) require_writable(options.picture);
  if (draws && options.picture == request.json) {
    throw autograd::Error("--json and --picture name the same file, " + request.json.string());
  }

  const Outcome outcome = study.run(options, Progress::on_standard_error());
  if (!request.json.empty()) {
    write_whole(request.json, printed(to_json(outcome)));
  }
  if (!request.report.empty()) write_page(outcome, request.report);
  std::cout << describe(outcome);
  return status_of(verdict_of(outcome));
}

int list_studies() {
  for (const Study& study : studies()) {
    std::cout << study.name << std::string(14 - study.name.size(), ' ') << study.summary;
    if (!study.variants.empty()) std::cout << "; variants " << join(study.variants);
    std::cout << '\n';
  }
  return agrees;
}

void add_run_options(CLI::App& command, Request& request) {
  Options& options = request.options;
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
  command.add_option("--report", request.report, "HTML file to write, a page about the check");
  command.add_option("--inject", request.bug,
                     "plants a bug in the gradient by hand, see verify bugs");
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

}  // namespace

int run_all_studies() {
  Verdict verdict = Verdict::agree;
  std::size_t agreeing = 0;
  const auto all = studies();
  for (const Study& study : all) {
    const Outcome outcome = study.run({}, Progress::on_standard_error());
    std::cout << describe(outcome) << '\n' << std::flush;
    const Verdict found = verdict_of(outcome);
    agreeing += found == Verdict::agree;
    verdict = std::max(verdict, found);
  }
  std::cout << "verify: " << agreeing << " of " << all.size() << " studies agree\n";
  return status_of(verdict);
}

Command list_command(CLI::App& program) {
  return {program.add_subcommand("list", "name the studies"), list_studies};
}

Command run_command(CLI::App& program) {
  CLI::App* app = program.add_subcommand("run", "run one study");
  const auto request = std::make_shared<Request>();
  add_run_options(*app, *request);
  return {app, [app, request] { return run_one(*request, *app); }};
}

}  // namespace verify
