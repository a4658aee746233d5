#include "apps/npz/npz.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <iterator>
#include <limits>

#include "autograd/tensor/error.h"
#include "autograd/tensor/factories.h"
#include "autograd/tensor/random.h"
#include "tests/support/message.h"

namespace apps {
namespace {

using autograd::Index;
using autograd::Shape;
using autograd::Tensor;
using autograd::to_vector;
namespace fs = std::filesystem;

const fs::path files = NPZ_FILES;

std::string bytes_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::span<const std::byte> as_bytes(const std::string& text) {
  return std::as_bytes(std::span(text));
}

std::string complaint(const fs::path& file) {
  return message_of([&] { read_npz(file); });
}

std::vector<double> row(const Arrays& arrays, const std::string& name) {
  return to_vector(arrays.at(name));
}

TEST(Npz, ArraysOfNumpyAreReadStoredOrDeflated) {
  for (const char* const file : {"stored.npz", "deflated.npz"}) {
    const Arrays arrays = read_npz(files / file);
    ASSERT_EQ(arrays.size(), 6U);
    for (int i = 0; i < 6; ++i) {
      const auto at = static_cast<std::size_t>(i);
      EXPECT_EQ(arrays.at("f32").values<float>()[at], static_cast<float>(i) / 4);
      EXPECT_EQ(arrays.at("f64").values<double>()[at], i / 3.0);
      EXPECT_EQ(arrays.at("i64").values<Index>()[at], i - 3);
    }
    EXPECT_EQ(arrays.at("f32").shape(), (Shape{2, 3}));
    EXPECT_EQ(arrays.at("layers/0/w").shape(), (Shape{2, 0, 3}));
    EXPECT_EQ(arrays.at("scalar").rank(), 0);
    EXPECT_EQ(arrays.at("scalar").item(), 2.5);
    EXPECT_EQ(arrays.at("größe").item(), 1);
  }
}

TEST(Npz, EveryElementTypeAndOrderOfNumpyIsRead) {
  const Arrays arrays = read_npz(files / "types.npz");
  const std::vector<double> thirds = row(arrays, "fortran");
  ASSERT_EQ(thirds.size(), 6U);
  for (int i = 0; i < 6; ++i) {
    const auto at = static_cast<std::size_t>(i);
    EXPECT_EQ(thirds[at], i / 3.0);
    EXPECT_EQ(row(arrays, "big_f8")[at], i / 3.0);
    EXPECT_EQ(arrays.at("big_f4").values<float>()[at], static_cast<float>(i) / 4);
    EXPECT_EQ(row(arrays, "big_i8")[at], i - 3);
    EXPECT_EQ(row(arrays, "big_i2")[at], i * 300 - 300);
    EXPECT_EQ(row(arrays, "fortran_big")[at], i);
  }
  EXPECT_EQ(row(arrays, "fortran_cube"), to_vector(autograd::arange(24)));
  EXPECT_EQ(arrays.at("fortran_cube").shape(), (Shape{2, 3, 4}));
  constexpr double infinity = std::numeric_limits<double>::infinity();
  const std::vector<double> special = row(arrays, "special");
  EXPECT_EQ(special[0], infinity);
  EXPECT_EQ(special[1], -infinity);
  EXPECT_TRUE(std::signbit(special[2]));
  EXPECT_TRUE(std::isnan(special[3]));
  EXPECT_EQ(special[4], 5e-324);
}

TEST(Npz, WholeNumbersAndTruthValuesBecomeI64) {
  const Arrays arrays = read_npz(files / "types.npz");
  constexpr Index most = std::numeric_limits<Index>::max();
  constexpr Index least = std::numeric_limits<Index>::min();
  const std::map<std::string, std::vector<Index>> expected{
      {"i1", {-128, 127}},     {"i2", {-32768, 32767}}, {"i4", {-2147483648, 2147483647}},
      {"i8", {least, most}},   {"u1", {0, 255}},        {"u2", {0, 65535}},
      {"u4", {0, 4294967295}}, {"u8", {0, most}},       {"truth", {1, 0, 1}},
      {"no_axes", {1}}};
  for (const auto& [name, numbers] : expected) {
    const auto read = arrays.at(name).values<Index>();
    EXPECT_EQ(std::vector<Index>(read.begin(), read.end()), numbers) << name;
  }
}

TEST(Npz, Zip64IsReadAndOtherMembersArePassedOver) {
  const std::vector<double> expected{0, 1, 2};
  for (const char* const file : {"zip64.npz", "zip64_all.npz", "others.npz", "one.npz"}) {
    EXPECT_EQ(row(read_npz(files / file), "x"), expected) << file;
  }
  EXPECT_EQ(read_npz(files / "others.npz").size(), 1U);
}

TEST(Npz, EveryFileThatCannotBeReadIsRefusedInOneLine) {
  const struct {
    const char* file;
    const char* expected;
  } table[] = {
      {"no such file", "there is no such file"},
      {"", "it is a folder; expected a .npz file"},
      {"empty.npz", "it is empty; expected a zip archive such as np.savez writes"},
      {"no_zip.npz", "it is no zip archive; expected one such as np.savez writes"},
      {"single.npz", "this is a single array, a .npy file, not an archive; save it with np.savez"},
      {"cut_short.npz",
       "it is cut short: the directory at the end of the zip archive is not there"},
      {"no_array.npz", "it holds no array; expected .npy members such as np.savez writes"},
      {"no_member.npz", "it holds no array; expected .npy members such as np.savez writes"},
      {"claims_members.npz",
       "it is a damaged zip archive: its directory claims 8589934592 members, more than its 662 "
       "bytes can hold"},
  };
  for (const auto& line : table) {
    EXPECT_EQ(complaint(files / line.file), (files / line.file).string() + ": " + line.expected);
  }
  EXPECT_EQ(complaint("/dev/null"), "/dev/null: it is not a file");
  EXPECT_EQ(complaint(""), ": there is no such file");
}

TEST(Npz, EveryMemberThatCannotBeReadIsNamed) {
  const struct {
    const char* file;
    const char* expected;
  } table[] = {
      {"object.npz",
       "it holds Python objects (dtype \"|O\"); they would have to be unpickled, which can run any "
       "code, and are never executed here; save numbers instead, such as np.save(file, "
       "x.astype(np.float64))"},
      {"complex.npz",
       "it holds complex numbers (dtype \"<c16\"); expected real ones; save x.real and x.imag"},
      {"records.npz",
       "it holds records (a structured dtype); expected plain numbers; save each field as an array "
       "of its own"},
      {"text.npz", "it holds text (dtype \"<U2\"); expected numbers"},
      {"too_large.npz",
       "it holds 9223372036854775808, which does not fit into i64; save x.astype(np.float64)"},
      {"not_npy.npz", "it is no .npy file: expected \\x93NUMPY at its start; got \"these \""},
      {"encrypted.npz", "it is encrypted; save it without a password"},
      {"bzip2.npz",
       "it is packed by bzip2; expected stored or deflated, as np.savez and np.savez_compressed "
       "write it"},
      {"wrong_checksum.npz", "its checksum (CRC-32) does not fit its bytes; it is damaged"},
      {"twice.npz", "two members have this name"},
      {"unpacks_to_less.npz",
       "it does not unpack to the 9000 bytes that its entry promises; it is damaged"},
      {"packed_claims.npz",
       "it claims 4000000000 packed bytes; the whole file has 645; is it cut short?"},
      {"stored_claims.npz",
       "it claims to unpack to 4000000000 bytes, which its 152 stored bytes cannot hold; the "
       "archive is damaged or made to exhaust memory"},
      {"deflated_claims.npz",
       "it claims to unpack to 4000000000 bytes, which its 517 deflated bytes cannot hold; the "
       "archive is damaged or made to exhaust memory"},
      {"claims_10_gb.npz",
       "it claims to unpack to 10000000000 bytes, which its 76 deflated bytes cannot hold; the "
       "archive is damaged or made to exhaust memory"},
      {"header_claims_10_gb.npz",
       "its header promises [1250000000], 10000000000 bytes; only 24 are there"},
  };
  for (const auto& line : table) {
    EXPECT_EQ(complaint(files / line.file),
              (files / line.file).string() + ": member \"x.npy\": " + line.expected);
  }
  for (const char* const file : {"half.npz", "bytes.npz", "dates.npz", "raw.npz"}) {
    EXPECT_NE(complaint(files / file).find(": member \"x.npy\": it holds "), std::string::npos);
  }
}

TEST(Npz, NamesThatLeadOutOfAFolderOrSayNothingAreRefused) {
  const std::string out = "its name is a path that leads out of a folder; name the array otherwise";
  EXPECT_EQ(complaint(files / "path_out.npz"),
            (files / "path_out.npz").string() + ": member \"../../x.npy\": " + out);
  EXPECT_EQ(complaint(files / "path_root.npz"),
            (files / "path_root.npz").string() + ": member \"/etc/x.npy\": " + out);
  EXPECT_EQ(
      complaint(files / "no_name.npz"),
      (files / "no_name.npz").string() + ": member \".npy\": the array has no name; give it one");
  EXPECT_EQ(complaint(files / "control.npz"),
            (files / "control.npz").string() +
                ": member \"a\\x0ab\\x1b[31m.npy\": it is no .npy file: expected \\x93NUMPY at its "
                "start; got \"none\"");
}

TEST(Npz, TheArraysTakeNoMoreMemoryThanAllowed) {
  // 128 bytes of header and 24 of numbers.
  EXPECT_EQ(read_npz(files / "one.npz", 152).size(), 1U);
  EXPECT_EQ(message_of([] { read_npz(files / "one.npz", 151); }),
            (files / "one.npz").string() +
                ": member \"x.npy\": it needs 152 bytes of memory; the arrays of one archive may "
                "take 151, of which 151 are left");
  EXPECT_EQ(message_of([] { read_npz(files / "zip64_all.npz", 160); }),
            (files / "zip64_all.npz").string() +
                ": member \"y.npy\": it needs 152 bytes of memory; the arrays of one archive may "
                "take 160, of which 136 are left");
}

TEST(Npz, SmallIntegersCountByWhatTheyBecome) {
  const std::string read = bytes_of(files / "types.npz");
  // All arrays of the file as f32, f64 and i64.
  std::uint64_t bytes = 0;
  for (const auto& [name, x] : read_npz(files / "types.npz")) {
    bytes += static_cast<std::uint64_t>(x.size()) * size_of(x.dtype());
  }
  EXPECT_NO_THROW(parse_npz(as_bytes(read), "types", bytes + 1000));
  EXPECT_THROW(parse_npz(as_bytes(read), "types", bytes - 1), autograd::FileError);
}

class NpzWriting : public testing::Test {
 protected:
  void SetUp() override {
    const auto* test = testing::UnitTest::GetInstance()->current_test_info();
    folder = fs::path(testing::TempDir()) / (std::string("plumb_npz_") + test->name());
    fs::remove_all(folder);
    fs::create_directories(folder);
  }
  void TearDown() override { fs::remove_all(folder); }

  fs::path folder;
};

TEST_F(NpzWriting, WhatWasWrittenIsReadBackAndAlwaysTheSameBytes) {
  const Arrays arrays{{"w", autograd::Random(1).normal({3, 4})},
                      {"labels", autograd::arange(5, autograd::i64)},
                      {"layers/0/größe", autograd::scalar(2.5, autograd::f32)},
                      {"line\nbreak", autograd::zeros({0, 3})}};
  write_npz(folder / "a.npz", arrays);
  write_npz(folder / "b.npz", arrays);
  EXPECT_EQ(bytes_of(folder / "a.npz"), bytes_of(folder / "b.npz"));
  const Arrays read = read_npz(folder / "a.npz");
  ASSERT_EQ(read.size(), arrays.size());
  for (const auto& [name, x] : arrays) {
    EXPECT_EQ(read.at(name).shape(), x.shape()) << name;
    EXPECT_EQ(read.at(name).dtype(), x.dtype()) << name;
    EXPECT_EQ(to_vector(read.at(name)), to_vector(x)) << name;
  }
}

TEST_F(NpzWriting, AFileIsReplacedAsAWholeOrNotAtAll) {
  write_npz(folder / "a.npz", {{"x", autograd::ones({2})}});
  write_npz(folder / "a.npz", {{"y", autograd::ones({3})}});
  const std::string before = bytes_of(folder / "a.npz");
  EXPECT_EQ(read_npz(folder / "a.npz").begin()->first, "y");
  EXPECT_THROW(
      write_npz(folder / "a.npz", {{"x", autograd::ones({2})}, {"..", autograd::ones({2})}}),
      autograd::FileError);
  EXPECT_EQ(bytes_of(folder / "a.npz"), before);
  EXPECT_EQ(std::distance(fs::directory_iterator(folder), fs::directory_iterator()), 1);
}

TEST_F(NpzWriting, WhatCannotBeWrittenIsRefusedInOneLine) {
  const fs::path file = folder / "a.npz";
  const auto refused = [&](const std::string& name) {
    const std::string text = message_of([&] { write_npz(file, {{name, autograd::ones({2})}}); });
    EXPECT_FALSE(fs::exists(file));
    return text;
  };
  const std::string place = file.string() + ": array ";
  EXPECT_EQ(message_of([&] { write_npz(file, {}); }),
            file.string() + ": there is no array to write; expected one or more");
  EXPECT_EQ(refused(""), place + "\"\": the array has no name; give it one");
  EXPECT_EQ(refused("../x"),
            place +
                "\"../x\": its name is a path that leads out of a folder; name the "
                "array otherwise");
  EXPECT_EQ(refused(std::string("a\0b", 3)),
            place + "\"a\\x00b\": its name holds a zero byte; name the array otherwise");
  EXPECT_EQ(refused("\xff"),
            place +
                "\"\\xff\": it cannot be added to the archive: Invalid argument; is "
                "its name UTF-8?");
  EXPECT_TRUE(refused(std::string(65532, 'a'))
                  .ends_with("…\": its name has 65532 bytes; expected at most 65531"));
  EXPECT_EQ(message_of([&] {
              write_npz(folder, {{"x", autograd::ones({2})}});
            }),
            folder.string() + ": it is a folder; expected the name of a file to write");
}

// Reads a damaged archive, which must be refused with one line, or give arrays of which each that
// keeps its name keeps its numbers too. Returns whether it was read.
bool survives(const std::string& bytes, const Arrays& whole) {
  try {
    for (const auto& [name, x] : parse_npz(as_bytes(bytes), "damaged", 1 << 20)) {
      if (!whole.contains(name)) continue;
      EXPECT_EQ(to_vector(x), to_vector(whole.at(name))) << name;
    }
    return true;
  } catch (const autograd::FileError& error) {
    const std::string text = error.what();
    EXPECT_TRUE(text.starts_with("damaged: ")) << text;
    EXPECT_EQ(text.find('\n'), std::string::npos) << text;
    return false;
  }
}

TEST(NpzDamage, EveryTruncationIsRefused) {
  for (const char* const file : {"stored.npz", "deflated.npz", "zip64_all.npz"}) {
    const std::string bytes = bytes_of(files / file);
    for (std::size_t size = 0; size < bytes.size(); ++size) {
      EXPECT_FALSE(survives(bytes.substr(0, size), {})) << file << " " << size;
    }
  }
}

TEST(NpzDamage, NoChangedByteDoesHarm) {
  for (const char* const file : {"stored.npz", "deflated.npz", "zip64_all.npz", "one_packed.npz"}) {
    const std::string bytes = bytes_of(files / file);
    const Arrays whole = parse_npz(as_bytes(bytes), file);
    autograd::Random random(1);
    int read = 0;
    constexpr int changes = 5000;
    for (int i = 0; i < changes; ++i) {
      std::string changed = bytes;
      changed[static_cast<std::size_t>(random.below(static_cast<Index>(bytes.size())))] =
          static_cast<char>(random.below(256));
      if (survives(changed, whole)) ++read;
    }
    EXPECT_GT(read, 100) << file;
    EXPECT_LT(read, changes - 100) << file;
  }
}

TEST(NpzDamage, NoBytesInARowOverwrittenDoHarm) {
  const std::string bytes = bytes_of(files / "zip64_all.npz");
  autograd::Random random(2);
  int refused = 0;
  for (int i = 0; i < 5000; ++i) {
    std::string changed = bytes;
    const auto begin = static_cast<std::size_t>(random.below(static_cast<Index>(bytes.size()) - 8));
    const auto fill = static_cast<char>(random.below(2) == 0 ? 0xff : random.below(256));
    changed.replace(begin, 8, 8, fill);
    if (!survives(changed, {})) ++refused;
  }
  EXPECT_GT(refused, 1000);
}

}  // namespace
}  // namespace apps
