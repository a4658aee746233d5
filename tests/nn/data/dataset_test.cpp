#include "nn/data/dataset.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "tests/support/message.h"

namespace nn {
namespace {

namespace fs = std::filesystem;

// Two images of 1 × 2 pixels and their labels.
const std::string images("\0\0\10\3\0\0\0\2\0\0\0\1\0\0\0\2\1\2\3\4", 20);
const std::string labels("\0\0\10\1\0\0\0\2\7\11", 10);

class Dataset : public testing::Test {
 protected:
  void SetUp() override {
    const auto* test = testing::UnitTest::GetInstance()->current_test_info();
    folder = fs::path(testing::TempDir()) / (std::string("plumb_dataset_") + test->name());
    fs::remove_all(folder);
    fs::create_directories(folder);
  }
  void TearDown() override { fs::remove_all(folder); }

  void write(const std::string& name, const std::string& bytes) const {
    std::ofstream(folder / name, std::ios::binary) << bytes;
  }
  std::string message() const {
    return message_of([&] { read_labelled_images(folder, "train"); });
  }

  fs::path folder;
};

TEST_F(Dataset, ReadsImagesWithTheirLabels) {
  write("train-images-idx3-ubyte", images);
  write("train-labels-idx1-ubyte", labels);
  const LabelledImages set = read_labelled_images(folder, "train");
  EXPECT_EQ(set.size(), 2);
  EXPECT_EQ(set.rows, 1);
  EXPECT_EQ(set.columns, 2);
  EXPECT_EQ(set.pixels, (std::vector<std::uint8_t>{1, 2, 3, 4}));
  EXPECT_EQ(set.labels, (std::vector<std::uint8_t>{7, 9}));
}

TEST_F(Dataset, TakesTheNameWithGzAtItsEndToo) {
  write("train-images-idx3-ubyte.gz", images);
  write("train-labels-idx1-ubyte.gz", labels);
  EXPECT_EQ(read_labelled_images(folder, "train").size(), 2);
}

TEST_F(Dataset, AMissingFileOrFolderIsNamed) {
  EXPECT_EQ(message(), folder.string() +
                           ": it holds neither train-images-idx3-ubyte nor "
                           "train-images-idx3-ubyte.gz; expected the IDX files of MNIST or of a "
                           "set in its format");
  write("train-images-idx3-ubyte", images);
  EXPECT_EQ(message().find(folder.string() + ": it holds neither train-labels-idx1-ubyte"), 0U);
  EXPECT_EQ(message_of([&] { read_labelled_images(folder / "no", "train"); }),
            (folder / "no").string() + ": there is no such folder");
  EXPECT_EQ(message_of([&] { read_labelled_images(folder / "train-images-idx3-ubyte", "train"); }),
            (folder / "train-images-idx3-ubyte").string() +
                ": it is not a folder; expected the one that holds the IDX files");
}

TEST_F(Dataset, ImagesAndLabelsMustBeAsMany) {
  write("train-images-idx3-ubyte", images);
  write("train-labels-idx1-ubyte", std::string("\0\0\10\1\0\0\0\1\7", 9));
  EXPECT_EQ(message(),
            (folder / "train-labels-idx1-ubyte").string() + ": 1 labels for the 2 images of " +
                (folder / "train-images-idx3-ubyte").string() + "; expected one an image");
}

TEST_F(Dataset, ALabelBeyondTheClassesIsNamed) {
  write("train-images-idx3-ubyte", images);
  write("train-labels-idx1-ubyte", std::string("\0\0\10\1\0\0\0\2\7\12", 10));
  EXPECT_EQ(message(), (folder / "train-labels-idx1-ubyte").string() +
                           ": label 1 is 10; expected a class from 0 to 9");
}

TEST_F(Dataset, ATruncatedOrMislabelledFileIsNamed) {
  write("train-images-idx3-ubyte", images.substr(0, 19));
  write("train-labels-idx1-ubyte", labels);
  EXPECT_EQ(message(), (folder / "train-images-idx3-ubyte").string() +
                           ": its header promises [2, 1, 2], 4 bytes; only 3 are there");
  write("train-images-idx3-ubyte", labels);
  EXPECT_NE(message().find("are images and labels mixed up?"), std::string::npos);
}

TEST_F(Dataset, ASetWithoutImagesIsRefused) {
  write("train-images-idx3-ubyte", std::string("\0\0\10\3\0\0\0\0\0\0\0\1\0\0\0\2", 16));
  write("train-labels-idx1-ubyte", std::string("\0\0\10\1\0\0\0\0", 8));
  EXPECT_EQ(message(), (folder / "train-images-idx3-ubyte").string() +
                           ": it holds no pixels; its shape is [0, 1, 2]");
}

}  // namespace
}  // namespace nn
