#include "nn/data/idx.h"

#include "autograd/tensor/error.h"
#include "nn/data/byte_source.h"

namespace nn {

using autograd::FileError;
using autograd::Index;
using autograd::Shape;

namespace {

constexpr std::uint8_t unsigned_bytes = 0x08;

// The shape that the header promises.
Shape read_header(ByteSource& source, const std::string& name, int rank) {
  const auto magic = source.read(4);
  if (magic.size() < 4) {
    throw FileError(
        name, "expected the 4 bytes that begin an IDX file; got " + std::to_string(magic.size()));
  }
  if (magic[0] != 0 || magic[1] != 0) {
    throw FileError(name, "it is no IDX file: expected two zero bytes at its start");
  }
  if (magic[2] != unsigned_bytes) {
    throw FileError(
        name, "byte 2: expected element type 8, unsigned bytes; got " + std::to_string(magic[2]));
  }
  if (magic[3] != rank) {
    throw FileError(name, "byte 3: expected rank " + std::to_string(rank) +
                              (rank == 1 ? ", labels" : ", images") + "; got rank " +
                              std::to_string(magic[3]) + "; are images and labels mixed up?");
  }
  std::vector<Index> extents;
  for (int axis = 0; axis < rank; ++axis) {
    Index extent = 0;
    const auto digits = source.read(4);
    if (digits.size() < 4) {
      throw FileError(name, "it ends within its header, in extent " + std::to_string(axis) +
                                " of " + std::to_string(rank));
    }
    for (const std::uint8_t digit : digits) extent = extent * 256 + digit;
    extents.push_back(extent);
  }
  try {
    return Shape(extents);
  } catch (const autograd::Error& error) {
    throw FileError(name, std::string("its header makes no sense: ") + error.what());
  }
}

}  // namespace

Idx parse_idx(std::span<const std::byte> file, const std::string& name, int rank) {
  ByteSource source(file, name);
  Idx idx{read_header(source, name, rank), {}};
  const auto promised = static_cast<std::size_t>(idx.shape.size());
  idx.bytes = source.read(promised);
  if (idx.bytes.size() < promised) {
    throw FileError(name, "its header promises " + to_string(idx.shape) + ", " +
                              std::to_string(promised) + " bytes; only " +
                              std::to_string(idx.bytes.size()) + " are there");
  }
  if (!source.read(1).empty()) {
    throw FileError(name, "bytes follow the " + std::to_string(promised) +
                              " that its header promises; expected its end");
  }
  return idx;
}

Idx read_idx(const std::filesystem::path& file, int rank) {
  return parse_idx(read_file(file), file.string(), rank);
}

}  // namespace nn
