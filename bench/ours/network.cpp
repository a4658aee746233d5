#include "autograd/tensor/memory.h"
#include "bench/ours/ours.h"

namespace bench {

using namespace autograd;

namespace {

template <class T>
Shape shape_of(const std::vector<T>& numbers, std::size_t rows) {
  return {static_cast<Index>(rows), static_cast<Index>(numbers.size() / rows)};
}

nn::Sequential network(const std::vector<std::size_t>& widths, const std::string& hidden,
                       Dtype dtype) {
  Random random(1);  // the weights are set before anything is asked
  nn::MlpOptions options;
  options.hidden = hidden;
  options.linear.dtype = dtype;
  options.linear.weights = nn::constant(0);
  return nn::mlp({widths.begin(), widths.end()}, random, options);
}

template <class T>
void set_weights(const nn::Sequential& model, const PerceptronData<T>& data) {
  std::vector<Parameter> parameters = model.parameters();
  for (std::size_t l = 0; l < data.w.size(); ++l) {
    parameters[2 * l].set(tensor(data.w[l], parameters[2 * l].shape()));
    parameters[2 * l + 1].set(tensor(data.b[l]));
  }
}

template <class T>
void fill(Network& network, const PerceptronData<T>& data) {
  network.x = tensor(data.x, shape_of(data.x, data.labels.size()));
  network.labels = tensor(data.labels);
  set_weights(network.model, data);
}

template <class T>
void fill_images(const nn::Sequential& model, std::size_t images, Tensor& x, Tensor& labels) {
  const PerceptronData<T> data = descent_data<T>(images);
  x = tensor(data.x, shape_of(data.x, images));
  labels = tensor(data.labels);
  set_weights(model, data);
}

}  // namespace

Network::Network(const Perceptron& shape, Dtype dtype)
    : model(network(shape.widths, "relu", dtype)) {
  dtype == f32 ? fill(*this, data_of<float>(shape)) : fill(*this, data_of<double>(shape));
}

Step::Step(const Perceptron& shape, Dtype dtype)
    : network_(shape, dtype), sgd_(network_.model.parameters(), {.learning_rate = learning_rate}) {}

void Step::run() {
  loss_ = Tensor();  // that of the step before makes room for this one's
  Tape tape;
  loss_ = network_.loss();
  sgd_.step(std::move(tape).gradient(loss_));
}

std::optional<double> Step::figure(const std::string& name) {
  if (name == "peak bytes") {
    run();
    memory::reset_peak();
    run();
    return static_cast<double>(memory::usage().peak_bytes);
  }
  if (name != "nodes") return {};
  const Tape tape;
  network_.loss();
  return static_cast<double>(tape.size());
}

Descent::Descent(std::size_t images, Dtype dtype)
    : model_(network(descent_widths, "sigmoid", dtype)) {
  dtype == f32 ? fill_images<float>(model_, images, x_, labels_)
               : fill_images<double>(model_, images, x_, labels_);
  for (const Parameter& p : model_.parameters()) start_.push_back(p.value());
}

void Descent::begin() {
  descent_.reset();
  std::vector<Parameter> parameters = model_.parameters();
  for (std::size_t i = 0; i < parameters.size(); ++i) parameters[i].set(start_[i]);
  const Armijo rule;
  descent_.emplace(parameters,
                   nn::MeanInParts(
                       [this](Index begin, Index end) {
                         return cross_entropy(model_(slice(x_, 0, begin, end)),
                                              slice(labels_, 0, begin, end));
                       },
                       x_.extent(0)),
                   nn::Backtracking{rule.first, rule.beta, rule.sigma, rule.most});
  done_ = 0;
}

void Descent::run() {
  if (!descent_ || done_ == descent_iterations) begin();
  for (std::size_t i = 0; i < descent_slice; ++i) descent_->step();
  loss_ = descent_->loss();
  done_ += descent_slice;
}

Square::Square(std::size_t width) : network_({{width, width, width}, 256}, f32) {}

void Square::run() {
  const Tape tape;
  loss_ = mean(network_.model(network_.x));
  const Gradients gradients = tape.gradient(loss_);
  for (const Parameter& p : network_.model.parameters()) gradients[p];  // worked out
}

}  // namespace bench
