#include "apps/data/embedded.h"

#include "apps/data/embedded_files.h"

namespace apps {

std::span<const std::byte> embedded(std::string_view name) {
  for (const EmbeddedFile& file : embedded_files()) {
    if (file.name == name) return {file.begin, file.end};
  }
  return {};
}

std::vector<std::string_view> embedded_names() {
  std::vector<std::string_view> names;
  for (const EmbeddedFile& file : embedded_files()) names.push_back(file.name);
  return names;
}

}  // namespace apps
