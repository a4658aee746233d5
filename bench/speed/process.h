#pragma once

#include <sys/types.h>

#include <chrono>
#include <string>
#include <utility>
#include <vector>

/// A child process that answers lines with lines.
namespace bench {

class Process {
 public:
  using Settings = std::vector<std::pair<std::string, std::string>>;

  /// Starts it with these added to the environment. Throws std::runtime_error when it cannot be.
  Process(const std::vector<std::string>& command, const Settings& environment);
  /// Ends it.
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  void write(const std::string& line);

  /// The next line. Throws std::runtime_error when the process has ended or says nothing for so
  /// long.
  std::string read(std::chrono::seconds patience);

  std::string ask(const std::string& line, std::chrono::seconds patience) {
    write(line);
    return read(patience);
  }

 private:
  pid_t pid_ = -1;
  int to_ = -1, from_ = -1;
  std::string buffer_;
};

}  // namespace bench
