#include "apps/verify/exec/child.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <utility>

#include "autograd/check/text.h"
#include "autograd/tensor/error.h"
#ifdef __linux__
#include <sys/prctl.h>
#endif

namespace verify {
namespace {

using Clock = std::chrono::steady_clock;

std::atomic<pid_t> group = 0;  // of the child that lives, for the handler of signals
static_assert(std::atomic<pid_t>::is_always_lock_free);

constexpr std::array<int, 3> deadly{SIGINT, SIGTERM, SIGHUP};

/// Takes the child along, then ends as without a handler.
void end_both(int signal) {
  const pid_t child = group.load();
  if (child > 0) ::kill(-child, SIGKILL);
  ::signal(signal, SIG_DFL);
  ::raise(signal);
}

/// A write into a pipe that nobody reads is an error to report, not a signal to die of.
void prepare_signals() {
  ::signal(SIGPIPE, SIG_IGN);
  for (const int signal : deadly) {
    struct sigaction old = {};
    sigaction(signal, nullptr, &old);
    if (old.sa_handler == SIG_DFL) ::signal(signal, end_both);
  }
}

struct Pipe {
  int read = -1, write = -1;
};

Pipe open_pipe() {
  std::array<int, 2> ends{};
  if (::pipe(ends.data()) != 0) {
    throw autograd::Error(std::string("exec: there is no pipe to be had: ") + std::strerror(errno));
  }
  for (const int end : ends) fcntl(end, F_SETFD, FD_CLOEXEC);
  return {ends[0], ends[1]};
}

/// In the forked process: only calls that are safe after a fork.
[[noreturn]] void become(char* const* arguments, int input, int output, int report, pid_t parent) {
  setpgid(0, 0);
#ifdef __linux__
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(127);
#else
  static_cast<void>(parent);
#endif
  ::signal(SIGPIPE, SIG_DFL);
  for (const int signal : deadly) ::signal(signal, SIG_DFL);
  if (dup2(input, STDIN_FILENO) >= 0 && dup2(output, STDOUT_FILENO) >= 0) {
    execvp(arguments[0], arguments);
  }
  const int reason = errno;
  const ssize_t written = ::write(report, &reason, sizeof reason);
  _exit(written < 0 ? 126 : 127);
}

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

std::string how_it_ended(int status) {
  if (WIFSIGNALED(status)) return std::string("by signal ") + std::to_string(WTERMSIG(status));
  return "with status " + std::to_string(WEXITSTATUS(status));
}

}  // namespace

Child::Child(const std::vector<std::string>& command, double timeout) : timeout_(timeout) {
  if (command.empty() || command.front().empty()) {
    throw autograd::Error("exec: expected a command after --, as verify exec -- ./program");
  }
  name_ = command.front();
  std::vector<std::string> words = command;
  std::vector<char*> arguments;
  arguments.reserve(words.size() + 1);
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);

  prepare_signals();
  const Pipe input = open_pipe(), output = open_pipe(), report = open_pipe();
  const pid_t parent = getpid();
  process_ = fork();
  if (process_ == 0) become(arguments.data(), input.read, output.write, report.write, parent);
  for (const int end : {input.read, output.write, report.write}) ::close(end);
  to_ = input.write;
  from_ = output.read;
  int reason = process_ < 0 ? errno : 0;
  if (process_ > 0) {
    setpgid(process_, process_);  // whoever is first; the kill must find the group
    group = process_;
    while (::read(report.read, &reason, sizeof reason) < 0 && errno == EINTR) {
    }
  }
  ::close(report.read);
  fcntl(to_, F_SETFL, O_NONBLOCK);
  fcntl(from_, F_SETFL, O_NONBLOCK);
  if (reason == 0) return;
  kill_group();
  ::close(to_);
  ::close(from_);
  fail(std::string("it cannot be started: ") + std::strerror(reason));
}

Child::~Child() {
  kill_group();
  if (to_ >= 0) ::close(to_);
  ::close(from_);
}

void Child::fail(const std::string& text) const {
  throw autograd::Error("exec: " + name_ + ": " + text);
}

void Child::kill_group() {
  if (process_ <= 0) return;
  ::kill(-process_, SIGKILL);  // also what the child has left behind
  if (!reaped_) {
    while (waitpid(process_, &status_, 0) < 0 && errno == EINTR) {
    }
  }
  reaped_ = true;
  group = 0;
  process_ = -1;
}

bool Child::reap(double seconds) {
  const auto start = Clock::now();
  while (!reaped_) {
    if (waitpid(process_, &status_, WNOHANG) == process_) reaped_ = true;
    if (reaped_ || seconds_since(start) > seconds) break;
    ::poll(nullptr, 0, 5);
  }
  return reaped_;
}

void Child::fail_ended(std::string_view request) {
  const std::string what = "it ended before it answered " + std::string(request);
  // It may have closed its output and live on.
  fail(reap(1) ? what + ", " + how_it_ended(status_) : what + ": it closed its standard output");
}

bool Child::wait(bool writing, double seconds) {
  std::array<pollfd, 2> ends{};
  ends[0] = {ended_ ? -1 : from_, POLLIN, 0};
  ends[1] = {writing ? to_ : -1, POLLOUT, 0};
  const int ready = ::poll(ends.data(), ends.size(), static_cast<int>(seconds * 1000) + 1);
  if (ready > 0 && ends[0].revents != 0) read_some();
  return ready != 0;
}

void Child::read_some() {
  std::array<char, 65536> bytes{};
  const ssize_t count = ::read(from_, bytes.data(), bytes.size());
  if (count > 0) buffer_.append(bytes.data(), static_cast<std::size_t>(count));
  if (count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR)) ended_ = true;
}

void Child::send(const std::string& line, std::string_view request) {
  const std::string text = line + "\n";
  const auto start = Clock::now();
  for (std::size_t sent = 0; sent < text.size();) {
    const ssize_t count = ::write(to_, text.data() + sent, text.size() - sent);
    if (count > 0) {
      sent += static_cast<std::size_t>(count);
      continue;
    }
    if (errno == EPIPE) fail_ended(request);
    const double left = timeout_ - seconds_since(start);
    // What it says meanwhile is read, or it could wait for us while we wait for it.
    if (left <= 0 || !wait(true, left)) {
      fail("it did not read " + std::string(request) + " within " +
           autograd::check::number(timeout_) +
           " s; expected it to read a line of standard input (see --timeout)");
    }
  }
}

std::string Child::receive(std::string_view request, std::size_t most) {
  const auto start = Clock::now();
  while (true) {
    const std::size_t end = buffer_.find('\n', searched_);
    if (std::min(end, buffer_.size()) > most) {
      fail("its answer to " + std::string(request) + " is a line of over " + std::to_string(most) +
           " bytes");
    }
    if (end != std::string::npos) {
      std::string line = buffer_.substr(0, end);
      buffer_.erase(0, end + 1);
      searched_ = 0;
      if (line.ends_with('\r')) line.pop_back();
      return line;
    }
    searched_ = buffer_.size();
    if (ended_) fail_ended(request);
    const double left = timeout_ - seconds_since(start);
    if (left <= 0 || !wait(false, left)) {
      fail("no answer to " + std::string(request) + " within " + autograd::check::number(timeout_) +
           " s; is its standard output flushed after every line? (see --timeout)");
    }
  }
}

void Child::quit() {
  if (process_ <= 0) return;
  const std::string text = "quit\n";
  const ssize_t written = ::write(to_, text.data(), text.size());
  static_cast<void>(written);  // it may be gone already
  ::close(to_);
  to_ = -1;
  reap(1);
  kill_group();
}

}  // namespace verify
