#include <filesystem>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "apps/verify/commands/command.h"
#include "apps/verify/commands/reports.h"
#include "apps/verify/commands/status.h"
#include "apps/verify/exec/check_program.h"
#include "apps/verify/report/file.h"

namespace verify {
namespace {

struct Request {
  std::vector<std::string> command;
  double timeout = 60;
  std::string dtype = "f64";
  double budget = 60;
  std::filesystem::path json, page;
};

int exec(const Request& request) {
  ProgramOptions options;
  options.dtype = request.dtype == "f32" ? autograd::f32 : autograd::f64;
  options.spending = spending_on_terminal(request.budget, request.command.front());
  if (!request.json.empty()) require_writable(request.json);
  if (!request.page.empty()) require_writable(request.page);
  Program program(request.command, request.timeout);
  const autograd::check::Report report = check_program(program, options);
  write_reports(report, program.name(), request.json, request.page);
  std::cout << describe(report);
  return status_of(report.verdict);
}

}  // namespace

Command exec_command(CLI::App& program) {
  CLI::App* app = program.add_subcommand(
      "exec", "check the gradient of a program, asked line by line over pipes");
  const auto request = std::make_shared<Request>();
  app->add_option("command", request->command,
                  "after --: the program and its arguments; it answers the requests parameters, "
                  "loss and gradient")
      ->required();
  app->add_option("--timeout", request->timeout,
                  "seconds that one answer may take, 60 unless given")
      ->check(CLI::Range(1e-3, 1e6));
  app->add_option("--budget", request->budget,
                  "seconds for the differences, 60 unless given; what does not fit is sampled")
      ->check(CLI::Range(0.0, 1e9));
  app->add_option("--dtype", request->dtype, "in which the program computes: f32 or f64")
      ->check(CLI::IsMember({"f32", "f64"}));
  app->add_option("--json", request->json, "file to write the findings to");
  app->add_option("--report", request->page, "HTML file to write, a page about the check");
  return {app, [request] { return exec(*request); }};
}

}  // namespace verify
