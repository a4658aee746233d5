#pragma once

#include <yaml-cpp/yaml.h>

#include <filesystem>
#include <string>

// What every reader of a YAML file begins with.

namespace apps {

/// The text of a file of at most 1 MiB. Throws autograd::FileError.
std::string read_yaml(const std::filesystem::path& file);

/// Throws autograd::Error "NAME:LINE: it is not YAML: …".
YAML::Node load_yaml(const std::string& text, const std::string& name);

/// "NAME:LINE", or the name alone where the line is not known.
std::string at_line(const std::string& name, const YAML::Mark& mark);

}  // namespace apps
