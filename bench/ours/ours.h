#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "autograd/autograd.h"
#include "bench/work/perceptron.h"
#include "bench/work/worker.h"
#include "nn/nn.h"

/// The works done with Plumb, as a user of it would write them.
namespace bench {

/// A network with its batch, all from `data_of`.
struct Network {
  Network(const Perceptron& shape, autograd::Dtype dtype);
  autograd::Tensor loss() const { return cross_entropy(model(x), labels); }

  nn::Sequential model;
  autograd::Tensor x, labels;
};

/// One training step: loss, gradient, parameters moved.
class Step final : public Task {
 public:
  Step(const Perceptron& shape, autograd::Dtype dtype);
  void run() override;
  double result() override { return loss_.item(); }
  std::optional<double> figure(const std::string& name) override;

 private:
  Network network_;
  nn::Sgd sgd_;
  autograd::Tensor loss_;
};

/// a·b, [m, k]·[k, n], of positive numbers; the result is the sum of all elements.
class Product final : public Task {
 public:
  Product(autograd::Index m, autograd::Index k, autograd::Index n, autograd::Transpose transpose,
          autograd::Dtype dtype);
  void run() override { y_ = matmul(a_, b_, transpose_); }
  double result() override;

 private:
  autograd::Tensor a_, b_, y_;
  autograd::Transpose transpose_;
};

/// Value and gradient of a Gaussian mixture or of the LSTM in a file, by a tape.
class Objective final : public Task {
 public:
  using Function = std::function<autograd::Tensor(const std::vector<autograd::Tensor>&)>;

  Objective(Function f, std::vector<autograd::Tensor> inputs)
      : f_(std::move(f)), inputs_(std::move(inputs)) {}
  void run() override { found_ = value_and_gradients(f_, inputs_); }
  double result() override;
  std::optional<double> figure(const std::string& name) override;

 private:
  Function f_;
  std::vector<autograd::Tensor> inputs_;
  autograd::ValueAndGradients found_;
};

/// The same, recorded once with its gradient and replayed. Its figure "nodes" is that of the tape,
/// so that the two are comparable.
class ReplayedObjective final : public Task {
 public:
  /// Throws std::runtime_error where it finds something else than the tape does.
  ReplayedObjective(const Objective::Function& f, std::vector<autograd::Tensor> inputs);
  void run() override { program_.run(inputs_, found_); }
  double result() override;
  std::optional<double> figure(const std::string& name) override { return tape_.figure(name); }

 private:
  Objective tape_;
  std::vector<autograd::Tensor> inputs_;
  autograd::Program program_;
  std::vector<autograd::Tensor> found_;  // the value, then the gradients
};

/// What an objective is run by.
enum class By { tape, replay };
std::unique_ptr<Task> mixture(std::size_t d, std::size_t k, std::size_t n, autograd::Dtype dtype,
                              By by);
std::unique_ptr<Task> lstm_of(const std::string& name, autograd::Dtype dtype, By by);

/// All parameters of a network by central differences of its loss, two
/// values a parameter; or by estimates with error bars, six values and more. In double precision.
enum class Quotients { central, with_error_bars };
std::unique_ptr<Task> differences(const Perceptron& shape, Quotients quotients);

/// Study 3 from its beginning, `descent_slice` iterations a run, over and over.
class Descent final : public Task {
 public:
  Descent(std::size_t images, autograd::Dtype dtype);
  void run() override;
  double result() override { return loss_; }

 private:
  void begin();

  nn::Sequential model_;
  autograd::Tensor x_, labels_;
  std::vector<autograd::Tensor> start_;
  std::optional<nn::Descent> descent_;
  std::size_t done_ = 0;
  double loss_ = 0;
};

/// A scalar through `length` operations one after another, recorded and differentiated. Its figure
/// "bytes" is the memory that the tape then holds.
class Chain final : public Task {
 public:
  explicit Chain(std::size_t length) : length_(length) {}
  void run() override;
  double result() override { return slope_; }
  std::optional<double> figure(const std::string& name) override;

 private:
  autograd::Tensor record(const autograd::Tensor& x) const;

  std::size_t length_;
  double slope_ = 0;
};

/// The gradient of the mean output of two square layers of the given width for 256 samples, f32:
/// hardly anything but matrix products.
class Square final : public Task {
 public:
  explicit Square(std::size_t width);
  void run() override;
  double result() override { return loss_.item(); }

 private:
  Network network_;
  autograd::Tensor loss_;
};

/// The contender's answer to any work.
Offer offer(const Work& work);

/// What the heap has given out, in bytes.
double heap_in_use();

}  // namespace bench
