#include "nn/data/dataset.h"

#include <algorithm>
#include <utility>

#include "autograd/tensor/error.h"

namespace nn {

using autograd::FileError;

namespace {

// The file itself, or the same with .gz at its end.
std::filesystem::path find_file(const std::filesystem::path& folder, const std::string& name) {
  std::error_code error;
  for (const std::string& candidate : {name, name + ".gz"}) {
    if (std::filesystem::exists(folder / candidate, error)) return folder / candidate;
  }
  throw FileError(folder, "it holds neither " + name + " nor " + name +
                              ".gz; expected the IDX files of MNIST or of a set in its format");
}

}  // namespace

LabelledImages pair_images(Idx images, const std::string& images_name, Idx labels,
                           const std::string& labels_name, int classes) {
  LabelledImages set{images.shape[1], images.shape[2], std::move(images.bytes),
                     std::move(labels.bytes)};
  if (images.shape.size() == 0) {
    throw FileError(images_name, "it holds no pixels; its shape is " + to_string(images.shape));
  }
  if (images.shape[0] != labels.shape[0]) {
    throw FileError(labels_name, std::to_string(labels.shape[0]) + " labels for the " +
                                     std::to_string(images.shape[0]) + " images of " + images_name +
                                     "; expected one an image");
  }
  const auto wrong = std::find_if(set.labels.begin(), set.labels.end(),
                                  [&](std::uint8_t label) { return label >= classes; });
  if (wrong != set.labels.end()) {
    throw FileError(labels_name, "label " + std::to_string(wrong - set.labels.begin()) + " is " +
                                     std::to_string(*wrong) + "; expected a class from 0 to " +
                                     std::to_string(classes - 1));
  }
  return set;
}

LabelledImages read_labelled_images(const std::filesystem::path& folder, const std::string& part,
                                    int classes) {
  std::error_code error;
  if (!std::filesystem::exists(folder, error)) {
    throw FileError(folder, "there is no such folder");
  }
  if (!std::filesystem::is_directory(folder, error)) {
    throw FileError(folder, "it is not a folder; expected the one that holds the IDX files");
  }
  const auto images = find_file(folder, part + "-images-idx3-ubyte");
  const auto labels = find_file(folder, part + "-labels-idx1-ubyte");
  return pair_images(read_idx(images, 3), images.string(), read_idx(labels, 1), labels.string(),
                     classes);
}

}  // namespace nn
