#include "apps/verify/claim_file/settings.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <functional>
#include <utility>

#include "apps/verify/claim_file/words.h"
#include "autograd/tensor/error.h"

namespace verify {

using autograd::Error;

namespace {

const std::vector<Activation>& activations() {
  static const std::vector<Activation> all{
      Activation::identity, Activation::tanh,       Activation::sigmoid,
      Activation::relu,     Activation::leaky_relu, Activation::elu,
      Activation::softplus, Activation::gelu,       Activation::silu};
  return all;
}

const std::vector<Output>& outputs() {
  static const std::vector<Output> all{Output::identity, Output::softmax, Output::log_softmax,
                                       Output::tanh, Output::sigmoid};
  return all;
}

const std::vector<Loss>& losses() {
  static const std::vector<Loss> all{Loss::cross_entropy, Loss::squared_error,
                                     Loss::sum_squared_error, Loss::binary_cross_entropy};
  return all;
}

template <class T>
std::vector<std::string> words_of(const std::vector<T>& choices) {
  std::vector<std::string> words;
  words.reserve(choices.size());
  for (const T& choice : choices) words.push_back(to_string(choice));
  return words;
}

/// The index of a word among the words. Throws.
std::size_t word(const std::string& text, const std::vector<std::string>& words,
                 const std::string& place) {
  const auto found = std::find(words.begin(), words.end(), text);
  if (found == words.end()) {
    throw Error(place + ": expected one of " + joined(words) + "; got " + shown(text) +
                suggestion(text, words));
  }
  return static_cast<std::size_t>(found - words.begin());
}

template <class T>
T choose(const std::string& text, const std::vector<T>& choices, const std::string& place) {
  return choices[word(text, words_of(choices), place)];
}

double number(const std::string& text, const std::string& place, const std::string& expected,
              const std::function<bool(double)>& fits) {
  double value = 0;
  const char* begin = text.data() + (text.starts_with('+') ? 1 : 0);
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(begin, end, value);
  if (error != std::errc() || stop != end || !std::isfinite(value) || !fits(value)) {
    throw Error(place + ": expected " + expected + "; got " + shown(text));
  }
  return value;
}

void set_names(FileSettings& settings, const std::string& text, const std::string& place) {
  for (const std::string& pair : split(text, ',')) {
    const std::size_t sign = pair.find('=');
    if (sign == std::string::npos || sign == 0 || sign + 1 == pair.size()) {
      throw Error(place +
                  ": expected pairs as W1=theta1,dW1=grad_theta1, our name before that in " +
                  "the file; got " + shown(pair));
    }
    const auto [before, is_new] =
        settings.names.emplace(pair.substr(0, sign), pair.substr(sign + 1));
    if (!is_new) throw Error(place + ": " + shown(before->first) + " is named twice");
  }
}

using Setter = void (*)(FileSettings&, const std::string&, const std::string&);

const std::vector<std::pair<std::string, Setter>>& setters() {
  using S = FileSettings;
  using T = const std::string;
  static const std::vector<std::pair<std::string, Setter>> all{
      {"hidden",
       [](S& s, T& text, T& place) {
         s.hidden.clear();
         for (T& part : split(text, ',')) s.hidden.push_back(choose(part, activations(), place));
       }},
      {"output", [](S& s, T& text, T& place) { s.output = choose(text, outputs(), place); }},
      {"loss", [](S& s, T& text, T& place) { s.loss = choose(text, losses(), place); }},
      {"reduction",
       [](S& s, T& text, T& place) {
         s.average = word(text, {"mean", "sum"}, place) == 0;
       }},
      {"weights",
       [](S& s, T& text, T& place) {
         s.weights = choose(text, std::vector{WeightOrder::out_in, WeightOrder::in_out}, place);
       }},
      {"samples",
       [](S& s, T& text, T& place) {
         s.samples = choose(text, std::vector{SampleOrder::rows, SampleOrder::columns}, place);
       }},
      {"l2",
       [](S& s, T& text, T& place) {
         s.l2 = number(text, place, "a number of 0 or more", [](double x) { return x >= 0; });
       }},
      {"loss_scale",
       [](S& s, T& text, T& place) {
         s.scale = number(text, place, "a number other than 0", [](double x) { return x != 0; });
       }},
      {"names", set_names},
  };
  return all;
}

template <class T>
void prefer(std::optional<T>& mine, const std::optional<T>& other) {
  if (!mine) mine = other;
}

}  // namespace

std::string to_string(WeightOrder order) {
  return order == WeightOrder::out_in ? "out-in" : "in-out";
}

std::string to_string(SampleOrder order) { return order == SampleOrder::rows ? "rows" : "columns"; }

std::vector<std::string> choices_of(const std::string& key) {
  if (key == "hidden") return words_of(activations());
  return key == "output" ? words_of(outputs()) : words_of(losses());
}

void set(FileSettings& settings, const std::string& key, const std::string& text,
         const std::string& place) {
  std::vector<std::string> keys;
  for (const auto& [name, setter] : setters()) {
    if (name == key) return setter(settings, text, place);
    keys.push_back(name);
  }
  throw Error(place + ": unknown key; expected one of " + joined(keys) + suggestion(key, keys));
}

FileSettings merged(FileSettings first, const FileSettings& second) {
  if (first.hidden.empty()) first.hidden = second.hidden;
  prefer(first.output, second.output);
  prefer(first.loss, second.loss);
  prefer(first.average, second.average);
  prefer(first.weights, second.weights);
  prefer(first.samples, second.samples);
  prefer(first.l2, second.l2);
  prefer(first.scale, second.scale);
  first.names.insert(second.names.begin(), second.names.end());
  return first;
}

void require_told(const FileSettings& settings) {
  const auto require = [](bool told, const std::string& key) {
    if (!told) {
      throw Error("--" + key + " is missing; expected one of " + joined(choices_of(key)));
    }
  };
  require(settings.output.has_value(), "output");
  require(settings.loss.has_value(), "loss");
  const Output output = *settings.output;
  const bool no_probabilities = output == Output::identity || output == Output::tanh;
  const std::string needs = "--loss " + to_string(*settings.loss) +
                            " needs probabilities, and those of --output " + to_string(output) +
                            " are none; did you mean --output ";
  if (*settings.loss == Loss::cross_entropy && no_probabilities) {
    throw Error(needs + "softmax?");
  }
  if (*settings.loss == Loss::binary_cross_entropy &&
      (no_probabilities || output == Output::log_softmax)) {
    throw Error(needs + "sigmoid?");
  }
}

}  // namespace verify
