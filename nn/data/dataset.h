#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "autograd/tensor/shape.h"
#include "nn/data/idx.h"

/// Images and their labels, read from the files of MNIST and of the sets that keep its format.
namespace nn {

/// N images of rows × columns pixels, row-major, and the class of each.
struct LabelledImages {
  autograd::Index rows = 0;
  autograd::Index columns = 0;
  std::vector<std::uint8_t> pixels;
  std::vector<std::uint8_t> labels;

  autograd::Index size() const { return static_cast<autograd::Index>(labels.size()); }
};

/// Brings images [N, rows, columns] and labels [N] together; the names stand for their files in
/// messages. Throws autograd::FileError when there are none, when their numbers differ, or when a
/// label is not below `classes`.
LabelledImages pair_images(Idx images, const std::string& images_name, Idx labels,
                           const std::string& labels_name, int classes = 10);

/// Reads `part`-images-idx3-ubyte and `part`-labels-idx1-ubyte from a folder, plain or with .gz
/// at the end (plain where both are there). `part` is "train" or "t10k". Throws
/// autograd::FileError with the file, what is wrong and what was expected.
LabelledImages read_labelled_images(const std::filesystem::path& folder, const std::string& part,
                                    int classes = 10);

}  // namespace nn
