#pragma once

#include <stdexcept>
#include <string>
#include <vector>

/// Files of reference values: which operation, at which input, gives which value and derivative.
namespace ulp {

/// What is wrong with a file, in one line that begins with its name.
struct BadFile : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// A number or an array of numbers, of any depth that is used: scalar, vector, matrix.
template <class T>
struct Numbers {
  std::vector<T> numbers;
  std::vector<long> extents;  // none for a single number
};

/// One case. The inputs are exact; the results have as many digits as long double holds, which on
/// x86 is 2⁻¹¹ ulp of a double.
struct Case {
  std::vector<Numbers<double>> inputs;            // x, or a and b
  std::vector<Numbers<long double>> derivatives;  // by each of them
  Numbers<long double> y;
  Numbers<double> target, seed;  // empty where there is none
  double epsilon = 0;
  long label = 0;
};

struct Operation {
  std::string name;
  std::vector<Case> cases;
};

/// The operations of a file, in its order. Throws BadFile.
std::vector<Operation> read(const std::string& path);

}  // namespace ulp
