#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>

#include "apps/npz/npz.h"
#include "apps/verify/commands/command.h"
#include "apps/verify/commands/status.h"
#include "autograd/tensor/factories.h"
#include "tests/support/message.h"

namespace verify {
namespace {

namespace fs = std::filesystem;
using autograd::tensor;

struct Result {
  int status = -1;
  std::string text;
};

/// What a command prints, and its status.
Result call(std::vector<std::string> words) {
  CLI::App app("", "verify");
  const std::vector<Command> commands{check_command(app), exec_command(app)};
  std::reverse(words.begin(), words.end());
  app.parse(words);
  for (const Command& command : commands) {
    if (!command.app->parsed()) continue;
    testing::internal::CaptureStdout();
    Result result;
    try {
      result.status = command.run();
    } catch (...) {
      testing::internal::GetCapturedStdout();
      throw;
    }
    result.text = testing::internal::GetCapturedStdout();
    return result;
  }
  return {};
}

bool has(const Result& result, const std::string& words) {
  return result.text.find(words) != std::string::npos;
}

/// Two samples through one layer of one output: loss = mean (w·x + b − y)², whose gradient is
/// dw = mean 2 r x, db = mean 2 r.
class Check : public testing::Test {
 protected:
  Check() {
    fs::create_directories(folder_);
    const double r1 = 0.5 * 1 - 0.25 * 2 + 0.1 - 3, r2 = 0.5 * -1 - 0.25 * 4 + 0.1 - 0.5;
    arrays_ = {{"X", tensor({{1, 2}, {-1, 4}})},
               {"Y", tensor({3, 0.5}).reshaped({2, 1})},
               {"W1", tensor({{0.5, -0.25}})},
               {"b1", tensor({0.1})},
               {"dW1", tensor({{r1 - r2, 2 * r1 + 4 * r2}})},
               {"db1", tensor({r1 + r2})},
               {"loss", autograd::scalar((r1 * r1 + r2 * r2) / 2)}};
  }
  ~Check() override { fs::remove_all(folder_); }

  Result check(std::vector<std::string> flags = {"--output", "identity", "--loss",
                                                 "squared-error"}) {
    apps::write_npz(file_, arrays_);
    flags.insert(flags.begin(), {"check", file_.string()});
    return call(flags);
  }

  fs::path folder_ = fs::path(testing::TempDir()) / "plumb_commands_test";
  fs::path file_ = folder_ / "claim.npz";
  apps::Arrays arrays_;
};

TEST_F(Check, AgreesWithARightGradientAndSaysWhatItInferred) {
  const Result result = check();
  EXPECT_EQ(result.status, agrees) << result.text;
  EXPECT_TRUE(has(result,
                  "the loss read as the mean over the samples: the only reading that gives "
                  "the loss in the file\n"))
      << result.text;
  EXPECT_TRUE(has(result, "W1: agree")) << result.text;
}

TEST_F(Check, DisagreesWithAWrongOneAndNamesTheBlock) {
  arrays_["db1"] = tensor({to_vector(arrays_["db1"])[0] * 2});
  const Result result = check();
  EXPECT_EQ(result.status, disagrees);
  EXPECT_TRUE(has(result, "b1: disagree")) << result.text;
  EXPECT_TRUE(has(result, "W1: agree")) << result.text;
}

TEST_F(Check, NanInTheClaimIsNeverAPass) {
  arrays_["db1"] = tensor({std::nan("")});
  EXPECT_EQ(check().status, disagrees);
}

TEST_F(Check, TakesSettingsFromAFileAndFlagsBeforeIt) {
  const std::string config = (folder_ / "c.yaml").string();
  std::ofstream(config) << "output: identity\nloss: sum-squared-error\nreduction: sum\n";
  EXPECT_EQ(check({"--config", config}).status, disagrees);
  EXPECT_EQ(check({"--config", config, "--reduction", "mean"}).status, agrees);
}

TEST_F(Check, RefusesInOneLine) {
  EXPECT_EQ(message_of([&] { check({}); }),
            "--output is missing; expected one of identity, softmax, log-softmax, tanh, sigmoid");
  EXPECT_EQ(message_of([&] {
              check({"--loss-scale", "none"});
            }),
            "--loss-scale: expected a number other than 0; got none");
  EXPECT_EQ(message_of([&] {
              call({"check", "nowhere.npz", "--output", "tanh", "--loss", "squared-error"});
            }).substr(0, 13),
            "nowhere.npz: ");
  arrays_.erase("db1");
  EXPECT_EQ(message_of([&] { check(); }),
            file_.string() +
                ": it holds b1 but no db1; expected the claimed gradient of every parameter");
}

TEST(ExecCommand, JudgesAProgramAndPassesItsArgumentsOn) {
  const Result right = call({"exec", "--timeout", "20", "--", EXEC_CHILD, "right"});
  EXPECT_EQ(right.status, agrees) << right.text;
  EXPECT_EQ(call({"exec", "--", EXEC_CHILD, "wrong"}).status, disagrees);
  EXPECT_EQ(call({"exec", "--", EXEC_CHILD, "constant"}).status, cannot_tell);
  EXPECT_EQ(call({"exec", "--dtype", "f32", "--", EXEC_CHILD, "single"}).status, agrees);
  EXPECT_EQ(message_of([] {
              call({"exec", "--", EXEC_CHILD, "two"});
            }),
            "exec: " EXEC_CHILD ": its answer to \"loss\" has 2 numbers; expected 1");
}

}  // namespace
}  // namespace verify
