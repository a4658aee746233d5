#include "autograd/ops/einsum.h"

#include "autograd/ops/linalg.h"
#include "autograd/ops/shape.h"
#include "tests/autograd/ops/expect.h"
#include "tests/support/message.h"

namespace autograd {
namespace {

// Σ over every letter that the output lacks, by the definition: a number a place.
std::vector<double> by_definition(const std::string& a, const std::string& b,
                                  const std::string& output, const Tensor& x, const Tensor& y) {
  std::string letters = output;
  for (const char c : a + b) {
    if (letters.find(c) == std::string::npos) letters += c;
  }
  const auto extent = [&](char c) {
    return a.find(c) != std::string::npos ? x.shape()[static_cast<int>(a.find(c))]
                                          : y.shape()[static_cast<int>(b.find(c))];
  };
  Index count = 1, kept = 1;
  for (const char c : letters) count *= extent(c);
  for (const char c : output) kept *= extent(c);
  std::vector<double> sums(static_cast<std::size_t>(kept));
  for (Index i = 0; i < count; ++i) {
    std::array<Index, 128> at{};
    Index rest = i;
    for (std::size_t k = letters.size(); k-- > 0;) {
      at[static_cast<std::size_t>(letters[k])] = rest % extent(letters[k]);
      rest /= extent(letters[k]);
    }
    const auto number = [&](const std::string& labels, const Tensor& t) {
      Index offset = 0;
      for (std::size_t k = 0; k < labels.size(); ++k) {
        offset = offset * t.shape()[static_cast<int>(k)] + at[static_cast<std::size_t>(labels[k])];
      }
      return t.values<double>()[static_cast<std::size_t>(offset)];
    };
    sums[static_cast<std::size_t>(i / (count / kept))] += number(a, x) * number(b, y);
  }
  return sums;
}

TEST(Einsum, IsTheSumThatItsEquationSays) {
  const auto extents = [](const std::string& labels) {
    ShapeBuilder shape;
    for (const char c : labels) shape.push_back(c - 'a' + 2);
    return shape.shape();
  };
  const std::vector<std::array<std::string, 3>> equations{
      {"ab", "bc", "ac"},    {"ab", "bc", "ca"},    {"ba", "bc", "ac"},    {"ab", "cb", "ac"},
      {"abc", "adc", "abd"}, {"abc", "adc", "adb"}, {"abc", "cda", "bd"},  {"a", "b", "ab"},
      {"a", "b", "ba"},      {"ab", "ab", "ab"},    {"ab", "ba", ""},      {"ab", "ab", "b"},
      {"aab", "b", "a"},     {"aba", "cbc", "ac"},  {"aaa", "aa", "a"},    {"ab", "cd", "ad"},
      {"", "ab", "ba"},      {"abc", "c", "ba"},    {"abcd", "cbe", "dea"}};
  for (const auto& [a, b, output] : equations) {
    // Small integers, so that every order of summing gives the same bits.
    const Shape of_a = extents(a), of_b = extents(b);
    const Tensor x = reshape(arange(of_a.size()), of_a), y = reshape(arange(of_b.size()), of_b);
    expect_tensor(einsum(a + "," + b + "->" + output, x, y), extents(output),
                  by_definition(a, b, output, x, y));
  }
}

TEST(Einsum, OfOneOperandPermutesSumsAndTakesDiagonals) {
  const Tensor x = tensor({{1, 2}, {3, 4}});
  expect_tensor(einsum("ij->ji", x), {2, 2}, {1, 3, 2, 4});
  expect_tensor(einsum("ij->j", x), {2}, {4, 6});
  expect_tensor(einsum("ii->i", x), {2}, {1, 4});
  expect_tensor(einsum("ii", x), {}, {5});
}

TEST(Einsum, WithoutAnArrowTheOutputIsInAlphabeticalOrder) {
  const Tensor a = tensor({{1, 2}, {3, 4}}), b = tensor({{5, 6}, {7, 8}});
  expect_tensor(einsum("ij,jk", a, b), {2, 2}, to_vector(matmul(a, b)));
  expect_tensor(einsum("kj, ji", a, b), {2, 2}, to_vector(transpose(matmul(a, b))));
}

TEST(Einsum, AProductOfMatricesCopiesNothing) {
  Tape tape;
  const Tensor a = tape.watch(ones({4, 2, 3})), b = tape.watch(ones({4, 5, 3}));
  const std::size_t before = tape.size();
  EXPECT_EQ(einsum("bij,bkj->bik", a, b).shape(), (Shape{4, 2, 5}));
  EXPECT_EQ(tape.size(), before + 1);
}

TEST(Einsum, SaysWhatIsWrongWithAnEquation) {
  const Tensor x = zeros({2, 3});
  EXPECT_EQ(message_of([&] { einsum("ij,j1->i", x, x); }),
            "einsum: \"ij,j1->i\": '1' is no letter; expected such as \"ij,jk->ik\"");
  EXPECT_EQ(message_of([&] { einsum("ij->i->j", x); }),
            "einsum: \"ij->i->j\": '-' is no letter; expected such as \"ij,jk->ik\"");
  EXPECT_EQ(message_of([&] { einsum("...j,jk->k", x, x); }),
            "einsum: \"...j,jk->k\": '.' is no letter; expected such as \"ij,jk->ik\"");
  EXPECT_EQ(message_of([&] { einsum("ij->i", x, x); }),
            "einsum: \"ij->i\": names 1 operands; got 2");
  EXPECT_EQ(message_of([&] { einsum("ij,jk->i,k", x, x); }),
            "einsum: \"ij,jk->i,k\": the output has a comma; expected one output");
  EXPECT_EQ(message_of([&] { einsum("ij,jk->il", x, x); }),
            "einsum: \"ij,jk->il\": the output names 'l', which no operand has");
  EXPECT_EQ(message_of([&] { einsum("ij,jk->ii", x, x); }),
            "einsum: \"ij,jk->ii\": the output names 'i' twice; expected each letter once");
  EXPECT_EQ(message_of([&] { einsum("ij,jkl->il", x, x); }),
            "einsum: \"ij,jkl->il\": \"jkl\" names 3 axes; got an operand of shape [2, 3]");
  EXPECT_EQ(message_of([&] { einsum("ij,jk->ik", x, x); }),
            "einsum: \"ij,jk->ik\": 'j' stands for 3 and for 2; expected one extent");
}

}  // namespace
}  // namespace autograd
