#include "apps/npz/name.h"

#include "autograd/tensor/error.h"

namespace apps {

void require_name(const std::string& name, const std::string& place) {
  using autograd::FileError;
  if (name.empty()) throw FileError(place, "the array has no name; give it one");
  if (name.find('\0') != std::string::npos) {
    throw FileError(place, "its name holds a zero byte; name the array otherwise");
  }
  if (name[0] == '/' || ("/" + name + "/").find("/../") != std::string::npos) {
    throw FileError(place,
                    "its name is a path that leads out of a folder; name the array otherwise");
  }
}

}  // namespace apps
