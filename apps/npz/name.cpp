#include "apps/npz/name.h"

#include "autograd/tensor/error.h"

namespace apps {

void require_name(const std::string& name, const std::string& place) {
  using autograd::FileError;
  if (name.empty()) throw FileError(place, "the array has no name; give it one");
  constexpr std::size_t longest = 65535 - 4;  // zip counts in 16 bits, and .npy comes behind
  if (name.size() > longest) {
    throw FileError(place, "its name has " + std::to_string(name.size()) +
                               " bytes; expected at most " + std::to_string(longest));
  }
  if (name.find('\0') != std::string::npos) {
    throw FileError(place, "its name holds a zero byte; name the array otherwise");
  }
  if (name[0] == '/' || ("/" + name + "/").find("/../") != std::string::npos) {
    throw FileError(place,
                    "its name is a path that leads out of a folder; name the array otherwise");
  }
}

}  // namespace apps
