#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "apps/verify/exec/child.h"
#include "autograd/check/probe.h"

// A program in any language as function and claim. It reads requests, one a line, from standard
// input, and answers on standard output; numbers are decimal, "nan" and "inf" included, with spaces
// between. It flushes after every answer.
//
//     we write                    it answers
//     parameters                  one line a parameter array, NAME EXTENT … : NUMBER …, then "end"
//     loss NUMBER …               the loss at these parameters, all arrays flattened, row-major
//     gradient NUMBER …           the gradient there, as many numbers
//     quit                        nothing: it ends
//
// In Python:
//
//     import sys, numpy as np
//     W = np.array([[1.0, 2.0], [3.0, 4.0]])
//     for line in sys.stdin:
//         request, *numbers = line.split()
//         x = np.array(numbers, float).reshape(-1)
//         if request == "parameters":
//             print("W 2 2 :", *W.ravel()); print("end", flush=True)
//         elif request == "loss":
//             print(float(np.sum(np.sin(x))), flush=True)
//         elif request == "gradient":
//             print(*np.cos(x), flush=True)
//         elif request == "quit":
//             break

namespace verify {

class Program {
 public:
  /// Starts the program and asks for its parameters. Throws autograd::Error, in one line that names
  /// the command, the request and what was expected, as every function here does.
  Program(const std::vector<std::string>& command, double timeout);

  const std::string& name() const { return name_; }
  const std::vector<autograd::check::Block>& blocks() const { return blocks_; }
  const std::vector<double>& point() const { return point_; }

  /// May be NaN or infinite.
  double loss(std::span<const double> point);
  std::vector<double> gradient(std::span<const double> point);

  std::int64_t losses() const { return losses_; }        ///< asked for so far
  std::int64_t gradients() const { return gradients_; }  ///< asked for so far

  void quit() { child_.quit(); }
  [[noreturn]] void fail(const std::string& text) const { child_.fail(text); }

 private:
  void read_block(const std::string& line);
  std::vector<double> ask(std::string_view request, std::span<const double> point,
                          std::size_t count);

  std::string name_;
  Child child_;
  std::vector<autograd::check::Block> blocks_;
  std::vector<double> point_;
  std::int64_t losses_ = 0, gradients_ = 0;
};

}  // namespace verify
