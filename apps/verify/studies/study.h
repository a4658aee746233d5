#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "apps/verify/report/claims.h"
#include "apps/verify/report/json.h"
#include "apps/verify/report/progress.h"

// What the five studies have in common: what they can be asked, and what they answer.

namespace verify {

/// What the user asked for. A study is given only what its row in `studies()` lists.
struct Options {
  std::string variant;  ///< empty: the study's first
  std::optional<autograd::Dtype> dtype;
  std::uint64_t seed = 1;
  std::filesystem::path data;         ///< folder of IDX files; empty: the embedded data
  std::filesystem::path config;       ///< YAML; empty: none
  std::filesystem::path picture;      ///< SVG to write; empty: none
  std::optional<std::size_t> epochs;  ///< of training
};

/// What a study found.
// The JSON library's assertions make the checker believe that a move may throw.
struct Outcome {  // NOLINT(bugprone-exception-escape)
  std::string study;
  std::string header;  ///< what is checked, one line
  Json options;        ///< as they were used
  std::string words;   ///< the study's own numbers, for a person
  Json numbers;        ///< the same for a program
  std::vector<Comparison> comparisons;
  /// Why the study itself could not come to its end; empty if it did. It then cannot tell.
  std::string stopped;
};

autograd::check::Verdict verdict_of(const Outcome& outcome);
std::string conclusion_of(const Outcome& outcome);

/// Everything a person reads: header, own numbers, comparisons, conclusion.
std::string describe(const Outcome& outcome);
Json to_json(const Outcome& outcome);

/// A study as the program offers it.
struct Study {
  std::string name;
  std::string summary;
  std::vector<std::string> variants;  ///< the first is the default; none: it has no variants
  std::vector<std::string> flags;     ///< beyond those that every study takes
  Outcome (*run)(const Options&, const Progress&);
};

/// All five, in the order in which they are run.
std::span<const Study> studies();

}  // namespace verify
