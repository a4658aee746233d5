#include "apps/verify/by_hand/bugs.h"

#include <iostream>

#include "apps/verify/commands/command.h"
#include "apps/verify/commands/status.h"

namespace verify {
namespace {

int list_bugs() {
  std::size_t widest = 0;
  for (const by_hand::Bug& bug : by_hand::listed_bugs()) widest = std::max(widest, bug.name.size());
  for (const by_hand::Bug& bug : by_hand::listed_bugs()) {
    std::cout << bug.name << std::string(widest + 2 - bug.name.size(), ' ') << bug.explanation
              << '\n';
  }
  return agrees;
}

}  // namespace

Command bugs_command(CLI::App& program) {
  return {program.add_subcommand("bugs", "list the bugs that verify run STUDY --inject plants"),
          list_bugs};
}

}  // namespace verify
