#pragma once

#include <sys/types.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace verify {

/// A program spoken to line by line: its standard input and output are pipes, its standard error is
/// ours. No shell stands between. It runs in a process group of its own, and the whole group is
/// killed when this object goes, when a signal ends us (SIGINT, SIGTERM, SIGHUP), and, on Linux,
/// when we are killed. At most one at a time. Every Error names the command.
class Child {
 public:
  /// Starts the program, found as a shell would find it. Throws autograd::Error where it cannot be
  /// started. `timeout` in seconds is what every line may take.
  Child(const std::vector<std::string>& command, double timeout);
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child();

  /// Sends a line; the newline is added. `request` names it in an Error.
  void send(const std::string& line, std::string_view request);

  /// The next line, without its end. Throws autograd::Error where it does not come in time, ends
  /// with the program, or is longer than `most` bytes.
  std::string receive(std::string_view request, std::size_t most);

  /// Sends `quit`, and gives the program a second to end before it is killed.
  void quit();

  /// An Error that names the command.
  [[noreturn]] void fail(const std::string& text) const;

 private:
  /// Waits until something can be read, or, where `writing`, written. False when time is up.
  bool wait(bool writing, double seconds);
  void read_some();
  [[noreturn]] void fail_ended(std::string_view request);
  void kill_group();
  bool reap(double seconds);

  std::string name_;
  double timeout_ = 0;
  pid_t process_ = -1;
  int to_ = -1, from_ = -1;
  int status_ = 0;
  bool reaped_ = false, ended_ = false;
  std::string buffer_;        // what has arrived and not been taken
  std::size_t searched_ = 0;  // bytes of it that hold no end of a line
};

}  // namespace verify
