#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "autograd/autograd.h"
#include "bench/objectives/gmm.h"
#include "bench/objectives/lstm.h"
#include "bench/objectives/problem.h"
#include "tests/support/message.h"

namespace bench {
namespace {

using namespace autograd;

// A file of the given text, in a folder of its own that goes when the test ends.
class Files : public testing::Test {
 protected:
  Files() {
    const auto* test = testing::UnitTest::GetInstance()->current_test_info();
    folder_ = std::filesystem::path(testing::TempDir()) / (std::string("plumb_") + test->name());
    std::filesystem::create_directories(folder_);
  }
  ~Files() override { std::filesystem::remove_all(folder_); }

  std::filesystem::path file(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ / name) << text;
    return folder_ / name;
  }

  // What is said about a text, without the file's name, which must stand in front.
  template <class Read>
  std::string said(const Read& read, const std::string& text) const {
    const std::filesystem::path path = file("problem.txt", text);
    const std::string message = message_of([&] { read(path); });
    const std::string front = path.string() + ": ";
    EXPECT_TRUE(message.starts_with(front)) << message;
    EXPECT_EQ(message.find('\n'), message.npos) << message;
    return message.substr(std::min(front.size(), message.size()));
  }

  std::filesystem::path folder_;
};

const std::string gmm_head = "2 1 3\n0.5\n1 2\n3 4 5\n";

TEST_F(Files, OfAMixtureAreRead) {
  const Gmm problem = read_gmm(file("g", gmm_head + "1 2\n\n3 4\r\n  5\t6e0\n1.5 2"));
  EXPECT_EQ(to_vector(problem.alpha), (std::vector<double>{0.5}));
  EXPECT_EQ(to_vector(problem.mu), (std::vector<double>{1, 2}));
  EXPECT_EQ(to_vector(problem.icf), (std::vector<double>{3, 4, 5}));
  EXPECT_EQ(to_vector(problem.x), (std::vector<double>{1, 2, 3, 4, 5, 6}));
  EXPECT_EQ(problem.x.shape(), Shape({3, 2}));
  EXPECT_EQ(problem.gamma, 1.5);
  EXPECT_EQ(problem.m, 2);
}

TEST_F(Files, OfAMixtureMayRepeatOnePoint) {
  const Gmm problem = read_gmm(file("g", gmm_head + "7 8\n1 0\n"));
  EXPECT_EQ(to_vector(problem.x), (std::vector<double>{7, 8, 7, 8, 7, 8}));
}

TEST_F(Files, OfAMixtureThatAreBrokenAreRefusedWithThePlace) {
  const auto gmm_said = [&](const std::string& text) { return said(read_gmm, text); };
  EXPECT_EQ(gmm_said(""), "ends before the sizes d k n; is it truncated?");
  EXPECT_EQ(gmm_said("2 1\n"), "line 1, the sizes d k n: expected 3 numbers; got 2");
  for (const std::string sizes : {"0 1 1", "2 1.5 1", "2 1 -1", "1000001 1 1"}) {
    EXPECT_EQ(gmm_said(sizes), "line 1, the sizes d k n: expected whole numbers from 1 to 1000000");
  }
  EXPECT_EQ(gmm_said("2 1 3\n"), "ends before alpha 1 of 1; is it truncated?");
  EXPECT_EQ(gmm_said("2 2 3\n\n1\n2\n\n1 2\n3\n"),
            "line 7, mean 2 of 2: expected 2 numbers; got 1");
  EXPECT_EQ(gmm_said("2 1 3\n1 2\n"), "line 2, alpha 1 of 1: expected 1 number; got 2");
  EXPECT_EQ(gmm_said(gmm_head + "1 2\n3 4\n5 6\n"), "ends before gamma m; is it truncated?");
  EXPECT_EQ(gmm_said(gmm_head + "1 2\n"), "ends before x 2 of 3; is it truncated?");
  for (const std::string prior : {"0 1", "-1 1", "1 0.5", "1 -1", "1 1e300"}) {
    EXPECT_EQ(gmm_said(gmm_head + "1 2\n" + prior),
              "line 6, gamma m: expected gamma above 0 and a whole number m from 0 to 1000000");
  }
  EXPECT_EQ(gmm_said(gmm_head + "1 2\n3 4\n5 6\n1 0\n\n9 9\n"),
            "line 10, after all that is expected: expected the end of the file; got '9 9'");
}

TEST_F(Files, WithWordsThatAreNoFiniteNumbersAreRefused) {
  for (const std::string word : {"one", "1,5", "0x", "1e999", "nan", "inf", "--1"}) {
    EXPECT_EQ(said(read_gmm, "2 1 3\n" + word + "\n"),
              "line 2, alpha 1 of 1: expected a finite number; got '" + word + "'");
  }
  EXPECT_EQ(
      said(read_gmm, "2 1 3\n\xff\x01" + std::string(30, '7')),
      "line 2, alpha 1 of 1: expected a finite number; got '??" + std::string(22, '7') + "…'");
}

TEST_F(Files, ThatCannotBeReadAreNamed) {
  for (const auto& path : {folder_ / "nothing", folder_}) {
    EXPECT_EQ(message_of([&] { read_gmm(path); }),
              path.string() + ": cannot be read; expected a text file of numbers");
  }
  EXPECT_EQ(message_of([&] { read_problem(folder_ / "other.txt", f64); }),
            (folder_ / "other.txt").string() +
                ": is of no known objective; expected a name that begins with gmm or lstm");
}

const std::string lstm_head = "1 2 1\n\n1 2 3 4\n5 6 7 8\n\n9\n10\n11\n\n12\n13\n\n";

TEST_F(Files, OfAnLstmAreRead) {
  const Lstm problem = read_lstm(file("l", lstm_head + "14\n15\n\n"));
  EXPECT_EQ(problem.main.shape(), Shape({1, 2, 4, 1}));
  EXPECT_EQ(to_vector(problem.main), (std::vector<double>{1, 2, 3, 4, 5, 6, 7, 8}));
  EXPECT_EQ(to_vector(problem.extra), (std::vector<double>{9, 10, 11}));
  EXPECT_EQ(problem.state.shape(), Shape({1, 2, 1}));
  EXPECT_EQ(to_vector(problem.state), (std::vector<double>{12, 13}));
  EXPECT_EQ(problem.sequence.shape(), Shape({2, 1}));
  EXPECT_EQ(to_vector(problem.sequence), (std::vector<double>{14, 15}));
}

TEST_F(Files, OfAnLstmThatAreBrokenAreRefusedWithThePlace) {
  const auto lstm_said = [&](const std::string& text) { return said(read_lstm, text); };
  EXPECT_EQ(lstm_said("1 1 1"),
            "line 1, the sizes l c b: expected a sequence of at least 2; got c = 1");
  EXPECT_EQ(lstm_said("1 2 1\n1 2 3"), "line 2, main 1 of 2: expected 4 numbers; got 3");
  EXPECT_EQ(lstm_said(lstm_head + "14\n"), "ends before sequence 2 of 2; is it truncated?");
  EXPECT_EQ(lstm_said(lstm_head + "14 15\n"), "line 13, sequence 1 of 2: expected 1 number; got 2");
  EXPECT_EQ(lstm_said(lstm_head + "14\n15\n16\n"),
            "line 15, after all that is expected: expected the end of the file; got '16'");
}

TEST_F(Files, OfReferencesHaveANumberForEachElement) {
  const Problem problem{{tensor({1, 2}), scalar(3)}, {}};
  const auto read = [&](const std::filesystem::path& path) {
    return read_reference(path, problem);
  };
  const Reference reference = read(file("r", "7\n1\n2\n3\n"));
  EXPECT_EQ(reference.value, 7);
  EXPECT_EQ(reference.gradient, (std::vector<double>{1, 2, 3}));
  EXPECT_EQ(said(read, ""), "ends before objective; is it truncated?");
  EXPECT_EQ(said(read, "7\n1\n2\n"), "ends before derivative 3 of 3; is it truncated?");
  EXPECT_EQ(said(read, "7\n1\n2\n3\n4\n"),
            "line 5, after all that is expected: expected the end of the file; got '4'");
}

}  // namespace
}  // namespace bench
