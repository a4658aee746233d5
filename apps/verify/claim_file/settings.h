#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "apps/verify/network/network.h"

// What somebody tells of a network whose arrays are in a file: by flags, or by the same keys in a
// YAML file.
//
//     hidden: tanh              # one for all layers, or a list, as [tanh, relu]
//     output: softmax
//     loss: cross-entropy
//     reduction: mean
//     weights: out-in
//     samples: rows
//     l2: 1e-4
//     loss_scale: 1
//     names: {W1: theta1, dW1: grad_theta1}

namespace verify {

enum class WeightOrder { out_in, in_out };
enum class SampleOrder { rows, columns };

struct FileSettings {
  std::vector<Activation> hidden;  ///< empty: not told; one: of all hidden layers
  std::optional<Output> output;
  std::optional<Loss> loss;
  std::optional<bool> average;  ///< over the samples; false: their sum
  std::optional<WeightOrder> weights;
  std::optional<SampleOrder> samples;
  std::optional<double> l2;
  std::optional<double> scale;
  std::map<std::string, std::string> names;  ///< ours, as W1, to those in the archive
};

std::string to_string(WeightOrder order);  ///< "out-in"
std::string to_string(SampleOrder order);  ///< "rows"

/// All words that a setting takes: of hidden, output, loss.
std::vector<std::string> choices_of(const std::string& key);

/// Sets one key, one of hidden, output, loss, reduction, weights, samples, l2, loss_scale, names,
/// from its text. `place` begins every message, as "--hidden". Throws autograd::Error with what was
/// expected, and the nearest word.
void set(FileSettings& settings, const std::string& key, const std::string& text,
         const std::string& place);

/// The settings of a YAML file. Throws autograd::Error in one line that names file, line and key.
FileSettings read_settings(const std::filesystem::path& file);

/// The same from text; `name` stands for the file in messages.
FileSettings parse_settings(const std::string& text, const std::string& name);

/// Both, those of `first` where both say something; names one by one.
FileSettings merged(FileSettings first, const FileSettings& second);

/// Throws autograd::Error unless output and loss are told and go together: the message says what
/// to choose from, or which output was meant.
void require_told(const FileSettings& settings);

}  // namespace verify
