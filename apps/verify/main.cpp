#include <CLI/CLI.hpp>
#include <exception>
#include <iostream>
#include <string>
#include <vector>

#include "apps/verify/commands/command.h"
#include "apps/verify/commands/status.h"
#include "autograd/tensor/error.h"

namespace {

// What was printed may not have arrived.
void require_printed() {
  if (!std::cout.flush())
    throw autograd::Error("standard output cannot be written; is the disk full?");
}

int run(int argc, char** argv) {
  CLI::App app(
      "Judges gradients: those of five real studies (without a command, of all), those in a file, "
      "those of a program.",
      "verify");
  app.require_subcommand(0, 1);
  const std::vector<verify::Command> commands{verify::list_command(app), verify::run_command(app),
                                              verify::bugs_command(app), verify::check_command(app),
                                              verify::exec_command(app)};
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& asked_for_help) {
    return app.exit(asked_for_help);
  } catch (const CLI::ParseError& error) {
    std::cerr << "verify: " << error.what() << "; see verify --help\n";
    return verify::wrong_usage;
  }
  for (const verify::Command& command : commands) {
    if (!command.app->parsed()) continue;
    const int status = command.run();
    require_printed();
    return status;
  }
  const int status = verify::run_all_studies();
  require_printed();
  return status;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run(argc, argv);
  } catch (const std::exception& error) {
    std::cerr << "verify: " << error.what() << '\n';
    return verify::wrong_usage;
  }
}
