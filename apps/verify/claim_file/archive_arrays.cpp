#include "apps/verify/claim_file/archive_arrays.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "apps/verify/claim_file/words.h"
#include "autograd/tensor/factories.h"
#include "autograd/tensor/shape.h"

namespace verify {

using autograd::Error;
using autograd::Tensor;

namespace {

/// Whether a name is one of ours: X, y, Y, loss, or W, b, dW, db, mask and the number of a layer.
bool is_ours(const std::string& name) {
  if (name == "X" || name == "y" || name == "Y" || name == "loss") return true;
  const std::size_t digits = name.find_first_of("0123456789");
  if (digits == std::string::npos || name[digits] == '0') return false;
  const std::string letters = name.substr(0, digits);
  return name.find_first_not_of("0123456789", digits) == std::string::npos &&
         (letters == "W" || letters == "b" || letters == "dW" || letters == "db" ||
          letters == "mask");
}

std::vector<std::string> keys_of(const std::map<std::string, Tensor>& arrays) {
  std::vector<std::string> keys;
  keys.reserve(arrays.size());
  for (const auto& [name, array] : arrays) keys.push_back(name);
  return keys;
}

std::string numbered(const std::string& letters, std::size_t layer) {
  return letters + std::to_string(layer);
}

}  // namespace

ArchiveArrays::ArchiveArrays(const std::map<std::string, Tensor>& arrays,
                             const std::map<std::string, std::string>& names, std::string file)
    : arrays_(arrays), names_(names), file_(std::move(file)) {
  for (const auto& [ours, theirs] : names_) {
    if (!is_ours(ours)) {
      const bool swapped = is_ours(theirs) && holds(ours);
      throw error("--names: " + shown(ours) +
                  " is not a name to give; expected X, y, Y, loss, or W, b, dW, db or mask with " +
                  "the number of a layer" +
                  (swapped ? "; did you mean " + theirs + "=" + shown(ours) + "?" : ""));
    }
    if (!holds(theirs)) {
      throw error("--names: it holds no " + shown(theirs) + " for " + ours + "; it holds " +
                  contents() + suggestion(theirs, keys_of(arrays_)));
    }
  }
}

bool ArchiveArrays::has(const std::string& name) const { return holds(name_in_file(name)); }

const Tensor& ArchiveArrays::at(const std::string& name) const {
  const auto found = arrays_.find(name_in_file(name));
  if (found == arrays_.end()) throw error("it holds no " + name + "; it holds " + contents());
  used_.insert(found->first);
  return found->second;
}

std::string ArchiveArrays::name_in_file(const std::string& name) const {
  const auto found = names_.find(name);
  return found == names_.end() ? name : found->second;
}

std::string ArchiveArrays::label(const std::string& name) const {
  const std::string theirs = name_in_file(name);
  return theirs == name ? name : shown(theirs) + " (" + name + ")";
}

std::string ArchiveArrays::shape_of(const std::string& name) const {
  return label(name) + " has shape " + to_string(at(name).shape());
}

std::vector<double> ArchiveArrays::finite(const std::string& name) const {
  const Tensor& array = at(name);
  std::vector<double> numbers = to_vector(array);
  const auto found =
      std::find_if(numbers.begin(), numbers.end(), [](double x) { return !std::isfinite(x); });
  if (found == numbers.end()) return numbers;
  auto rest = static_cast<autograd::Index>(found - numbers.begin());
  std::string place;
  for (int axis = array.rank() - 1; axis >= 0; --axis) {
    const autograd::Index extent = array.shape()[axis];
    place.insert(0, std::to_string(rest % extent) + (place.empty() ? "" : ", "));
    rest /= extent;
  }
  throw error(label(name) + "[" + place + "] is " + (std::isnan(*found) ? "NaN" : "infinite") +
              "; expected finite numbers");
}

void ArchiveArrays::require_claims(const std::string& letter, std::size_t layer) const {
  const std::string name = numbered(letter, layer), claim = "d" + name;
  if (has(name) && !has(claim)) {
    throw error("it holds " + label(name) + " but no " + claim +
                "; expected the claimed gradient of every parameter");
  }
  if (!has(name) && has(claim)) {
    throw error("it holds " + label(claim) + " but no " + name +
                "; expected the parameter that the gradient is of");
  }
}

std::size_t ArchiveArrays::layers() const {
  std::size_t last = 0;
  while (has(numbered("W", last + 1))) ++last;
  for (std::size_t beyond = last + 2; beyond <= last + arrays_.size(); ++beyond) {
    if (has(numbered("W", beyond))) {
      throw error("it holds W" + std::to_string(beyond) + " but no W" + std::to_string(last + 1) +
                  "; expected one weight matrix a layer, W1, W2, …");
    }
  }
  if (last == 0) {
    throw error("it holds no W1; expected X, y or Y, W1, b1, … and dW1, db1, …; it holds " +
                contents() + "; names can be given, as --names W1=theta1,dW1=grad_theta1");
  }
  if (has("W0") && has("dW0")) {
    throw error("it holds W0, but layers count from 1; name them, as --names W1=W0,dW1=dW0");
  }
  for (std::size_t layer = 1; layer <= last; ++layer) {
    require_claims("W", layer);
    require_claims("b", layer);
  }
  return last;
}

std::vector<std::string> ArchiveArrays::unused() const {
  std::vector<std::string> names;
  for (const auto& [name, array] : arrays_) {
    if (used_.count(name) == 0) names.push_back(shown(name));
  }
  return names;
}

std::string ArchiveArrays::contents() const {
  constexpr std::size_t kMost = 12;
  std::vector<std::string> keys = keys_of(arrays_);
  for (std::string& key : keys) key = shown(key);
  const std::size_t more = keys.size() > kMost ? keys.size() - kMost : 0;
  keys.resize(keys.size() - more);
  if (keys.empty()) return "nothing";
  return joined(keys) + (more > 0 ? " and " + std::to_string(more) + " more" : "");
}

Error ArchiveArrays::error(const std::string& text) const { return Error(file_ + ": " + text); }

}  // namespace verify
