#pragma once

#include <CLI/CLI.hpp>
#include <functional>

// The program's commands. Each adds itself and its flags to the program, and gives what to do where
// it is the one that was called: that prints to standard output and gives the exit status. Throws
// autograd::Error where something named cannot be read, or the usage is wrong.

namespace verify {

struct Command {
  CLI::App* app = nullptr;
  std::function<int()> run;
};

Command list_command(CLI::App& program);
Command run_command(CLI::App& program);
Command bugs_command(CLI::App& program);
Command check_command(CLI::App& program);
Command exec_command(CLI::App& program);

/// What the program does without a command: all studies.
int run_all_studies();

}  // namespace verify
