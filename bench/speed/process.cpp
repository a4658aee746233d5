#include "bench/speed/process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <stdexcept>

namespace bench {
namespace {

[[noreturn]] void become(const std::vector<std::string>& command,
                         const Process::Settings& environment) {
  for (const auto& [name, value] : environment) ::setenv(name.c_str(), value.c_str(), 1);
  std::vector<char*> arguments;
  arguments.reserve(command.size() + 1);
  for (const std::string& argument : command) {
    arguments.push_back(const_cast<char*>(argument.c_str()));
  }
  arguments.push_back(nullptr);
  ::execvp(arguments[0], arguments.data());
  ::_exit(127);
}

}  // namespace

Process::Process(const std::vector<std::string>& command, const Settings& environment) {
  ::signal(SIGPIPE, SIG_IGN);  // a process that has ended is found out by reading
  std::array<int, 2> in{}, out{};
  if (::pipe2(in.data(), O_CLOEXEC) != 0) throw std::runtime_error("no pipe could be made");
  if (::pipe2(out.data(), O_CLOEXEC) != 0) {
    ::close(in[0]), ::close(in[1]);
    throw std::runtime_error("no pipe could be made");
  }
  pid_ = ::fork();
  if (pid_ == 0) {
    ::dup2(in[0], STDIN_FILENO);
    ::dup2(out[1], STDOUT_FILENO);
    const int nowhere = ::open("/dev/null", O_WRONLY);
    if (nowhere >= 0) ::dup2(nowhere, STDERR_FILENO);
    ::signal(SIGPIPE, SIG_DFL);
    become(command, environment);
  }
  ::close(in[0]), ::close(out[1]);
  to_ = in[1], from_ = out[0];
  if (pid_ < 0) {
    ::close(to_), ::close(from_);
    throw std::runtime_error("no process could be started");
  }
}

Process::~Process() {
  ::close(to_), ::close(from_);
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

void Process::write(const std::string& line) {
  const std::string text = line + "\n";
  for (std::size_t done = 0; done < text.size();) {
    const ssize_t wrote = ::write(to_, text.data() + done, text.size() - done);
    if (wrote <= 0) throw std::runtime_error("the process has ended");
    done += static_cast<std::size_t>(wrote);
  }
}

std::string Process::read(std::chrono::seconds patience) {
  using Clock = std::chrono::steady_clock;
  const auto end = Clock::now() + patience;
  for (;;) {
    const std::size_t at = buffer_.find('\n');
    if (at != std::string::npos) {
      std::string line = buffer_.substr(0, at);
      buffer_.erase(0, at + 1);
      return line;
    }
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - Clock::now());
    pollfd wait{from_, POLLIN, 0};
    if (left.count() <= 0 || ::poll(&wait, 1, static_cast<int>(left.count())) == 0) {
      throw std::runtime_error("no answer for " + std::to_string(patience.count()) + " seconds");
    }
    std::array<char, 4096> bytes{};
    const ssize_t got = ::read(from_, bytes.data(), bytes.size());
    if (got <= 0) throw std::runtime_error("the process has ended");
    buffer_.append(bytes.data(), static_cast<std::size_t>(got));
  }
}

}  // namespace bench
