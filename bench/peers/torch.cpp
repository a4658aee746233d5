#include <ATen/Parallel.h>
#include <torch/torch.h>

#include <memory>
#include <string>
#include <vector>

#include "bench/work/perceptron.h"
#include "bench/work/worker.h"

/// libtorch: its layers, its autograd and its optimizer, as its documentation has them.
namespace bench {
namespace {

torch::Tensor copy(const void* numbers, std::vector<std::int64_t> shape, torch::Dtype dtype) {
  return torch::from_blob(const_cast<void*>(numbers), shape, dtype).clone();
}

class Step final : public Task {
 public:
  template <class T>
  Step(const Perceptron& shape, const PerceptronData<T>& data, torch::Dtype dtype)
      : x_(copy(data.x.data(), {size(shape.batch), size(shape.widths[0])}, dtype)),
        labels_(copy(data.labels.data(), {size(shape.batch)}, torch::kInt64)) {
    for (std::size_t l = 0; l < shape.layers(); ++l) {
      const std::int64_t in = size(shape.widths[l]), out = size(shape.widths[l + 1]);
      torch::nn::Linear layer(in, out);
      layer->to(dtype);
      const torch::NoGradGuard guard;
      layer->weight.copy_(copy(data.w[l].data(), {out, in}, dtype));
      layer->bias.copy_(copy(data.b[l].data(), {out}, dtype));
      model_->push_back(layer);
      if (l + 1 < shape.layers()) model_->push_back(torch::nn::ReLU());
    }
    sgd_ = std::make_unique<torch::optim::SGD>(model_->parameters(), learning_rate);
  }

  void run() override {
    sgd_->zero_grad();
    loss_ = torch::nn::functional::cross_entropy(model_->forward(x_), labels_);
    loss_.backward();
    sgd_->step();
  }
  double result() override { return loss_.item<double>(); }

 private:
  static std::int64_t size(std::size_t n) { return static_cast<std::int64_t>(n); }

  torch::Tensor x_, labels_, loss_;
  torch::nn::Sequential model_;
  std::unique_ptr<torch::optim::SGD> sgd_;
};

Offer offer(const Work& work) {
  if (work.kind != "step") return {};
  const Perceptron shape = parse_perceptron(work.arguments.at(0), work.arguments.at(1));
  if (work.dtype == "f32") {
    return {std::make_unique<Step>(shape, data_of<float>(shape), torch::kFloat32)};
  }
  return {std::make_unique<Step>(shape, data_of<double>(shape), torch::kFloat64)};
}

}  // namespace
}  // namespace bench

int main() {
  torch::set_num_threads(1);
  const std::string version = std::to_string(TORCH_VERSION_MAJOR) + "." +
                              std::to_string(TORCH_VERSION_MINOR) + "." +
                              std::to_string(TORCH_VERSION_PATCH);
  return bench::serve({"libtorch " + version, bench::offer, {}});
}
