#include "autograd/tensor/npy.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <iterator>
#include <limits>

#include "autograd/tensor/error.h"
#include "autograd/tensor/factories.h"
#include "autograd/tensor/quote.h"
#include "autograd/tensor/random.h"
#include "tests/support/message.h"

namespace autograd {
namespace {

std::string saved_by_numpy(const std::string& name) {
  std::ifstream in(std::string(NPY_FILES) + "/" + name + ".npy", std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

Tensor parsed(const std::string& file) {
  return parse_npy(std::as_bytes(std::span(file)), "x.npy");
}

std::string complaint(const std::string& file) {
  return message_of([&] { parsed(file); });
}

// A file of version 1 with this header and these bytes behind it.
std::string with_header(const std::string& header, const std::string& data = "") {
  std::string file("\x93NUMPY\1\0", 8);
  file += static_cast<char>(header.size() % 256);
  file += static_cast<char>(header.size() / 256);
  return file + header + data;
}

std::string with(const std::string& descr, const std::string& shape, const std::string& data = "",
                 const std::string& fortran = "False") {
  return with_header(
      "{'descr': '" + descr + "', 'fortran_order': " + fortran + ", 'shape': " + shape + ", }\n",
      data);
}

template <class T>
std::vector<T> numbers(const Tensor& x) {
  const auto values = x.values<T>();
  return {values.begin(), values.end()};
}

TEST(Npy, TheBytesAreThoseOfNumpy) {
  std::vector<double> thirds;
  for (int i = 0; i < 6; ++i) thirds.push_back(i / 3.0);
  EXPECT_EQ(format_npy(tensor(thirds, {2, 3})), saved_by_numpy("f64"));
  EXPECT_EQ(format_npy(arange(24, f32).reshaped({2, 3, 4})), saved_by_numpy("f32_cube"));
  EXPECT_EQ(format_npy(scalar(-7, i64)), saved_by_numpy("i64_scalar"));
  EXPECT_EQ(format_npy(zeros({0, 5})), saved_by_numpy("empty"));
  EXPECT_EQ(format_npy(zeros({12345, 0})), saved_by_numpy("long"));
}

TEST(Npy, WhatWasWrittenIsReadBack) {
  for (const Dtype dtype : {f32, f64, i64}) {
    for (const Shape& shape :
         {Shape{}, Shape{3}, Shape{2, 0}, Shape{2, 3, 4}, Shape{1, 1, 1, 1, 6}}) {
      Tensor x = arange(shape.size(), dtype).reshaped(shape);
      const Tensor y = parsed(format_npy(x));
      EXPECT_EQ(y.dtype(), dtype);
      EXPECT_EQ(y.shape(), shape);
      EXPECT_EQ(to_vector(y), to_vector(x));
    }
  }
  constexpr double infinity = std::numeric_limits<double>::infinity();
  const Tensor rim = parsed(format_npy(tensor({infinity, -0.0, 5e-324, std::nan("")})));
  EXPECT_EQ(rim.at({0}), infinity);
  EXPECT_TRUE(std::signbit(rim.at({1})));
  EXPECT_EQ(rim.at({2}), 5e-324);
  EXPECT_TRUE(std::isnan(rim.at({3})));
}

TEST(Npy, AllThreeVersionsAreRead) {
  const std::vector<double> expected = to_vector(parsed(saved_by_numpy("f64")));
  EXPECT_EQ(expected[5], 5 / 3.0);
  for (const char* const name : {"version_2", "version_3"}) {
    EXPECT_EQ(to_vector(parsed(saved_by_numpy(name))), expected) << name;
  }
}

TEST(Npy, EitherByteOrderIsRead) {
  EXPECT_EQ(numbers<float>(parsed(with("<f4", "(1,)", std::string("\0\0\x80\x3f", 4)))),
            (std::vector<float>{1}));
  EXPECT_EQ(numbers<float>(parsed(with(">f4", "(1,)", std::string("\x3f\x80\0\0", 4)))),
            (std::vector<float>{1}));
  EXPECT_EQ(numbers<double>(parsed(with(">f8", "()", std::string("\xc0\0\0\0\0\0\0\0", 8)))),
            (std::vector<double>{-2}));
  EXPECT_EQ(numbers<Index>(parsed(with("<i2", "(2,)", "\1\2\xff\xff"))),
            (std::vector<Index>{513, -1}));
  EXPECT_EQ(numbers<Index>(parsed(with(">u2", "(2,)", "\1\2\xff\xff"))),
            (std::vector<Index>{258, 65535}));
}

TEST(Npy, FortranOrderBecomesRowMajor) {
  EXPECT_EQ(numbers<Index>(parsed(with("|i1", "(2, 3)", "\1\4\2\5\3\6", "True"))),
            (std::vector<Index>{1, 2, 3, 4, 5, 6}));
  // [i, j, k] stands at i + 2j + 4k.
  EXPECT_EQ(
      numbers<Index>(parsed(with("|u1", "(2, 2, 2)", std::string("\0\1\2\3\4\5\6\7", 8), "True"))),
      (std::vector<Index>{0, 4, 2, 6, 1, 5, 3, 7}));
  EXPECT_EQ(numbers<Index>(parsed(with("|i1", "(3,)", "\1\2\3", "True"))),
            (std::vector<Index>{1, 2, 3}));
  EXPECT_EQ(parsed(with("<f8", "(0, 3)", "", "True")).shape(), (Shape{0, 3}));
}

TEST(Npy, HeadersOfOtherWritersAreRead) {
  const std::string one(8, '\0');
  for (const char* const header :
       {"{\"shape\":(1,),\"descr\":\"<f8\",\"fortran_order\":False}",
        "  { 'descr' : '<f8' , 'fortran_order' : False , 'shape' : ( 1L , ) } \n\n",
        "{'fortran_order': True, 'shape': (1, 1), 'descr': '<f8'}",
        ""
        "{'descr': '<f8', 'fortran_order': False, 'shape': ()}"}) {
    EXPECT_EQ(parsed(with_header(header, one)).size(), 1) << header;
  }
}

TEST(Npy, ElementTypesWithoutAPlaceInATensorAreRefusedByName) {
  const struct {
    const char* descr;
    const char* expected;
  } table[] = {
      {"|O",
       "it holds Python objects (dtype \"|O\"); they would have to be unpickled, which can run any "
       "code, and are never executed here; save numbers instead, such as np.save(file, "
       "x.astype(np.float64))"},
      {"<f2",
       "it holds half or extended precision (dtype \"<f2\"); expected f4 or f8; save "
       "x.astype(np.float64)"},
      {"<f16",
       "it holds half or extended precision (dtype \"<f16\"); expected f4 or f8; save "
       "x.astype(np.float64)"},
      {"<c8",
       "it holds complex numbers (dtype \"<c8\"); expected real ones; save x.real and x.imag"},
      {"<U3", "it holds text (dtype \"<U3\"); expected numbers"},
      {"|S3", "it holds text (dtype \"|S3\"); expected numbers"},
      {"<M8[D]",
       "it holds dates or durations (dtype \"<M8[D]\"); expected numbers; save x.astype(np.int64)"},
      {"|V4", "it holds raw bytes or records (dtype \"|V4\"); expected numbers"},
      {"<i3",
       "it holds elements of an unknown kind (dtype \"<i3\"); expected f4, f8, i1 to i8, u1 to u8 "
       "or b1"},
      {"",
       "it holds elements of an unknown kind (dtype \"\"); expected f4, f8, i1 to i8, u1 to u8 or "
       "b1"},
      {"f8", "its dtype \"f8\" has no byte order; expected < or >"},
      {"=i4", "its dtype \"=i4\" has no byte order; expected < or >"},
  };
  for (const auto& row : table) {
    EXPECT_EQ(complaint(with(row.descr, "(1,)")), std::string("x.npy: ") + row.expected);
  }
  EXPECT_EQ(complaint(with_header("{'descr': [('x', '<f4'), ('y', '<i4')], 'shape': (2,)}")),
            "x.npy: it holds records (a structured dtype); expected plain numbers; save each field "
            "as an array of its own");
}

TEST(Npy, NumbersThatDoNotFitAreRefused) {
  EXPECT_EQ(complaint(with(">u8", "(1,)", std::string("\x80\0\0\0\0\0\0\0", 8))),
            "x.npy: it holds 9223372036854775808, which does not fit into i64; save "
            "x.astype(np.float64)");
  EXPECT_EQ(numbers<Index>(parsed(with(">u8", "(1,)", "\x7f\xff\xff\xff\xff\xff\xff\xff"))),
            (std::vector<Index>{std::numeric_limits<Index>::max()}));
  EXPECT_EQ(complaint(with("|b1", "(2,)", "\1\2")),
            "x.npy: it holds a truth value of 2; expected 0 or 1");
  EXPECT_EQ(numbers<Index>(parsed(with("|b1", "(2,)", std::string("\1\0", 2)))),
            (std::vector<Index>{1, 0}));
}

TEST(Npy, SizesAreHeldAgainstTheBytesThatAreThere) {
  const struct {
    std::string file;
    const char* expected;
  } table[] = {
      {"", "it ends after 0 bytes, within the beginning of a .npy file; is it cut short?"},
      {"\x93NUM", "it ends after 4 bytes, within the beginning of a .npy file; is it cut short?"},
      {std::string("\x93NUMPY\1\0\1", 9),
       "it ends after 9 bytes, within the beginning of a .npy file; is it cut short?"},
      {"PK\3\4 and so on",
       "it is no .npy file: expected \\x93NUMPY at its start; got "
       "\"PK\\x03\\x04 a\""},
      {std::string("\x93NUMPY\4\0\1\0\0\0", 12),
       "it is a .npy file of version 4; expected 1, 2 or 3"},
      {std::string("\x93NUMPY\2\0\xff\xff\xff\xff{}", 14),
       "its header claims 4294967295 bytes; only 2 are there"},
      {with("<f8", "(3,)", "0123456"), "its header promises [3], 24 bytes; only 7 are there"},
      {with("|u1", "(2,)", "abc"),
       "bytes follow the 2 that its header promises for [2]; expected its end"},
      {with("<f8", "(1250000000,)", "abc"),
       "its header promises [1250000000], 10000000000 bytes; only 3 are there"},
      {with("|u1", "(4294967296, 4294967296)"),
       "its header makes no sense: shape: [4294967296, 4294967296] has more elements than any "
       "memory holds"},
      {with("|u1", "(99999999999999999999,)"), "its header gives an extent that no memory holds"},
      {with("|u1", "(-1,)"),
       "its header makes no sense: shape: extents must not be negative; got [-1]"},
  };
  for (const auto& row : table)
    EXPECT_EQ(complaint(row.file), std::string("x.npy: ") + row.expected);
  std::string deep = "(";
  for (int i = 0; i < 33; ++i) deep += "1,";
  EXPECT_EQ(complaint(with("|u1", deep + ")")),
            "x.npy: its header makes no sense: shape: expected at most 32 axes; got 33");
}

TEST(Npy, NonsenseHeadersAreRefused) {
  const struct {
    const char* header;
    const char* expected;
  } table[] = {
      {"", "its header makes no sense: expected '{'; got its end"},
      {"import os", "its header makes no sense: expected '{'; got \"import os\""},
      {"{", "its header makes no sense: expected a key; got its end"},
      {"{'descr", "its header makes no sense: expected a key; got \"'descr\""},
      {"{'descr' '<f8'}", "its header makes no sense: expected ':'; got \"'<f8'}\""},
      {"{'descr': 8}", "its header makes no sense: expected a dtype in quotes; got \"8}\""},
      {"{'fortran_order': 1}", "its header makes no sense: expected True or False; got \"1}\""},
      {"{'shape': 3}", "its header makes no sense: expected '('; got \"3}\""},
      {"{'shape': (x,)}", "its header makes no sense: expected an extent; got \"x,)}\""},
      {"{'shape': (1 2)}", "its header makes no sense: expected a comma; got \"2)}\""},
      {"{'shape': (3)}",
       "its header makes no sense: expected a comma within a shape of one extent; got \"}\""},
      {"{'descr': '<f8' 'shape': ()}",
       "its header makes no sense: expected '}'; got \"'shape': ()}\""},
      {"{'descr': '<f8'} 1",
       "its header makes no sense: expected the end of the header; got \"1\""},
      {"{}", "its header does not give descr"},
      {"{'descr': '<f8'}", "its header does not give fortran_order"},
      {"{'descr': '<f8', 'fortran_order': False}", "its header does not give shape"},
      {"{'descr': '<f8', 'descr': '<f4'}", "its header gives descr twice"},
      {"{'order': 'C'}", "its header has a key \"order\"; expected descr, fortran_order and shape"},
  };
  for (const auto& row : table) {
    EXPECT_EQ(complaint(with_header(row.header)), std::string("x.npy: ") + row.expected);
  }
}

TEST(Npy, EveryTruncationIsRefusedAndNoChangedByteDoesHarm) {
  const std::string file = saved_by_numpy("f64");
  for (std::size_t size = 0; size < file.size(); ++size) {
    EXPECT_THROW(parsed(file.substr(0, size)), FileError) << size;
  }
  Random random(1);
  int read = 0;
  int refused = 0;
  for (int i = 0; i < 20000; ++i) {
    std::string changed = file;
    changed[static_cast<std::size_t>(random.below(static_cast<Index>(file.size())))] =
        static_cast<char>(random.below(256));
    try {
      // As many numbers as there are bytes for, whatever the header says of them.
      const Tensor x = parsed(changed);
      EXPECT_LE(x.size(), 48);
      ++read;
    } catch (const FileError& error) {
      EXPECT_EQ(std::string(error.what()).find('\n'), std::string::npos);
      ++refused;
    }
  }
  EXPECT_GT(read, 1000);
  EXPECT_GT(refused, 1000);
}

TEST(Quote, TextStaysOnOneLineAndIsCut) {
  EXPECT_EQ(in_quotes("w.npy"), "\"w.npy\"");
  EXPECT_EQ(in_quotes("a\n\x1b[31m\"\\\xff"), "\"a\\x0a\\x1b[31m\\\"\\\\\\xff\"");
  EXPECT_EQ(in_quotes(std::string(60, 'a')), "\"" + std::string(60, 'a') + "\"");
  EXPECT_EQ(in_quotes(std::string(61, 'a')), "\"" + std::string(60, 'a') + "…\"");
}

}  // namespace
}  // namespace autograd
