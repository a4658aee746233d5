#include <algorithm>
#include <filesystem>
#include <iostream>
#include <map>
#include <memory>
#include <string>

#include "apps/npz/npz.h"
#include "apps/verify/claim_file/claim_file.h"
#include "apps/verify/claim_file/words.h"
#include "apps/verify/commands/command.h"
#include "apps/verify/commands/reports.h"
#include "apps/verify/commands/status.h"
#include "apps/verify/report/file.h"
#include "autograd/tensor/error.h"

namespace verify {
namespace {

struct Request {
  std::filesystem::path file, config, json, page;
  double budget = 60;
  std::map<std::string, std::string> told;  // key and text
};

// "--loss-scale" of loss_scale.
std::string flag_of(std::string key) {
  std::replace(key.begin(), key.end(), '_', '-');
  return "--" + key;
}

int check(const Request& request) {
  for (const auto& path : {request.json, request.page}) {
    if (!path.empty()) require_writable(path);
  }
  FileSettings settings;
  for (const auto& [key, text] : request.told) set(settings, key, text, flag_of(key));
  if (!request.config.empty()) settings = merged(settings, read_settings(request.config));
  require_told(settings);
  const std::string name = request.file.string();
  Reading reading = read_claim(apps::read_npz(request.file), settings, name);
  const autograd::check::Report report = check_network(reading.claim, !request.page.empty(),
                                                       spending_on_terminal(request.budget, name));
  write_reports(report, name, request.json, request.page);
  for (const std::string& sentence : reading.said) std::cout << sentence << '\n';
  std::cout << describe(report);
  return status_of(report.verdict);
}

}  // namespace

Command check_command(CLI::App& program) {
  CLI::App* app = program.add_subcommand("check", "check the gradient in a .npz archive");
  const auto request = std::make_shared<Request>();
  app->add_option("file", request->file,
                  "holds X, y or Y, W1, b1, ... and dW1, db1, ...; may hold loss, mask1, ...")
      ->required();
  app->add_option("--config", request->config, "YAML file with the same keys as these flags");
  app->add_option("--json", request->json, "file to write the findings to");
  app->add_option("--report", request->page, "HTML file to write, a page about the check");
  app->add_option("--budget", request->budget,
                  "seconds to spend, 60 unless given; what does not fit is left out and named")
      ->check(CLI::Range(0.0, 1e9));
  const std::map<std::string, std::string> flags{
      {"hidden", "activation of the hidden layers, or a comma-separated list: " +
                     joined(choices_of("hidden"))},
      {"output", joined(choices_of("output"))},
      {"loss", joined(choices_of("loss"))},
      {"reduction", "over the samples: mean (the default) or sum"},
      {"weights", "out-in or in-out"},
      {"samples", "rows or columns"},
      {"l2", "adds l2/2 times the sum of the squared weights"},
      {"loss_scale", "multiplies the data term"},
      {"names", "our name = that in the file, as W1=theta1,dW1=grad_theta1"}};
  for (const auto& [key, help] : flags) {
    app->add_option_function<std::string>(
        flag_of(key), [request, key = key](const std::string& text) { request->told[key] = text; },
        help);
  }
  return {app, [request] { return check(*request); }};
}

}  // namespace verify
