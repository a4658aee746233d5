#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

/// How a network is built and trained, as a YAML file says it:
///
///     layers: [784, 50, 10]      # or layer_specs
///     activation: tanh           # tanh, relu, sigmoid or identity
///     learning_rate: 0.01        # above 0
///     batch_size: 128            # 1 or more
///     epochs: 100                # 0 or more
///     momentum: 0.9              # from 0 to below 1; or true/false beside momentum_gamma
///     momentum_gamma: 0.9
///     l2_penalty: 0.0001         # 0 or more; or L2_penalty
///     early_stopping: true       # or early_stop
///     patience: 5                # epochs without progress, 1 or more; or early_stop_epoch
///
/// Every key may be left out. An unknown key, a wrong type, a number out of its range: the file is
/// refused with one line that names file, line, key and what was expected.
namespace apps {

struct Config {
  std::vector<std::int64_t> layers{784, 50, 10};
  std::string activation = "tanh";
  double learning_rate = 0.01;
  std::int64_t batch_size = 128;
  std::int64_t epochs = 100;
  double momentum = 0;  ///< 0: none
  double l2_penalty = 0;
  bool early_stopping = false;
  std::int64_t patience = 5;

  /// Where each key stands that the file holds, as "FILE:LINE", by the name in the struct;
  /// "momentum_gamma" for itself.
  std::map<std::string, std::string> where;

  /// "FILE:LINE: key" for a message about a key, or the key alone where the file leaves it out.
  std::string place(const std::string& key) const;
};

/// Throws autograd::Error.
Config read_config(const std::filesystem::path& file);

/// The same from text; `name` stands for the file in messages.
Config parse_config(const std::string& text, const std::string& name);

}  // namespace apps
