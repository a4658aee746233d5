#include <yaml-cpp/yaml.h>

#include <set>

#include "apps/config/yaml.h"
#include "apps/verify/claim_file/settings.h"
#include "apps/verify/claim_file/words.h"
#include "autograd/tensor/error.h"

namespace verify {

using autograd::Error;

namespace {

std::string scalar(const YAML::Node& node, const std::string& place, const std::string& expected) {
  if (node.IsScalar()) return node.Scalar();
  const std::string got = node.IsNull() ? "nothing" : node.IsMap() ? "a map" : "a list";
  throw Error(place + ": expected " + expected + "; got " + got);
}

/// A value as its flag would have it: lists and maps become words with commas.
std::string flag_text(const std::string& key, const YAML::Node& node, const std::string& place) {
  std::string text;
  const auto add = [&](const std::string& part) { text += (text.empty() ? "" : ",") + part; };
  if (key == "hidden" && node.IsSequence()) {
    for (const YAML::Node& item : node) add(scalar(item, place, "a list of words"));
    return text;
  }
  if (key == "names" && node.IsMap()) {
    for (const auto& item : node) {
      add(scalar(item.first, place, "names") + "=" + scalar(item.second, place, "a name"));
    }
    return text;
  }
  return scalar(node, place, key == "names" ? "a map of names" : "a word or a number");
}

}  // namespace

FileSettings parse_settings(const std::string& text, const std::string& name) {
  const YAML::Node root = apps::load_yaml(text, name);
  FileSettings settings;
  if (root.IsNull()) return settings;
  if (!root.IsMap()) {
    throw Error(apps::at_line(name, root.Mark()) + ": expected lines of the form key: value");
  }
  std::set<std::string> seen;
  for (const auto& item : root) {
    const std::string place = apps::at_line(name, item.first.Mark());
    const std::string key = scalar(item.first, place, "a key that is a word");
    if (!seen.insert(key).second) throw Error(place + ": " + shown(key) + ": the key stands twice");
    const std::string where = place + ": " + shown(key);
    set(settings, key, flag_text(key, item.second, where), where);
  }
  return settings;
}

FileSettings read_settings(const std::filesystem::path& file) {
  return parse_settings(apps::read_yaml(file), file.string());
}

}  // namespace verify
