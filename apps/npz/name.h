#pragma once

#include <string>

namespace apps {

/// Throws autograd::FileError, which begins with `place`, unless `name` can name an array: it is
/// not empty, and, should somebody make a path of it, does not lead out of a folder. Slashes within
/// are as good as any other letter.
void require_name(const std::string& name, const std::string& place);

}  // namespace apps
