#include "apps/verify/studies/images.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "apps/data/embedded.h"
#include "autograd/tensor/error.h"

namespace verify {

using autograd::FileError;
using autograd::Index;

namespace {

nn::LabelledImages embedded_images(const std::string& set, const std::string& part) {
  const std::string images = set + "/" + part + "-images-idx3-ubyte.gz";
  const std::string labels = set + "/" + part + "-labels-idx1-ubyte.gz";
  return nn::pair_images(nn::parse_idx(apps::embedded(images), images, 3), images,
                         nn::parse_idx(apps::embedded(labels), labels, 1), labels);
}

}  // namespace

nn::LabelledImages images_of(const std::filesystem::path& folder, const std::string& set,
                             const std::string& part, std::size_t at_least) {
  nn::LabelledImages images =
      folder.empty() ? embedded_images(set, part) : nn::read_labelled_images(folder, part);
  if (images.rows != 28 || images.columns != 28) {
    throw FileError(folder, "its " + part + " images have " + std::to_string(images.rows) + " × " +
                                std::to_string(images.columns) + " pixels; expected 28 × 28");
  }
  if (images.labels.size() < at_least) {
    throw FileError(folder, "it holds " + std::to_string(images.labels.size()) + " " + part +
                                " images; this study needs at least " + std::to_string(at_least));
  }
  return images;
}

Pixels pixels_of(const nn::LabelledImages& images, const std::vector<Index>& chosen) {
  const auto d = static_cast<std::size_t>(images.rows * images.columns);
  Pixels pixels;
  pixels.x.reserve(chosen.size() * d);
  for (const Index i : chosen) {
    const auto at = static_cast<std::size_t>(i);
    for (std::size_t j = 0; j < d; ++j) pixels.x.push_back(images.pixels.at(at * d + j) / 255.0);
    pixels.labels.push_back(images.labels.at(at));
  }
  return pixels;
}

nn::Moments moments_of(const nn::LabelledImages& images) {
  // There are only 256 different pixels: count them.
  std::array<double, 256> counts{};
  for (const std::uint8_t pixel : images.pixels) ++counts[pixel];
  const auto n = static_cast<double>(images.pixels.size());
  nn::Moments moments;
  for (std::size_t v = 0; v < 256; ++v) {
    moments.mean += counts[v] * (static_cast<double>(v) / 255) / n;
  }
  double squares = 0;
  for (std::size_t v = 0; v < 256; ++v) {
    const double from_mean = static_cast<double>(v) / 255 - moments.mean;
    squares += counts[v] * from_mean * from_mean / n;
  }
  moments.deviation = std::sqrt(squares);
  return moments;
}

std::vector<Index> first(const nn::LabelledImages& images, Index n) {
  std::vector<Index> chosen(static_cast<std::size_t>(std::min(n, images.size())));
  std::iota(chosen.begin(), chosen.end(), Index{0});
  return chosen;
}

std::vector<Index> draw(const nn::LabelledImages& images, Index n, autograd::Random random) {
  std::vector<Index> order = random.permutation(images.size());
  order.resize(static_cast<std::size_t>(std::min(n, images.size())));
  return order;
}

std::string source_of(const std::filesystem::path& folder, const std::string& set) {
  if (!folder.empty()) return folder.string();
  return set == "mnist" ? "MNIST" : "Fashion-MNIST";
}

}  // namespace verify
