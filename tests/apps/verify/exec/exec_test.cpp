#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <fstream>

#include "apps/verify/exec/check_program.h"
#include "apps/verify/exec/program.h"
#include "tests/support/message.h"

namespace verify {
namespace {

using autograd::check::Report;
using autograd::check::Verdict;

const std::string child = EXEC_CHILD;
const std::string said_by_child = "exec: " + child + ": ";

Report judged(const std::string& mode, const ProgramOptions& options = {}, double timeout = 20) {
  Program program({child, mode}, timeout);
  return check_program(program, options);
}

/// What the Error says after the name of the command.
std::string refusal(const std::string& mode, double timeout = 20) {
  const std::string message = message_of([&] { judged(mode, {}, timeout); });
  return message.starts_with(said_by_child) ? message.substr(said_by_child.size()) : message;
}

bool finds(const Report& report, const std::string& sentence) {
  return std::find(report.findings.begin(), report.findings.end(), sentence) !=
         report.findings.end();
}

/// Whether a process ends soon. Without a parent it may take a moment to be buried.
bool ends(pid_t process) {
  for (int i = 0; i < 100; ++i) {
    std::ifstream stat("/proc/" + std::to_string(process) + "/stat");
    std::string number, name, state;
    if (!(stat >> number >> name >> state) || state == "Z") return true;
    usleep(20'000);
  }
  return false;
}

double loss_at_the_start() {
  const std::vector<double> x{0.1, 0.2, -0.3, 0.4, 0.5, 0.6, 1, -1};
  double sum = 0;
  for (std::size_t k = 0; k < x.size(); ++k) sum += static_cast<double>(k + 1) * std::sin(x[k]);
  return sum;
}

TEST(Exec, AgreesWithARightGradient) {
  const Report report = judged("right");
  EXPECT_EQ(report.verdict, Verdict::agree);
  ASSERT_EQ(report.blocks.size(), 2U);
  EXPECT_EQ(report.blocks[0].block.entry_name(5), "W[1, 2]");
  EXPECT_EQ(report.blocks[1].block.name, "b");
  EXPECT_NEAR(report.loss, loss_at_the_start(), 1e-12);
  EXPECT_EQ(report.claim, "the gradient of " + child);
  EXPECT_EQ(report.reference, "differences of its loss");
  EXPECT_TRUE(report.findings.empty());
  EXPECT_LT(report.blocks[0].resolution, 1e-8);
  EXPECT_NE(report.cost.find(" losses and "), std::string::npos) << report.cost;
}

TEST(Exec, NamesTheBlockThatIsWrongAndWhy) {
  const Report report = judged("wrong");
  EXPECT_EQ(report.verdict, Verdict::disagree);
  EXPECT_EQ(report.blocks[0].verdict, Verdict::disagree);
  EXPECT_EQ(report.blocks[1].verdict, Verdict::agree);
  ASSERT_EQ(report.diagnoses.size(), 2U);
  EXPECT_EQ(report.diagnoses[0].cause, "doubled");
}

TEST(Exec, NanInTheClaimDisagrees) {
  const Report report = judged("nan-gradient");
  EXPECT_EQ(report.verdict, Verdict::disagree);
  EXPECT_EQ(report.blocks[0].not_finite, 1);
}

TEST(Exec, AClaimThatChangesFromCallToCallIsFound) {
  const Report report = judged("stale");
  EXPECT_EQ(report.verdict, Verdict::disagree);
  EXPECT_FALSE(report.repeatable);
}

TEST(Exec, AFloat32ProgramIsJudgedByItsOwnPrecision) {
  ProgramOptions options;
  options.dtype = autograd::f32;
  EXPECT_EQ(judged("single", options).verdict, Verdict::agree);
}

TEST(Exec, SaysWhichParameterTheLossDoesNotDependOn) {
  const Report report = judged("deaf");
  EXPECT_EQ(report.verdict, Verdict::agree);
  EXPECT_TRUE(finds(report, "the loss does not depend on b: no entry of it changes the loss"));
  EXPECT_EQ(report.findings.size(), 1U);
}

TEST(Exec, CannotTellOfALossThatDependsOnNothing) {
  const Report report = judged("constant");
  EXPECT_EQ(report.verdict, Verdict::cannot_tell);
  EXPECT_TRUE(finds(report,
                    "the loss depends on no parameter at all; does it use the numbers that come "
                    "with the request?"));
}

TEST(Exec, SaysThatTheLossTrembles) {
  const Report report = judged("trembling");
  ASSERT_FALSE(report.findings.empty());
  EXPECT_NE(report.findings[0].find("the loss at the same parameters differs from call to call"),
            std::string::npos);
}

TEST(Exec, SaysThatTheLossWasNotFiniteNearby) {
  const Report report = judged("nan-above");
  EXPECT_EQ(report.verdict, Verdict::agree);
  ASSERT_EQ(report.findings.size(), 1U);
  EXPECT_EQ(report.findings[0].substr(0, 36), "the loss was not a finite number at ");
}

TEST(Exec, SpendsNoMoreThanItsBudgetAndSaysWhatItDidNotSee) {
  ProgramOptions options;
  options.spending.budget = 0.05;
  std::string announced;
  options.spending.announce = [&](const std::string& text) { announced = text; };
  const Report report = judged("large", options);
  EXPECT_EQ(report.verdict, Verdict::agree);
  ASSERT_EQ(report.left_out.size(), 1U);
  EXPECT_NE(report.left_out[0].find(" of 2000 entries, outside the sample"), std::string::npos)
      << report.left_out[0];
  EXPECT_EQ(report.blocks[0].block.name.substr(0, 3), "W (");
  EXPECT_NE(announced.find(", a sample: a larger budget buys more"), std::string::npos)
      << announced;
}

TEST(Exec, AnnouncesWhatItWillCost) {
  ProgramOptions options;
  std::string announced;
  options.spending.announce = [&](const std::string& text) { announced = text; };
  judged("right", options);
  EXPECT_EQ(announced.substr(0, 6), "about ");
  EXPECT_NE(announced.find("s for the differences of 8 entries"), std::string::npos) << announced;
}

TEST(Exec, RefusesALossThatIsNoFunction) {
  const std::string random = refusal("random");
  EXPECT_EQ(random.substr(0, 36), "its loss at the same parameters was ");
  EXPECT_NE(random.find("; expected a deterministic function: seed what is random, such as "
                        "dropout, anew in each call, and change no state"),
            std::string::npos)
      << random;
  EXPECT_EQ(refusal("nan"), "its loss at its own parameters is nan; expected a finite number");
  EXPECT_EQ(refusal("nan-nearby").substr(0, 65),
            "its loss is not a finite number however near its parameters (esti");
}

TEST(Exec, RefusesParametersThatAreNone) {
  EXPECT_EQ(refusal("none"),
            "its answer to \"parameters\" names none; expected lines NAME EXTENT … : NUMBER …, "
            "then end");
  EXPECT_EQ(refusal("no-colon"),
            "its answer to \"parameters\", \"W 2 3 1 2 3\", is no parameter array; expected NAME "
            "EXTENT … : NUMBER …, or end");
  EXPECT_EQ(refusal("bad-extent"),
            "its parameter W has an extent of \"x\"; expected whole numbers from 1, at most 10 "
            "million entries in all");
  EXPECT_EQ(refusal("huge-extent"),
            "its parameter W has an extent of \"100000\"; expected whole numbers from 1, at most "
            "10 million entries in all");
  EXPECT_EQ(refusal("few-numbers"),
            "its parameter W comes with 3 numbers; expected 6, as its extents say");
  EXPECT_EQ(refusal("bad-number"), "its parameter W holds \"two\"; expected numbers");
  EXPECT_EQ(refusal("nan-parameter"), "its parameter W is not finite; expected finite numbers");
  EXPECT_EQ(refusal("twice"), "its answer to \"parameters\" names W twice");
}

TEST(Exec, RefusesAnswersThatAreNone) {
  EXPECT_EQ(refusal("garbage"), "its answer to \"loss\" holds \"hello\"; expected 1 number");
  EXPECT_EQ(refusal("empty"), "its answer to \"loss\" has 0 numbers; expected 1");
  EXPECT_EQ(refusal("two"), "its answer to \"loss\" has 2 numbers; expected 1");
  EXPECT_EQ(refusal("short-gradient"), "its answer to \"gradient\" has 3 numbers; expected 8");
  EXPECT_EQ(refusal("endless"), "its answer to \"loss\" is a line of over 128 bytes");
}

TEST(Exec, SaysHowTheChildEnded) {
  EXPECT_EQ(refusal("dies"), "it ended before it answered \"loss\", with status 3");
  EXPECT_EQ(refusal("crashes"), "it ended before it answered \"loss\", by signal 6");
  EXPECT_EQ(refusal("closes"),
            "it ended before it answered \"loss\": it closed its standard output");
}

TEST(Exec, WaitsNoLongerThanItsTimeout) {
  const auto start = std::chrono::steady_clock::now();
  EXPECT_EQ(refusal("sleeps", 0.2),
            "no answer to \"loss\" within 0.2 s; is its standard output flushed after every line? "
            "(see --timeout)");
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(10));
  // A line larger than a pipe holds, which nobody reads.
  Child ears({child, "deaf-ears"}, 0.2);
  const std::string message = message_of([&] { ears.send(std::string(1 << 20, 'x'), "\"loss\""); });
  EXPECT_EQ(message, said_by_child +
                         "it did not read \"loss\" within 0.2 s; expected it to read a line of "
                         "standard input (see --timeout)");
}

TEST(Exec, SaysThatACommandCannotBeStarted) {
  EXPECT_EQ(message_of([] { Program({"/no/such/program"}, 1); }),
            "exec: /no/such/program: it cannot be started: No such file or directory");
  EXPECT_EQ(message_of([] { Program({}, 1); }),
            "exec: expected a command after --, as verify exec -- ./program");
}

TEST(Exec, WritingToAChildThatIsGoneIsNoSignal) {
  Child gone({"true"}, 5);
  usleep(200'000);
  EXPECT_EQ(message_of([&] { gone.send("loss", "\"loss\""); }),
            "exec: true: it ended before it answered \"loss\", with status 0");
}

TEST(Exec, NeitherTheChildNorItsChildrenSurvive) {
  pid_t grandchild = 0;
  {
    Child shell({"sh", "-c", "sleep 60 & echo $!; wait"}, 10);
    grandchild = std::stoi(shell.receive("its number", 100));
    EXPECT_EQ(kill(grandchild, 0), 0);
  }
  EXPECT_TRUE(ends(grandchild));
}

TEST(Exec, TheChildEndsWithTheOneThatASignalEnds) {
  for (const int signal : {SIGTERM, SIGINT, SIGKILL}) {
    std::array<int, 2> ends_of_pipe{};
    ASSERT_EQ(pipe(ends_of_pipe.data()), 0);
    const pid_t parent = fork();
    if (parent == 0) {
      ::signal(SIGINT, SIG_DFL);
      Child shell({"sh", "-c", "echo $$; exec sleep 60"}, 10);
      const std::string line = shell.receive("its number", 100) + "\n";
      const ssize_t written = write(ends_of_pipe[1], line.data(), line.size());
      usleep(written > 0 ? 60'000'000 : 0);
      _exit(0);
    }
    std::array<char, 32> digits{};
    ASSERT_GT(read(ends_of_pipe[0], digits.data(), digits.size() - 1), 0);
    kill(parent, signal);
    int status = 0;
    waitpid(parent, &status, 0);
    EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == signal);
    EXPECT_TRUE(ends(std::stoi(digits.data()))) << "after signal " << signal;
    for (const int end : ends_of_pipe) close(end);
  }
}

TEST(Exec, APythonProgramCanBeChecked) {
  if (std::system("python3 -c 1 >/dev/null 2>&1") != 0) GTEST_SKIP() << "there is no python3";
  const std::string script =
      "import sys, math\n"
      "for line in sys.stdin:\n"
      "    request, *words = line.split()\n"
      "    x = [float(w) for w in words]\n"
      "    if request == 'parameters':\n"
      "        print('W 2 2 : 1 2 3 4'); print('end', flush=True)\n"
      "    elif request == 'loss': print(sum(map(math.sin, x)), flush=True)\n"
      "    elif request == 'gradient': print(*map(math.cos, x), flush=True)\n"
      "    else: break\n";
  Program program({"python3", "-c", script}, 20);
  EXPECT_EQ(check_program(program).verdict, Verdict::agree);
}

}  // namespace
}  // namespace verify
