#include "bench/objectives/lstm.h"

#include <vector>

#include "bench/objectives/numbers_file.h"

namespace bench {

using namespace autograd;

namespace {

struct Layer {
  std::vector<Tensor> w, b;  // of the gates forget, input, output, change
  Tensor h, s;

  /// One step: s = s ⊙ forget + input ⊙ change, h = output ⊙ tanh(s).
  Tensor operator()(const Tensor& x) {
    const Tensor forget = sigmoid(x * w[0] + b[0]);
    const Tensor input = sigmoid(h * w[1] + b[1]);
    const Tensor output = sigmoid(x * w[2] + b[2]);
    const Tensor change = tanh(h * w[3] + b[3]);
    s = s * forget + input * change;
    h = output * tanh(s);
    return h;
  }
};

std::vector<Layer> layers_of(const Lstm& problem) {
  std::vector<Layer> layers;
  for (Index i = 0; i < problem.main.extent(0); ++i) {
    const Tensor main = select(problem.main, 0, i), state = select(problem.state, 0, i);
    layers.push_back({unstack(select(main, 0, 0)), unstack(select(main, 0, 1)), select(state, 0, 0),
                      select(state, 0, 1)});
  }
  return layers;
}

}  // namespace

Tensor lstm(const Lstm& problem) {
  std::vector<Layer> layers = layers_of(problem);
  const auto extra = unstack(problem.extra), sequence = unstack(problem.sequence);
  std::vector<Tensor> predictions;
  for (std::size_t t = 0; t + 1 < sequence.size(); ++t) {
    Tensor x = sequence[t] * extra[0];
    for (Layer& layer : layers) x = layer(x);
    const Tensor y = x * extra[1] + extra[2];
    predictions.push_back(y - log(2 + sum(exp(y))));
  }
  const Index c = problem.sequence.extent(0);
  return -mean(slice(problem.sequence, 0, 1, c) * stack(predictions));
}

Lstm read_lstm(const std::filesystem::path& path) {
  NumbersFile file(path);
  const auto sizes = file.counts({"l", "c", "b"});
  const Index l = sizes[0], c = sizes[1], b = sizes[2];
  if (c < 2) file.fail("expected a sequence of at least 2; got c = 1");

  Lstm problem;
  problem.main = reshape(file.matrix("main", 2 * l, 4 * b), {l, 2, 4, b});
  problem.extra = file.matrix("extra", 3, b);
  problem.state = reshape(file.matrix("state", 2 * l, b), {l, 2, b});
  problem.sequence = file.matrix("sequence", c, b);
  file.end();
  return problem;
}

}  // namespace bench
