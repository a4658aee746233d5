#pragma once

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "autograd/tensor/error.h"
#include "autograd/tensor/tensor.h"

namespace verify {

/// The arrays of an archive, asked for by our names (X, y, W1, dW1, …), whatever theirs are. Who
/// keeps one must keep the map that it was made of.
class ArchiveArrays {
 public:
  /// `names`: ours to theirs, where they differ. Throws autograd::Error for a name that is none of
  /// ours, and for one that the archive does not hold.
  ArchiveArrays(const std::map<std::string, autograd::Tensor>& arrays,
                const std::map<std::string, std::string>& names, std::string file);

  bool has(const std::string& name) const;

  /// Throws autograd::Error where there is none; from here on it counts as used.
  const autograd::Tensor& at(const std::string& name) const;

  /// The array in words of a message: "W1", or "theta1 (W1)" where it is called otherwise.
  std::string label(const std::string& name) const;

  /// Its name in the archive.
  std::string name_in_file(const std::string& name) const;

  /// "W1 has shape [40, 784]".
  std::string shape_of(const std::string& name) const;

  /// All numbers in row-major order. Throws autograd::Error where one is NaN or infinite.
  std::vector<double> finite(const std::string& name) const;

  /// How many layers there are, by W1, W2, …. Throws autograd::Error where there is none, where one
  /// is left out, or where a parameter or its claimed gradient is missing.
  std::size_t layers() const;

  /// Names in the archive that nobody asked for.
  std::vector<std::string> unused() const;

  /// An Error that begins with the file's name.
  autograd::Error error(const std::string& text) const;

 private:
  bool holds(const std::string& name) const { return arrays_.count(name) > 0; }
  void require_claims(const std::string& letter, std::size_t layer) const;
  std::string contents() const;

  const std::map<std::string, autograd::Tensor>& arrays_;
  std::map<std::string, std::string> names_;
  std::string file_;
  mutable std::set<std::string> used_;
};

}  // namespace verify
