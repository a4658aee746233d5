#include "bench/speed/process.h"

#include <gtest/gtest.h>

#include <functional>
#include <stdexcept>

namespace bench {
namespace {

using std::chrono::seconds;

std::string message_of(const std::function<void()>& call) {
  try {
    call();
  } catch (const std::runtime_error& error) {
    return error.what();
  }
  return "nothing was thrown";
}

TEST(Process, AnswersLineByLine) {
  Process cat({"cat"}, {});
  EXPECT_EQ(cat.ask("one", seconds(10)), "one");
  EXPECT_EQ(cat.ask("two", seconds(10)), "two");
}

TEST(Process, HasTheSettingsGiven) {
  Process shell({"sh", "-c", "echo $PLUMB_SETTING"}, {{"PLUMB_SETTING", "5"}});
  EXPECT_EQ(shell.read(seconds(10)), "5");
}

TEST(Process, OneThatEndedOrIsSilentIsToldFromOneThatAnswers) {
  Process gone({"no-such-program-anywhere"}, {});
  EXPECT_EQ(message_of([&] { gone.read(seconds(10)); }), "the process has ended");
  Process silent({"sleep", "60"}, {});
  EXPECT_EQ(message_of([&] { silent.read(seconds(1)); }), "no answer for 1 seconds");
}

}  // namespace
}  // namespace bench
