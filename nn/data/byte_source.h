#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace nn {

/// The bytes of a file from memory, unpacked on the way if they are gzipped. Memory is asked for as
/// bytes arrive, never for what a header promises.
class ByteSource {
 public:
  /// `name` stands for the file in messages. The bytes must outlive the source.
  ByteSource(std::span<const std::byte> file, std::string name);
  ByteSource(ByteSource&&) noexcept;
  ~ByteSource();

  /// The next `count` bytes, fewer at the end. Throws autograd::FileError when gzip data are
  /// damaged.
  std::vector<std::uint8_t> read(std::size_t count);

 private:
  struct Inflater;
  std::size_t read_some(std::span<std::uint8_t> out);

  std::span<const std::byte> rest_;
  std::string name_;
  std::unique_ptr<Inflater> inflater_;  // none for plain bytes
};

/// All bytes of a file. Throws autograd::FileError when it is not a readable file.
std::vector<std::byte> read_file(const std::filesystem::path& file);

}  // namespace nn
