#include "apps/data/embedded.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <string>

namespace {

std::string gunzip(std::span<const std::byte> packed) {
  z_stream stream{};
  EXPECT_EQ(inflateInit2(&stream, 15 + 16), Z_OK);
  // zlib reads through a pointer to what it promises not to change.
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<std::byte*>(packed.data()));
  stream.avail_in = static_cast<uInt>(packed.size());
  std::string text;
  std::array<char, 65536> buffer{};
  int status = Z_OK;
  while (status == Z_OK) {
    stream.next_out = reinterpret_cast<Bytef*>(buffer.data());
    stream.avail_out = static_cast<uInt>(buffer.size());
    status = inflate(&stream, Z_NO_FLUSH);
    text.append(buffer.data(), buffer.size() - stream.avail_out);
  }
  EXPECT_EQ(status, Z_STREAM_END);
  inflateEnd(&stream);
  return text;
}

unsigned big_endian(const std::string& bytes, std::size_t at) {
  unsigned number = 0;
  for (std::size_t i = at; i < at + 4; ++i) {
    number = number << 8 | static_cast<unsigned char>(bytes.at(i));
  }
  return number;
}

TEST(EmbeddedData, HoldsAThousandImagesAndLabelsOfEachImageSet) {
  for (const std::string set : {"mnist", "fashion-mnist"}) {
    for (const std::string part : {"train", "t10k"}) {
      const std::string images = gunzip(apps::embedded(set + "/" + part + "-images-idx3-ubyte.gz"));
      ASSERT_EQ(images.size(), 16U + 1000U * 784U) << set << ' ' << part;
      EXPECT_EQ(big_endian(images, 0), 0x803U);
      EXPECT_EQ(big_endian(images, 4), 1000U);
      EXPECT_EQ(big_endian(images, 8), 28U);
      EXPECT_EQ(big_endian(images, 12), 28U);
      const std::string labels = gunzip(apps::embedded(set + "/" + part + "-labels-idx1-ubyte.gz"));
      ASSERT_EQ(labels.size(), 8U + 1000U) << set << ' ' << part;
      EXPECT_EQ(big_endian(labels, 0), 0x801U);
      EXPECT_EQ(big_endian(labels, 4), 1000U);
      for (std::size_t i = 8; i < labels.size(); ++i) ASSERT_LT(labels[i], 10);
    }
  }
  const std::string digits = gunzip(apps::embedded("mnist/train-labels-idx1-ubyte.gz"));
  EXPECT_EQ(digits.substr(8, 5), std::string("\5\0\4\1\11", 5));
}

TEST(EmbeddedData, HoldsTheBreastCancerTable) {
  const std::string table = gunzip(apps::embedded("breast-cancer/breast_cancer.csv.gz"));
  EXPECT_EQ(table.substr(0, 23), "569,30,malignant,benign");
  EXPECT_EQ(std::count(table.begin(), table.end(), '\n'), 570);
}

TEST(EmbeddedData, NamesWhatItHoldsAndGivesNothingForAnythingElse) {
  EXPECT_EQ(apps::embedded_names().size(), 9U);
  for (const std::string_view name : apps::embedded_names()) {
    EXPECT_FALSE(apps::embedded(name).empty()) << name;
  }
  EXPECT_TRUE(apps::embedded("mnist/none.gz").empty());
}

}  // namespace
