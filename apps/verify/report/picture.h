#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace verify {

/// An image beside what a network makes of it.
struct Shown {
  std::vector<double> pixels;  ///< size × size, from 0, black, to 1, white
  std::size_t size = 28;
  std::int64_t label = 0;
  std::vector<double> probabilities;  ///< of the classes
};

/// How a training went: numbers at the start and after every iteration, and images to show.
struct Training {
  std::string title;
  std::vector<double> losses;      ///< above 0
  std::vector<double> accuracies;  ///< from 0 to 1
  std::vector<Shown> images;
};

/// A self-contained SVG: the loss on a logarithmic scale and the accuracy against iterations, then
/// each image beside bars of its probabilities, its title green where the largest is the label's
/// and red where it is not.
std::string draw(const Training& training);

}  // namespace verify
