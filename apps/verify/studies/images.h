#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "autograd/tensor/random.h"
#include "nn/data/dataset.h"
#include "nn/data/preprocess.h"

namespace verify {

/// The images of a study, 28 × 28 in ten classes: from the user's folder, or the embedded thousand
/// of `set` ("mnist", "fashion-mnist") if no folder is given. `part` is "train" or "t10k". Throws
/// autograd::FileError, also for fewer than `at_least` images.
nn::LabelledImages images_of(const std::filesystem::path& folder, const std::string& set,
                             const std::string& part, std::size_t at_least);

/// The chosen images in rows (n, 784), scaled to [0, 1], and their labels.
struct Pixels {
  std::vector<double> x;
  std::vector<std::int64_t> labels;
};
Pixels pixels_of(const nn::LabelledImages& images, const std::vector<autograd::Index>& chosen);

/// Mean and deviation of all pixels of all images, scaled to [0, 1].
nn::Moments moments_of(const nn::LabelledImages& images);

/// 0, 1, …, n − 1, or fewer if there are fewer images.
std::vector<autograd::Index> first(const nn::LabelledImages& images, autograd::Index n);

/// n different images.
std::vector<autograd::Index> draw(const nn::LabelledImages& images, autograd::Index n,
                                  autograd::Random random);

/// What a header calls the data: "MNIST (embedded)" or the folder.
std::string source_of(const std::filesystem::path& folder, const std::string& set);

}  // namespace verify
