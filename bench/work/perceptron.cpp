#include "bench/work/perceptron.h"

#include <cmath>
#include <stdexcept>

#include "bench/work/numbers.h"

namespace bench {
namespace {

// Streams of numbers; those of a layer's weights and biases follow one another.
constexpr std::uint64_t of_samples = 1, of_labels = 2, of_patterns = 3, of_layers = 10;

std::size_t whole_number(const std::string& text) {
  std::size_t used = 0;
  const unsigned long value = text.empty() || text[0] == '-' ? 0 : std::stoul(text, &used);
  if (used != text.size() || value == 0 || value > 1'000'000) {
    throw std::invalid_argument("expected a number from 1 to 1000000; got \"" + text + "\"");
  }
  return value;
}

template <class T>
void draw_weights(const std::vector<std::size_t>& widths, PerceptronData<T>& data) {
  for (std::size_t l = 0; l + 1 < widths.size(); ++l) {
    const std::size_t in = widths[l], out = widths[l + 1];
    const double limit = std::sqrt(6 / static_cast<double>(in + out));
    data.w.push_back(uniform<T>(of_layers + 2 * l, out * in, -limit, limit));
    data.b.push_back(uniform<T>(of_layers + 2 * l + 1, out, -0.1, 0.1));
  }
}

}  // namespace

Perceptron parse_perceptron(const std::string& widths, const std::string& batch) {
  Perceptron shape;
  for (std::size_t begin = 0; begin <= widths.size();) {
    const std::size_t end = std::min(widths.find('-', begin), widths.size());
    shape.widths.push_back(whole_number(widths.substr(begin, end - begin)));
    begin = end + 1;
  }
  if (shape.widths.size() < 2 || batch.empty() || batch[0] != 'b') {
    throw std::invalid_argument("expected widths and a batch such as 784-50-10 b32; got " + widths +
                                " " + batch);
  }
  shape.batch = whole_number(batch.substr(1));
  return shape;
}

double flops_of_step(const Perceptron& shape) {
  double flops = 0;
  for (std::size_t l = 0; l < shape.layers(); ++l) {
    const double product = 2 * static_cast<double>(shape.batch) *
                           static_cast<double>(shape.widths[l]) *
                           static_cast<double>(shape.widths[l + 1]);
    flops += (l == 0 ? 2 : 3) * product;
  }
  return flops;
}

template <class T>
PerceptronData<T> data_of(const Perceptron& shape) {
  PerceptronData<T> data;
  data.x = uniform<T>(of_samples, shape.batch * shape.widths.front(), 0, 1);
  data.labels = labels(of_labels, shape.batch, static_cast<std::int64_t>(shape.widths.back()));
  draw_weights(shape.widths, data);
  return data;
}

template <class T>
PerceptronData<T> descent_data(std::size_t images) {
  const std::size_t d = descent_widths.front(), classes = descent_widths.back();
  PerceptronData<T> data;
  data.labels = labels(of_labels, images, static_cast<std::int64_t>(classes));
  data.x.resize(images * d);
  const std::vector<double> pattern = uniform<double>(of_patterns, classes * d, 0, 1);
  for (std::size_t i = 0; i < images; ++i) {
    const double* own = &pattern[static_cast<std::size_t>(data.labels[i]) * d];
    for (std::size_t j = 0; j < d; ++j) {
      const double light = 0.5 * own[j] + uniform(of_samples, i * d + j) - 1;
      data.x[i * d + j] = static_cast<T>(light > 0 ? 2 * light : 0);
    }
  }
  draw_weights(descent_widths, data);
  return data;
}

template PerceptronData<float> data_of(const Perceptron&);
template PerceptronData<double> data_of(const Perceptron&);
template PerceptronData<float> descent_data(std::size_t);
template PerceptronData<double> descent_data(std::size_t);

}  // namespace bench
