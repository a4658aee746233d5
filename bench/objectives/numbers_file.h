#pragma once

#include <cstddef>
#include <filesystem>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "autograd/tensor/tensor.h"

namespace bench {

/// A text file of numbers, read row by row. A row is a line; blank lines mean nothing. Whatever is
/// not as asked for throws autograd::FileError, in one line:
///
///     gmm.txt: line 7, mean 2 of 5: expected 2 numbers; got 1
class NumbersFile {
 public:
  explicit NumbersFile(const std::filesystem::path& file);

  /// A row of whole numbers from 1 to a million with the given names.
  std::vector<autograd::Index> counts(std::initializer_list<std::string_view> names);

  /// A row of `count` finite numbers; `what` says in a message what they are.
  std::vector<double> row(const std::string& what, autograd::Index count);

  /// The next `rows` rows, each of `columns` numbers: f64.
  autograd::Tensor matrix(const std::string& what, autograd::Index rows, autograd::Index columns);

  /// How many rows have not been read.
  std::size_t lines_left() const { return lines_.size() - next_; }

  /// Throws when there is another row.
  void end();

  /// Throws with the file and the row read last.
  [[noreturn]] void fail(const std::string& what) const;

 private:
  struct Line {
    std::size_t number;
    std::string text;
  };

  std::filesystem::path file_;
  std::vector<Line> lines_;
  std::size_t next_ = 0;
  std::string what_;  // what the row read last is
};

}  // namespace bench
