#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace apps {

/// Where the bytes of one embedded file lie in the program.
struct EmbeddedFile {
  std::string_view name;
  const std::byte* begin;
  const std::byte* end;
};

/// Every embedded file, in the order in which apps/data/CMakeLists.txt lists them.
std::span<const EmbeddedFile> embedded_files();

}  // namespace apps
