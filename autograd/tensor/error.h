#pragma once

#include <filesystem>
#include <stdexcept>
#include <string>

namespace autograd {

/// Every mistake that a caller can make throws an Error at the call that is wrong. Its message is
/// one line: the operation, what it got, what it expected, what to do.
class Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// A file that cannot be read or written: `FILE: what is wrong, and what was expected`.
class FileError : public Error {
 public:
  FileError(const std::filesystem::path& file, const std::string& what)
      : Error(file.string() + ": " + what) {}
};

}  // namespace autograd
