#include "bench/speed/options.h"

#include <gtest/gtest.h>

#include <stdexcept>

namespace bench {
namespace {

std::string refusal(const std::vector<std::string>& arguments) {
  try {
    parse(arguments, {});
  } catch (const std::invalid_argument& error) {
    return error.what();
  }
  return "nothing was thrown";
}

TEST(Options, AreRead) {
  const Options o = parse({"--rounds", "3", "--only", "step", "--no-growth", "--slice", "0.5"}, {});
  EXPECT_EQ(o.rounds, 3);
  EXPECT_EQ(o.only, "step");
  EXPECT_EQ(o.slice, 0.5);
  EXPECT_FALSE(o.growth);
  EXPECT_EQ(parse({}, {}).rounds, 11);
}

TEST(Options, WhatMeansNothingIsSaidInOneLine) {
  EXPECT_EQ(refusal({"--fast"}), "unknown argument \"--fast\"; --help names those there are");
  EXPECT_EQ(refusal({"--only"}), "--only: expected a value after it");
  EXPECT_EQ(refusal({"--rounds", "0"}), "--rounds: expected a number from 1 to 1000; got \"0\"");
  EXPECT_EQ(refusal({"--rounds", "1.5"}),
            "--rounds: expected a number from 1 to 1000; got \"1.5\"");
  EXPECT_EQ(refusal({"--rounds", "3x"}), "--rounds: expected a number from 1 to 1000; got \"3x\"");
}

TEST(Options, TheHelpNamesEveryOption) {
  const std::string help = usage();
  for (const char* flag : {"--only", "--against", "--rounds", "--slice", "--python", "--no-growth",
                           "--json", "--table", "--suites", "--pictures", "--list", "--smoke"}) {
    EXPECT_NE(help.find(flag), std::string::npos) << flag;
  }
}

}  // namespace
}  // namespace bench
