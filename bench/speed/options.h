#pragma once

#include <string>
#include <vector>

namespace bench {

struct Options {
  int rounds = 11;
  double slice = 0.015;  ///< seconds a contender works in a round
  std::string only;      ///< works whose names hold this
  std::string against;   ///< contenders whose names hold this; Plumb always
  std::string python = "python3";
  std::string workers, scripts;  ///< where contenders are
  std::string json;              ///< file for the findings; empty: none
  std::string table;             ///< file for the tables as well; empty: none
  std::string pictures;          ///< folder for the pictures; empty: none
  std::string suites;            ///< what Google Benchmark wrote; empty: nothing
  bool growth = true;
  bool smoke = false;
  bool list = false;
  bool help = false;
};

/// Throws std::invalid_argument, in one line, for arguments that mean nothing.
Options parse(const std::vector<std::string>& arguments, Options defaults);

/// What --help prints.
std::string usage();

}  // namespace bench
