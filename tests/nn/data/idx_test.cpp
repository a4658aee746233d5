#include "nn/data/idx.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "autograd/tensor/error.h"

namespace nn {
namespace {

std::vector<std::byte> bytes_of(const std::string& text) {
  std::vector<std::byte> bytes;
  for (const char c : text) bytes.push_back(static_cast<std::byte>(c));
  return bytes;
}

// Three labels 7, 8, 9, plain and as `gzip -9n` packs them.
const std::string plain("\0\0\10\1\0\0\0\3\7\10\11", 11);
const std::string packed(
    "\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff\x63\x60\xe0\x60\x64\x60\x60\x60\x66\xe7\xe0\x04\x00"
    "\xad\x98\x0a\xba\x0b\x00\x00\x00",
    31);

std::string message_of(const std::string& file, int rank) {
  try {
    parse_idx(bytes_of(file), "labels", rank);
  } catch (const autograd::FileError& error) {
    return error.what();
  }
  return "nothing was thrown";
}

TEST(Idx, ReadsPlainAndGzippedFilesAlike) {
  for (const std::string& file : {plain, packed}) {
    const Idx labels = parse_idx(bytes_of(file), "labels", 1);
    EXPECT_EQ(labels.shape, autograd::Shape({3}));
    EXPECT_EQ(labels.bytes, (std::vector<std::uint8_t>{7, 8, 9}));
  }
}

TEST(Idx, EveryDamagedFileIsRefusedInOneLine) {
  const auto header = [](char type, char rank, const std::string& extents) {
    return std::string("\0\0", 2) + type + rank + extents;
  };
  const std::string huge("\x80\0\0\0", 4);
  const std::string one("\0\0\0\1", 4);
  const struct {
    std::string file;
    int rank;
    std::string expected;
  } table[] = {
      {"", 1, "labels: expected the 4 bytes that begin an IDX file; got 0"},
      {"P5\n28 28", 1, "labels: it is no IDX file: expected two zero bytes at its start"},
      {header(13, 1, one), 1, "labels: byte 2: expected element type 8, unsigned bytes; got 13"},
      {plain, 3,
       "labels: byte 3: expected rank 3, images; got rank 1; are images and labels mixed up?"},
      {plain.substr(0, 6), 1, "labels: it ends within its header, in extent 0 of 1"},
      {plain.substr(0, 10), 1, "labels: its header promises [3], 3 bytes; only 2 are there"},
      {plain + "x", 1, "labels: bytes follow the 3 that its header promises; expected its end"},
      {header(8, 3, huge + one + one) + "abc", 3,
       "labels: its header promises [2147483648, 1, 1], 2147483648 bytes; only 3 are there"},
      {header(8, 3, huge + huge + huge), 3,
       "labels: its header makes no sense: shape: [2147483648, 2147483648, 2147483648] has more "
       "elements than any memory holds"},
      {packed.substr(0, 20), 1, "labels: its gzip data end too early; fetch the file again"},
      {packed.substr(0, 23) + "\xff" + packed.substr(24), 1,
       "labels: its gzip data are damaged; fetch the file again"},
  };
  for (const auto& row : table) EXPECT_EQ(message_of(row.file, row.rank), row.expected);
}

TEST(Idx, AnUnreadableFileIsNamed) {
  const auto folder = std::filesystem::path(testing::TempDir());
  EXPECT_THROW(read_idx(folder / "no such file", 1), autograd::FileError);
  EXPECT_THROW(read_idx(folder, 1), autograd::FileError);
  const auto file = folder / "plumb_labels.idx";
  std::ofstream(file, std::ios::binary) << plain;
  EXPECT_EQ(read_idx(file, 1).bytes.size(), 3U);
  std::filesystem::remove(file);
}

}  // namespace
}  // namespace nn
