#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "autograd/tensor/shape.h"

/// IDX, the format of the MNIST files: two zero bytes, a byte for the element type, a byte for the
/// rank, the extents as 32-bit big-endian numbers, then the elements in row-major order. Files may
/// be gzipped, whatever their name. No header is believed: a file that promises more than it holds
/// is refused before memory for the promise is asked for.
namespace nn {

/// The unsigned bytes of an IDX file: pixels [N, rows, columns] or labels [N].
struct Idx {
  autograd::Shape shape;
  std::vector<std::uint8_t> bytes;
};

/// Reads a file that must have the given rank: 3 for images, 1 for labels. Throws
/// autograd::FileError with the file, the place and what was expected.
Idx read_idx(const std::filesystem::path& file, int rank);

/// The same from memory; `name` stands for the file in messages.
Idx parse_idx(std::span<const std::byte> file, const std::string& name, int rank);

}  // namespace nn
