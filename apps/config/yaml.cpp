#include "apps/config/yaml.h"

#include <fstream>
#include <sstream>

#include "autograd/tensor/error.h"

namespace apps {

using autograd::FileError;

std::string at_line(const std::string& name, const YAML::Mark& mark) {
  return mark.line < 0 ? name : name + ":" + std::to_string(mark.line + 1);
}

YAML::Node load_yaml(const std::string& text, const std::string& name) {
  try {
    return YAML::Load(text);
  } catch (const YAML::Exception& error) {
    throw autograd::Error(at_line(name, error.mark) + ": it is not YAML: " + error.msg);
  }
}

std::string read_yaml(const std::filesystem::path& file) {
  constexpr std::uintmax_t kLargestFile = 1 << 20;
  std::error_code error;
  if (!std::filesystem::exists(file, error)) throw FileError(file, "there is no such file");
  if (!std::filesystem::is_regular_file(file, error)) {
    throw FileError(file, "it is not a file; expected a config in YAML");
  }
  if (std::filesystem::file_size(file, error) > kLargestFile) {
    throw FileError(file, "it is larger than 1 MiB; expected a config in YAML");
  }
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  if (!in.good() && !in.eof()) throw FileError(file, "it cannot be read; look at its permissions");
  return text.str();
}

}  // namespace apps
