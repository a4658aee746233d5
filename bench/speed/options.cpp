#include "bench/speed/options.h"

#include <functional>
#include <map>
#include <stdexcept>

namespace bench {
namespace {

template <class T>
T number(const std::string& flag, const std::string& text, T low, T high) {
  std::size_t used = 0;
  double value = 0;
  try {
    value = std::stod(text, &used);
  } catch (const std::exception&) {
    used = std::string::npos;
  }
  if (used != text.size() ||
      !(value >= static_cast<double>(low) && value <= static_cast<double>(high)) ||
      static_cast<double>(static_cast<T>(value)) != value) {
    throw std::invalid_argument(flag + ": expected a number from " + std::to_string(low) + " to " +
                                std::to_string(high) + "; got \"" + text + "\"");
  }
  return static_cast<T>(value);
}

}  // namespace

Options parse(const std::vector<std::string>& arguments, Options defaults) {
  Options o = std::move(defaults);
  const std::map<std::string, std::function<void(const std::string&)>> valued{
      {"--rounds", [&](const std::string& v) { o.rounds = number("--rounds", v, 1, 1000); }},
      {"--slice", [&](const std::string& v) { o.slice = number("--slice", v, 1e-4, 10.0); }},
      {"--only", [&](const std::string& v) { o.only = v; }},
      {"--against", [&](const std::string& v) { o.against = v; }},
      {"--python", [&](const std::string& v) { o.python = v; }},
      {"--json", [&](const std::string& v) { o.json = v; }},
      {"--table", [&](const std::string& v) { o.table = v; }},
      {"--pictures", [&](const std::string& v) { o.pictures = v; }},
      {"--suites", [&](const std::string& v) { o.suites = v; }},
  };
  const std::map<std::string, std::function<void()>> plain{
      {"--no-growth", [&] { o.growth = false; }},
      {"--smoke", [&] { o.smoke = true; }},
      {"--list", [&] { o.list = true; }},
      {"--help", [&] { o.help = true; }},
  };
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string& flag = arguments[i];
    if (const auto found = plain.find(flag); found != plain.end()) {
      found->second();
      continue;
    }
    const auto found = valued.find(flag);
    if (found == valued.end()) {
      throw std::invalid_argument("unknown argument \"" + flag +
                                  "\"; --help names those there are");
    }
    if (i + 1 == arguments.size())
      throw std::invalid_argument(flag + ": expected a value after it");
    found->second(arguments[++i]);
  }
  return o;
}

std::string usage() {
  return "speed: measures Plumb and its peers, and prints tables in Markdown\n"
         "  --only TEXT       works whose names hold the text, such as \"step\" or \"f32\"\n"
         "  --against TEXT    contenders whose names hold the text; Plumb always\n"
         "  --rounds N        rounds, 11 unless given\n"
         "  --slice SECONDS   how long a contender works in a round, 0.015 unless given\n"
         "  --python PROGRAM  for NumPy, SciPy, PyTorch and JAX, python3 unless given\n"
         "  --no-growth       leaves out how costs grow with size\n"
         "  --json FILE       the numbers for a program\n"
         "  --table FILE      the tables once more, into a file\n"
         "  --suites FILE     what the suites wrote with --benchmark_out=FILE, to be drawn\n"
         "  --pictures FOLDER where drawings go\n"
         "  --list            names the works\n"
         "  --smoke           one small work, Plumb alone unless --against is there\n";
}

}  // namespace bench
