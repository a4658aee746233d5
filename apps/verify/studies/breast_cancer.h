#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace verify {

/// LabelledSamples of numbers with a class each.
struct LabelledSamples {
  std::size_t features = 0;
  std::vector<double> x;  ///< (N, features)
  std::vector<std::int64_t> labels;
};

/// The embedded breast-cancer set: 569 samples, 30 features, classes 0 and 1, as measured.
LabelledSamples breast_cancer();

/// Reads the set's layout: a header "N,features,class,class,…", then N lines of the features and
/// the class. `name` stands for the file in messages; throws autograd::FileError.
LabelledSamples parse_samples(const std::string& text, const std::string& name);

}  // namespace verify
