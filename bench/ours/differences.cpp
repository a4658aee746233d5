#include "bench/ours/ours.h"

namespace bench {
namespace {

using namespace autograd;

// The network's loss as a recorded program of its parameters, looked at by differences.
class Differences final : public Task {
 public:
  Differences(const Perceptron& shape, const PerceptronData<double>& data, Quotients quotients)
      : quotients_(quotients) {
    const auto matrix = [](const std::vector<double>& numbers, std::size_t rows) {
      return tensor(numbers, {static_cast<Index>(rows), static_cast<Index>(numbers.size() / rows)});
    };
    std::vector<std::string> names;
    for (std::size_t l = 0; l < data.w.size(); ++l) {
      parameters_.push_back(matrix(data.w[l], data.b[l].size()));
      parameters_.push_back(tensor(data.b[l]));
      names.push_back("W" + std::to_string(l + 1));
      names.push_back("b" + std::to_string(l + 1));
    }
    blocks_ = check::claim_of(parameters_, names, parameters_).blocks;
    const Tensor x = matrix(data.x, shape.batch), labels = tensor(data.labels);
    program_.emplace(Program::record(
        [&](std::span<const Tensor> p) {
          Tensor a = x;
          for (std::size_t l = 0; l < p.size(); l += 2) {
            a = linear(l == 0 ? a : relu(a), p[l], p[l + 1]);
          }
          return std::vector{cross_entropy(a, labels)};
        },
        parameters_));
  }

  void run() override {
    const check::ProgramProbe probe(*program_, parameters_);
    if (quotients_ == Quotients::central) {
      gradient_ = check::central_differences(probe, 1e-5);
    } else {
      estimates_ = check::estimate_gradient(probe, blocks_);
    }
  }
  double result() override { return (*program_)(parameters_)[0].item(); }

 private:
  std::vector<Tensor> parameters_;
  std::vector<check::Block> blocks_;
  std::optional<Program> program_;
  Quotients quotients_;
  std::vector<double> gradient_;
  std::vector<check::Estimate> estimates_;
};

}  // namespace

std::unique_ptr<Task> differences(const Perceptron& shape, Quotients quotients) {
  return std::make_unique<Differences>(shape, data_of<double>(shape), quotients);
}

}  // namespace bench
