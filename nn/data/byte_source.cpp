#include "nn/data/byte_source.h"

#include <zlib.h>

#include <algorithm>
#include <fstream>
#include <limits>
#include <utility>

#include "autograd/tensor/error.h"

namespace nn {

using autograd::FileError;

struct ByteSource::Inflater {
  z_stream stream{};
  bool ended = false;

  explicit Inflater(const std::string& name) {
    constexpr int gzip_only = 15 + 16;
    if (inflateInit2(&stream, gzip_only) != Z_OK) {
      throw FileError(name, "there is no memory left to unpack it");
    }
  }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;
  ~Inflater() { inflateEnd(&stream); }
};

ByteSource::ByteSource(std::span<const std::byte> file, std::string name)
    : rest_(file), name_(std::move(name)) {
  const bool gzipped = file.size() >= 2 && file[0] == std::byte{0x1f} && file[1] == std::byte{0x8b};
  if (gzipped) inflater_ = std::make_unique<Inflater>(name_);
}

ByteSource::ByteSource(ByteSource&&) noexcept = default;
ByteSource::~ByteSource() = default;

std::size_t ByteSource::read_some(std::span<std::uint8_t> out) {
  if (!inflater_) {
    const std::size_t count = std::min(out.size(), rest_.size());
    std::transform(rest_.begin(), rest_.begin() + static_cast<std::ptrdiff_t>(count), out.begin(),
                   [](std::byte byte) { return std::to_integer<std::uint8_t>(byte); });
    rest_ = rest_.subspan(count);
    return count;
  }
  if (inflater_->ended) return 0;
  z_stream& stream = inflater_->stream;
  const std::size_t offered = std::min<std::size_t>(rest_.size(), std::numeric_limits<uInt>::max());
  // zlib takes a pointer to what it only reads.
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<std::byte*>(rest_.data()));
  stream.avail_in = static_cast<uInt>(offered);
  stream.next_out = out.data();
  stream.avail_out = static_cast<uInt>(out.size());
  const int status = inflate(&stream, Z_NO_FLUSH);
  rest_ = rest_.subspan(offered - stream.avail_in);
  const std::size_t count = out.size() - stream.avail_out;
  inflater_->ended = status == Z_STREAM_END;
  if (status != Z_OK && status != Z_STREAM_END && status != Z_BUF_ERROR) {
    throw FileError(name_, "its gzip data are damaged; fetch the file again");
  }
  if (count == 0 && !inflater_->ended) {
    throw FileError(name_, "its gzip data end too early; fetch the file again");
  }
  return count;
}

std::vector<std::uint8_t> ByteSource::read(std::size_t count) {
  constexpr std::size_t chunk = 1 << 20;
  std::vector<std::uint8_t> bytes;
  while (bytes.size() < count) {
    const std::size_t before = bytes.size();
    bytes.resize(before + std::min(chunk, count - before));
    const std::size_t got = read_some(std::span(bytes).subspan(before));
    bytes.resize(before + got);
    if (got == 0) break;
  }
  return bytes;
}

std::vector<std::byte> read_file(const std::filesystem::path& file) {
  std::error_code error;
  if (!std::filesystem::exists(file, error)) throw FileError(file, "there is no such file");
  if (!std::filesystem::is_regular_file(file, error)) throw FileError(file, "it is not a file");
  std::ifstream in(file, std::ios::binary);
  std::vector<std::byte> bytes(static_cast<std::size_t>(std::filesystem::file_size(file, error)));
  if (!in.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()))) {
    throw FileError(file, "it cannot be read; look at its permissions");
  }
  return bytes;
}

}  // namespace nn
