#include "apps/verify/claim_file/assemble.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "apps/verify/claim_file/words.h"
#include "autograd/check/text.h"
#include "autograd/tensor/factories.h"

namespace verify {

using autograd::check::number;

namespace {

/// (rows, columns) from (columns, rows).
std::vector<double> transposed(const std::vector<double>& numbers, std::size_t rows,
                               std::size_t columns) {
  std::vector<double> result(numbers.size());
  for (std::size_t i = 0; i < rows; ++i) {
    for (std::size_t j = 0; j < columns; ++j) result[i * columns + j] = numbers[j * rows + i];
  }
  return result;
}

std::vector<double> ordered(std::vector<double> numbers, std::size_t rows, std::size_t columns,
                            bool in_order) {
  return in_order ? std::move(numbers) : transposed(numbers, rows, columns);
}

class Assembler {
 public:
  Assembler(const ArchiveArrays& arrays, const FileSettings& settings, const Fit& fit)
      : arrays_(arrays), settings_(settings), fit_(fit) {}

  NetworkClaim run(bool average) {
    describe_network(average);
    read_samples();
    read_parameters();
    if (arrays_.has("loss")) {
      if (arrays_.at("loss").size() != 1) {
        throw arrays_.error(arrays_.shape_of("loss") + "; expected a single number");
      }
      claim_.loss = arrays_.at("loss").item();
    }
    return std::move(claim_);
  }

 private:
  bool rows() const { return fit_.layout.samples == SampleOrder::rows; }
  bool out_in() const { return fit_.layout.weights == WeightOrder::out_in; }

  void describe_network(bool average) {
    Network& network = claim_.network;
    network.widths = fit_.widths;
    network.hidden = hidden();
    network.output = *settings_.output;
    network.loss = *settings_.loss;
    network.average = average;
    network.l2 = settings_.l2.value_or(0);
    network.scale = settings_.scale.value_or(1);
    for (std::size_t layer = 1; layer < fit_.widths.size(); ++layer) {
      network.biases.push_back(arrays_.has("b" + std::to_string(layer)));
    }
  }

  std::vector<Activation> hidden() const {
    const std::size_t layers = fit_.widths.size() - 2;
    const std::vector<Activation>& told = settings_.hidden;
    if (layers == 0) return {};
    if (told.empty()) {
      throw arrays_.error("--hidden is missing, and it holds " + std::to_string(layers) +
                          (layers == 1 ? " hidden layer" : " hidden layers") +
                          "; expected one of " + joined(choices_of("hidden")));
    }
    if (told.size() == 1) return std::vector<Activation>(layers, told.front());
    if (told.size() != layers) {
      throw arrays_.error("--hidden names " + std::to_string(told.size()) +
                          " activations; expected one, or one for each of the " +
                          std::to_string(layers) + " hidden layers");
    }
    return told;
  }

  void read_samples() {
    Samples& samples = claim_.samples;
    const std::size_t n = fit_.count, c = fit_.widths.back();
    samples.count = n;
    samples.x = ordered(arrays_.finite("X"), n, fit_.widths.front(), rows());
    if (!arrays_.has("y")) {
      samples.targets = ordered(arrays_.finite("Y"), n, c, rows());
    } else if (c == 1 && claim_.network.loss != Loss::cross_entropy) {
      samples.targets = arrays_.finite("y");
    } else {
      read_labels();
    }
    bool any = false;
    for (std::size_t layer = 1; layer + 1 < fit_.widths.size(); ++layer) {
      samples.masks.push_back(mask(layer));
      any = any || !samples.masks.back().empty();
    }
    if (!any) samples.masks.clear();
  }

  void read_labels() {
    const std::vector<double> labels = arrays_.finite("y");
    const std::size_t c = fit_.widths.back();
    const auto classes = static_cast<double>(c);
    const auto [least, most] = std::minmax_element(labels.begin(), labels.end());
    const bool shifted = *least == 1 && *most == classes;
    claim_.samples.targets.assign(labels.size() * c, 0);
    for (std::size_t i = 0; i < labels.size(); ++i) {
      const double label = labels[i];
      const std::string what =
          arrays_.label("y") + "[" + std::to_string(i) + "] is " + number(label);
      if (label != std::floor(label)) {
        throw arrays_.error(what + "; expected labels, whole numbers from 0 to " +
                            std::to_string(c - 1) + "; targets are called Y");
      }
      if (label < 0 || label >= classes) {
        throw arrays_.error(what + "; expected a class from 0 to " + std::to_string(c - 1) +
                            (shifted ? "; labels seem to start at 1: subtract 1" : ""));
      }
      claim_.samples.labels.push_back(static_cast<std::int64_t>(label));
      claim_.samples.targets[i * c + static_cast<std::size_t>(label)] = 1;
    }
  }

  std::vector<double> mask(std::size_t layer) const {
    const std::string name = "mask" + std::to_string(layer);
    if (!arrays_.has(name)) return {};
    const std::size_t n = fit_.count, h = fit_.widths[layer];
    const std::vector<double> numbers = arrays_.finite(name);
    if (numbers.size() == n * h) return ordered(numbers, n, h, rows() || n == 1);
    std::vector<double> repeated;
    for (std::size_t i = 0; i < n; ++i) {
      repeated.insert(repeated.end(), numbers.begin(), numbers.end());
    }
    return repeated;
  }

  void read_parameters() {
    const auto append = [](std::vector<double>& to, const std::vector<double>& from) {
      to.insert(to.end(), from.begin(), from.end());
    };
    claim_.dtype = autograd::f64;
    bool renamed = false;
    std::vector<std::string> names;
    for (const Array& array : verify::arrays(claim_.network)) {
      const autograd::Tensor& gradient = arrays_.at("d" + array.name);
      const bool in_order = out_in() || array.is_bias;
      append(claim_.point,
             ordered(arrays_.finite(array.name), array.rows, array.columns, in_order));
      append(claim_.gradient, ordered(to_vector(gradient), array.rows, array.columns, in_order));
      if (gradient.dtype() == autograd::f32) claim_.dtype = autograd::f32;
      names.push_back(arrays_.name_in_file(array.name));
      renamed = renamed || names.back() != array.name;
    }
    if (renamed) claim_.names = std::move(names);
  }

  const ArchiveArrays& arrays_;
  const FileSettings& settings_;
  const Fit& fit_;
  NetworkClaim claim_;
};

}  // namespace

NetworkClaim assemble(const ArchiveArrays& arrays, const FileSettings& settings, const Fit& fit,
                      bool average) {
  return Assembler(arrays, settings, fit).run(average);
}

}  // namespace verify
