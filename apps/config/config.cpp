#include "apps/config/config.h"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <limits>

#include "apps/config/value.h"
#include "apps/config/yaml.h"
#include "autograd/tensor/error.h"

namespace apps {

using autograd::Error;

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr std::int64_t kMost = 1'000'000;

// What is read besides the config: momentum may come as a switch and a number.
struct Draft {
  Config config;
  bool momentum_off = false, momentum_on = false;
  double gamma = 0.9;
};

struct Key {
  std::string name;   // of the field
  std::string alias;  // another spelling, or none
  void (*read)(Draft&, const Value&);
};

double momentum_number(const Value& value, const std::string& expected) {
  return value.number(0, false, 1, expected);
}

const std::vector<Key>& keys() {
  static const std::vector<Key> table{
      {"layers", "layer_specs",
       [](Draft& d, const Value& v) { d.config.layers = v.wholes(2, 1, kMost); }},
      {"activation", "",
       [](Draft& d, const Value& v) {
         d.config.activation = v.word({"tanh", "relu", "sigmoid", "identity"});
       }},
      {"learning_rate", "",
       [](Draft& d, const Value& v) {
         d.config.learning_rate = v.number(0, true, kInfinity, "a number above 0");
       }},
      {"batch_size", "", [](Draft& d, const Value& v) { d.config.batch_size = v.whole(1, kMost); }},
      {"epochs", "", [](Draft& d, const Value& v) { d.config.epochs = v.whole(0, kMost); }},
      {"momentum", "",
       [](Draft& d, const Value& v) {
         if (const auto on = v.maybe_truth()) {
           (*on ? d.momentum_on : d.momentum_off) = true;
         } else {
           d.config.momentum = momentum_number(v, "a number from 0 to below 1, or true or false");
         }
       }},
      {"momentum_gamma", "",
       [](Draft& d, const Value& v) {
         d.gamma = momentum_number(v, "a number from 0 to below 1");
       }},
      {"l2_penalty", "L2_penalty",
       [](Draft& d, const Value& v) {
         d.config.l2_penalty = v.number(0, false, kInfinity, "a number of 0 or more");
       }},
      {"early_stopping", "early_stop",
       [](Draft& d, const Value& v) { d.config.early_stopping = v.truth(); }},
      {"patience", "early_stop_epoch",
       [](Draft& d, const Value& v) { d.config.patience = v.whole(1, kMost); }},
  };
  return table;
}

std::string all_keys() {
  std::string names;
  for (const Key& key : keys()) names += (names.empty() ? "" : ", ") + key.name;
  return names;
}

void read_key(Draft& draft, const std::string& place, const std::string& given,
              const YAML::Node& value) {
  const auto known = [&](const Key& key) {
    return given == key.name || (!key.alias.empty() && given == key.alias);
  };
  const auto key = std::find_if(keys().begin(), keys().end(), known);
  if (key == keys().end()) {
    throw Error(place + ": " + given.substr(0, 40) + ": unknown key; expected one of " +
                all_keys());
  }
  const auto [before, is_new] = draft.config.where.emplace(key->name, place);
  if (!is_new) {
    throw Error(place + ": " + given + ": the key stands at " + before->second +
                " already; expected it once");
  }
  key->read(draft, Value(value, place + ": " + given));
}

}  // namespace

std::string Config::place(const std::string& key) const {
  const auto found = where.find(key);
  return found == where.end() ? key : found->second + ": " + key;
}

Config parse_config(const std::string& text, const std::string& name) {
  const YAML::Node root = load_yaml(text, name);
  Draft draft;
  if (root.IsNull()) return draft.config;
  if (!root.IsMap()) {
    throw Error(at_line(name, root.Mark()) + ": expected lines of the form key: value");
  }
  for (const auto& item : root) {
    const YAML::Node& key = item.first;
    const std::string place = at_line(name, key.Mark());
    if (!key.IsScalar()) throw Error(place + ": expected a key that is a word");
    read_key(draft, place, key.Scalar(), item.second);
  }
  Config& config = draft.config;
  const bool has_gamma = config.where.count("momentum_gamma") > 0;
  const bool has_momentum = config.where.count("momentum") > 0;
  if (draft.momentum_on || (has_gamma && !has_momentum)) config.momentum = draft.gamma;
  if (has_gamma && has_momentum && !draft.momentum_on && !draft.momentum_off) {
    throw Error(config.place("momentum_gamma") +
                ": momentum is a number already; expected it to be true or false beside this");
  }
  return config;
}

Config read_config(const std::filesystem::path& file) {
  return parse_config(read_yaml(file), file.string());
}

}  // namespace apps
